"""A verification as metrics, in the names and units that Prometheus asks for: pure, and all of them gauges.

What a run does not know is absent, never 0. Each series carries the label `target`.
"""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.exposition import generate_latest
from prometheus_client.registry import Collector

PREFIX = "backup_verification_"
LAST_SUCCESS = PREFIX + "last_success_timestamp_seconds"
STATUSES = ("success", "warning", "failure")

METRICS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    PREFIX + "last_run_timestamp_seconds": ("When the latest verification ended.", ()),
    LAST_SUCCESS: (
        "When a verification last passed every critical check (success or warning).",
        (),
    ),
    PREFIX + "status": ("1 for the status of the latest verification, 0 for the others.", ("status",)),
    PREFIX + "checks": ("Checks of the latest verification that count, by result.", ("result",)),
    PREFIX + "check_outcome": ("1 for the outcome of each check.", ("check", "severity", "outcome")),
    PREFIX + "check_duration_seconds": ("How long each check took.", ("check",)),
    PREFIX + "duration_seconds": ("How long each phase took, the restore among them.", ("phase",)),
    PREFIX + "not_verified": ("Things that the latest verification could not look at.", ()),
    PREFIX + "exempted": ("Checks and findings that an exemption covers.", ()),
    PREFIX + "backup_timestamp_seconds": ("When the backup that was verified had been taken.", ()),
    PREFIX + "backup_age_seconds": ("Age of the backup when it was verified.", ()),
    PREFIX + "backup_size_bytes": ("Size of the backup.", ()),
    PREFIX + "database_size_bytes": ("Size of the database that was looked at.", ()),
    PREFIX + "table_rows": ("Rows of each table that the expectations name.", ("table",)),
}
"""Of each metric its meaning, and its labels besides `target`."""

_MEGABYTE = 1024 * 1024

Sample = tuple[str, Mapping[str, str], float | None]


def families(document: Mapping[str, Any]) -> list[Metric]:
    """The metrics of what `Verification.as_dict()` gave, in the order of `METRICS`."""
    target = target_of(document)
    made = {name: GaugeMetricFamily(name, meaning) for name, (meaning, _) in METRICS.items()}
    for name, labels, value in _samples(document):
        if value is not None and math.isfinite(value):
            texts = {label: _encodable(text) for label, text in labels.items()}
            made[PREFIX + name].add_sample(PREFIX + name, texts | {"target": target}, float(value))
    return [family for family in made.values() if family.samples]


def target_of(document: Mapping[str, Any]) -> str:
    """The value of the label `target`."""
    return _encodable(document["target"]["name"])


def with_earlier(new: Iterable[Metric], earlier: Iterable[Metric], target: str) -> list[Metric]:
    """The new metrics of a target together with what earlier ones say of others, and with the target's
    last success where the new ones have none."""
    fresh, old = {family.name: family for family in new}, {family.name: family for family in earlier}
    merged = []
    for name, (meaning, labels) in METRICS.items():
        samples = fresh[name].samples if name in fresh else []
        kept = {
            tuple(sorted(sample.labels.items())): sample
            for sample in (old[name].samples if name in old else [])
            if sample.name == name
            and sample.labels.keys() == {"target", *labels}
            and math.isfinite(sample.value)
            and (sample.labels["target"] != target or (name == LAST_SUCCESS and not samples))
        }
        family = GaugeMetricFamily(name, meaning)
        for sample in (*samples, *kept.values()):
            family.add_sample(name, sample.labels, sample.value)
        merged.append(family)
    return [family for family in merged if family.samples]


def exposition(metrics: Iterable[Metric]) -> bytes:
    """The metrics in Prometheus' text format, version 0.0.4."""
    return generate_latest(_Fixed(list(metrics)))


class _Fixed(Collector):
    def __init__(self, metrics: list[Metric]) -> None:
        self._metrics = metrics

    def collect(self) -> Iterable[Metric]:
        return self._metrics


def _samples(document: Mapping[str, Any]) -> Iterator[Sample]:
    at = _timestamp(document["verified_at"])
    yield "last_run_timestamp_seconds", {}, at
    if document["status"] in ("success", "warning"):
        yield "last_success_timestamp_seconds", {}, at
    for status in STATUSES:
        yield "status", {"status": status}, document["status"] == status
    yield "checks", {"result": "passed"}, document["checks_passed"]
    yield "checks", {"result": "failed"}, document["checks_failed"]
    yield "not_verified", {}, len(document["not_verified"])
    for phase, seconds in document["seconds"].items():
        yield "duration_seconds", {"phase": phase}, seconds
    yield from _samples_of_checks(document["checks"])
    yield from _samples_of_backup(document["backup"] or {})


def _samples_of_checks(checks: Sequence[Mapping[str, Any]]) -> Iterator[Sample]:
    details = {check["name"]: check["details"] for check in checks}
    for check in checks:
        outcome = "exempted" if check.get("exempted") else check["outcome"]
        labels = {"check": check["name"], "severity": check["severity"], "outcome": outcome}
        yield "check_outcome", labels, 1
        yield "check_duration_seconds", {"check": check["name"]}, check["seconds"]
    yield "exempted", {}, sum(map(_exempted, checks))
    megabytes = _number(details.get("test_database_size_reasonable", {}).get("size_mb"))
    yield "database_size_bytes", {}, None if megabytes is None else round(megabytes * _MEGABYTE)
    rows = details.get("test_row_counts_reasonable", {}).get("rows")
    for table, count in (rows if isinstance(rows, Mapping) else {}).items():
        yield "table_rows", {"table": table}, _number(count)


def _samples_of_backup(backup: Mapping[str, Any]) -> Iterator[Sample]:
    if backup:
        yield "backup_timestamp_seconds", {}, _timestamp(backup["taken_at"])
        yield "backup_age_seconds", {}, round(backup["age_hours"] * 3600)
        yield "backup_size_bytes", {}, backup["size_bytes"]


def _exempted(check: Mapping[str, Any]) -> int:
    findings = sum(bool(finding["exempted"]) for finding in check.get("findings", ()))
    return findings or int(bool(check.get("exempted")))


def _encodable(text: str) -> str:
    """The text without halves of characters, such as a file name in another encoding has."""
    return text.encode("utf-8", "replace").decode()


def _number(value: Any) -> float | None:
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def _timestamp(iso: str) -> float:
    return datetime.fromisoformat(iso).timestamp()
