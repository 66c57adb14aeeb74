"""References: what the source of a backup looked like when the backup was taken."""
