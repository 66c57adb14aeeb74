"""Prints the table that the README shows: python -m selftests.judging.simulated_year."""

from selftests.judging.simulated_year.table import markdown

if __name__ == "__main__":
    print(markdown())
