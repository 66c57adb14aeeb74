"""From what a restored database answers to findings: the logic that checks are too short for."""
