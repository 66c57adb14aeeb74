"""Months of runs, as the log keeps them."""
