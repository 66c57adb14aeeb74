"""The expectations: what users say must be true of their database, read from a TOML file."""

from expectations.model import MEGABYTE, Allowance, Call, Exclusion, Exemption, Expectations, Table, Tenancy
from expectations.reading import read_expectations
from expectations.values import ExpectationsError

__all__ = [
    "MEGABYTE",
    "Allowance",
    "Call",
    "Exclusion",
    "Exemption",
    "Expectations",
    "ExpectationsError",
    "Table",
    "Tenancy",
    "read_expectations",
]
