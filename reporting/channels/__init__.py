"""Where people already look: GitHub's pages, a thread in Slack, and whatever apprise speaks."""
