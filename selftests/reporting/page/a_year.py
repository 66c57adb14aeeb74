"""A year of a product's verifications, made up: growth, weekends, warnings, failures, days without a run.

The same numbers give the same documents; nothing in them is from a run.
"""

import math
import random
import uuid
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

Document = dict[str, Any]

NOW = datetime(2026, 11, 23, 8, 30, tzinfo=UTC)
TABLES = {
    "public.organizations": (180, 0.4),
    "public.profiles": (2_400, 6.0),
    "public.agents": (520, 1.1),
    "public.appointments": (48_000, 210.0),
    "public.contacts": (31_000, 95.0),
    "public.call_logs": (96_000, 430.0),
    "public.knowledge_base_chunks": (7_200, 14.0),
}
CHECKS = {
    "test_database_connectivity": "critical",
    "test_backup_recent": "critical",
    "test_constraints_hold": "critical",
    "test_contents_match": "critical",
    "test_definitions_match": "critical",
    "test_functions_answer": "warning",
    "test_restore_complete": "critical",
    "test_restored_in_time": "warning",
    "test_sequences_ahead": "critical",
    "test_shape_recorded": "info",
    "test_storage_sound": "critical",
    "test_critical_tables_exist": "critical",
    "test_database_functions_exist": "warning",
    "test_database_size_reasonable": "warning",
    "test_rls_policies_active": "critical",
    "test_row_counts_reasonable": "warning",
    "test_tenants_isolated": "critical",
}
NOT_VERIFIED = [
    {"what": "bodies of 3 plpgsql functions", "why": "the server has no plpgsql_check"},
    {"what": "how recent the newest rows are", "why": "the expectations name no newest_column"},
]
LOST_POLICY = {
    "name": "test_rls_policies_active",
    "kind": "policy-missing",
    "text": "public.contacts: no policy, expected at least 1",
}
CUT = {
    "name": "test_database_connectivity",
    "kind": "backup-cut-short",
    "text": "the restore failed: nightly.dump is cut short: the archive ends before its last entry",
}
FEW_ROWS = {
    "name": "test_row_counts_reasonable",
    "kind": "rows-below-least",
    "text": "public.agents: 211 rows, expected at least 400",
}
CHANGED = {
    "name": "test_definitions_match",
    "kind": "policy-changed",
    "text": 'policy "Members see their contacts" on public.contacts differs',
    "diff": [
        'policy "Members see their contacts" on public.contacts',
        "- USING (organization_id = auth.org())",
        "+ USING (true)",
        "grant SELECT on public.contacts to anon",
        "+ added",
    ],
}
SLOW = {
    "name": "test_restored_in_time",
    "kind": "restore-slow",
    "text": "restore: 402.10 s, expected at most 300 s (5 minutes)",
}
INCIDENTS: Mapping[int, list[dict[str, Any]]] = {
    40: [FEW_ROWS],
    41: [FEW_ROWS],
    88: [CUT],
    89: [CUT],
    150: [SLOW],
    201: [LOST_POLICY],
    247: [SLOW],
    263: [FEW_ROWS],
    309: [CHANGED, FEW_ROWS],
    338: [SLOW],
}
GAPS = {120, 121, 230, 290}
TWICE = {89, 202, 310}


def a_year(
    target: str = "app-production", *, days: int = 366, now: datetime = NOW, seed: int = 0
) -> list[Document]:
    """A document a day up to `now`, the oldest first; some days have none, and some two.

    What goes wrong goes wrong on other days with another seed.
    """
    return list(_documents(target, days, now, seed))


def _documents(target: str, days: int, now: datetime, seed: int) -> Iterator[Document]:
    chance = random.Random(seed)
    for index in range(days):
        at = (now - timedelta(days=days - 1 - index)).replace(
            hour=5, minute=12, second=chance.randrange(60)
        )
        day = index + 366 - days
        told = (day + 37 * seed) % 366
        if told in GAPS:
            continue
        found = INCIDENTS.get(told, [])
        yield document(target, at, found, day=day, chance=chance)
        if told in TWICE:
            yield document(target, at + timedelta(hours=3), [], day=day, chance=chance)


def document(
    target: str = "app-production",
    at: datetime = NOW - timedelta(hours=3),
    found: list[dict[str, Any]] | None = None,
    *,
    day: int = 365,
    chance: random.Random | None = None,
) -> Document:
    """One run on the day of that number; `found` are findings: name of the check, kind, text, diff."""
    chance = chance or random.Random(f"{target} {day} {at}")
    found = found or []
    cut = CUT in found
    checks = [_check(name, severity, found, cut) for name, severity in CHECKS.items()]
    megabytes = 410 + day * 1.9 + chance.gauss(0, 2)
    _put_measures(checks, day, megabytes, chance, cut)
    missed = [check for check in checks if check["outcome"] != "passed" and check["severity"] != "info"]
    critical = any(check["severity"] == "critical" for check in missed)
    age = 2.2 + abs(chance.gauss(0, 0.15))
    return {
        "version": 1,
        "id": str(uuid.UUID(int=chance.getrandbits(128), version=4)),
        "status": "failure" if critical else "warning" if missed else "success",
        "partial": False,
        "verified_at": at.isoformat(),
        "target": {
            "kind": "backup",
            "name": target,
            "location": f"/backups/{target}/nightly.dump",
            "database": "app",
            "server_version": "17.6",
        },
        "backup": {
            "id": f"nightly.dump#{chance.getrandbits(48):012x}",
            "format": "custom",
            "taken_at": (at - timedelta(hours=age)).isoformat(),
            "taken_at_from": "header",
            "age_hours": round(age, 2),
            "size_bytes": int(megabytes * (0.19 + chance.gauss(0, 0.001)) * 1048576 * (0.6 if cut else 1)),
        },
        "checks_passed": len(checks) - 1 - len(missed),
        "checks_failed": len(missed),
        "checks": checks,
        "not_verified": NOT_VERIFIED,
        "harmless": [],
        "server": None,
        "seconds": {
            "restore": round((402.1 if SLOW in found else megabytes / 11 + chance.gauss(0, 1.4)), 3)
        },
    }


def _check(name: str, severity: str, found: list[dict[str, Any]], cut: bool) -> dict[str, Any]:
    mine = [finding for finding in found if finding["name"] == name]
    counting = [finding for finding in mine if not finding.get("exempted")]
    words = "; ".join(finding["text"] for finding in counting) or None
    not_run = cut and not mine
    return {
        "name": name,
        "title": name.removeprefix("test_").replace("_", " ").title().replace("Rls", "RLS"),
        "severity": severity,
        "outcome": "not run" if not_run else "failed" if counting else "passed",
        "message": "the database cannot be looked at" if not_run else words,
        "seconds": 0.1,
        "details": next(({"diff": finding["diff"]} for finding in mine if "diff" in finding), {}),
        "findings": [
            {"kind": finding["kind"], "text": finding["text"], "exempted": finding.get("exempted")}
            for finding in mine
        ],
        "exempted": None,
    }


def _put_measures(
    checks: list[dict[str, Any]], day: int, megabytes: float, chance: random.Random, cut: bool
) -> None:
    if cut:
        return
    weekend = 0.4 if day % 7 in (5, 6) else 1.0
    rows = {
        table: int(first + growth * day + growth * weekend * math.sin(day) + chance.gauss(0, growth / 2))
        for table, (first, growth) in TABLES.items()
    }
    by_name = {check["name"]: check["details"] for check in checks}
    by_name["test_row_counts_reasonable"] |= {"rows": rows, "estimated": []}
    by_name["test_database_size_reasonable"]["size_mb"] = round(megabytes, 2)
