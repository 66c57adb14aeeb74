"""Each tenant sees all of its own rows and not one of another's, and strangers see none.

Catches policies, grants and functions that came back, or were made, so that tenants see or write each
other's rows, or no longer see their own. Recorded: for each table that was proven, how many tenants were
become, how many rows they own, and which writes were refused. Source: the tables themselves, read and, on
a restored database, written as the tenants that the expectations name, all of it undone.
"""

from collections.abc import Callable, Iterable
from typing import Any

import psycopg
import pytest

from expectations import Expectations
from judging.findings import Finding
from judging.tenants import prove
from judging.wording import sentence, tell


@pytest.mark.critical
@pytest.mark.needs("tenancy")
def test_tenants_isolated(
    database: psycopg.Connection,
    acting: psycopg.Connection,
    expectations: Expectations,
    details: dict[str, Any],
    unverified: Callable[[str, str], None],
    what_counts: Callable[[Iterable[str]], list[str]],
) -> None:
    assert expectations.tenancy is not None, "[tenancy]: nothing, expected how to become a tenant"
    proof = prove(database, acting, expectations.tenancy)
    details["tables"] = proof.proven
    tell(unverified, proof.gaps)
    findings = what_counts(proof.findings)
    assert not findings, f"{sentence(findings)}; expected each tenant to see its own rows alone"
    nothing = what_counts([Finding("isolation-not-proven", proof.nothing)] if proof.nothing else [])
    assert not nothing, sentence(nothing)
