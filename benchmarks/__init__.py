"""What is measured: each command prints a table for people, and no test depends on it."""
