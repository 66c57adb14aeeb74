"""Metrics out of verifications: what is known, in base units, and nothing for what is not."""

import re
import subprocess
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any

import pytest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.parser import text_string_to_metric_families

from reporting.verification import CheckResult, Exempted, FindingResult, Verification
from reporting.watch.metrics import LAST_SUCCESS, METRICS, PREFIX, exposition, families, with_earlier
from selftests.promtool import promtool

AT = datetime(2026, 1, 28, 5, tzinfo=UTC).timestamp()

Verified = Callable[..., Verification]


def values(metrics: Iterable[Metric]) -> dict[str, float]:
    """Each series by its name and labels, as it stands in the text, without the target `nightly`."""
    lines = exposition(metrics).decode().splitlines()
    series = [line.rsplit(" ", 1) for line in lines if not line.startswith("#")]
    named = {
        re.sub(r',?target="nightly"', "", name).removesuffix("{}"): float(value) for name, value in series
    }
    return {name.removeprefix(PREFIX): value for name, value in named.items()}


def of(verification: Verification) -> dict[str, float]:
    return values(families(verification.as_dict()))


def test_a_success_says_all_that_it_knows(verified: Verified) -> None:
    told = of(verified())
    outcomes = {name: value for name, value in told.items() if name.startswith("check_")}
    assert {name: value for name, value in told.items() if name not in outcomes} == {
        "last_run_timestamp_seconds": AT,
        "last_success_timestamp_seconds": AT,
        'status{status="success"}': 1,
        'status{status="warning"}': 0,
        'status{status="failure"}': 0,
        'checks{result="passed"}': 3,
        'checks{result="failed"}': 0,
        "not_verified": 1,
        "exempted": 0,
        'duration_seconds{phase="locate"}': 0.1,
        'duration_seconds{phase="serve"}': 0.2,
        'duration_seconds{phase="restore"}': 61.25,
        'duration_seconds{phase="checks"}': 1.5,
        "backup_timestamp_seconds": AT - 7200,
        "backup_age_seconds": 7200,
        "backup_size_bytes": 3 * 1024 * 1024,
        "database_size_bytes": 12.5 * 1024 * 1024,
        'table_rows{table="public.t"}': 7,
    }
    name = "test_database_size_reasonable"
    assert outcomes[f'check_outcome{{check="{name}",outcome="passed",severity="warning"}}'] == 1
    assert outcomes[f'check_duration_seconds{{check="{name}"}}'] == 0.5
    assert len(outcomes) == 6


def test_what_a_failure_does_not_know_is_absent(failed: Verified) -> None:
    told = of(failed())
    assert {name.split("{")[0] for name in told} == {
        *("last_run_timestamp_seconds", "status", "checks", "check_outcome", "check_duration_seconds"),
        *("not_verified", "exempted", "duration_seconds"),
    }
    assert told['status{status="failure"}'] == told['checks{result="failed"}'] == 1
    assert (
        told['check_outcome{check="test_critical_tables_exist",outcome="not run",severity="critical"}'] == 1
    )


def test_a_warning_has_passed_every_critical_check(verified: Verified) -> None:
    told = of(verified(checks=[check("test_a"), check("test_b", "warning", outcome="failed")]))
    assert told['status{status="warning"}'] == 1
    assert told["last_success_timestamp_seconds"] == AT


def check(name: str, severity: Any = "critical", **changes: Any) -> CheckResult:
    return CheckResult(
        **{"name": name, "title": name, "severity": severity, "outcome": "passed", **changes}
    )


def test_exemptions_are_counted_and_shown(verified: Verified) -> None:
    until = Exempted("known", "2026-12-31")
    findings = [FindingResult("a", "a", until), FindingResult("b", "b", until), FindingResult("c", "c")]
    told = of(
        verified(
            checks=[
                check("test_a", findings=findings),
                check("test_b", outcome="failed", exempted=until),
                check("test_c"),
            ]
        )
    )
    assert told["exempted"] == 3
    assert told['check_outcome{check="test_b",outcome="exempted",severity="critical"}'] == 1


@pytest.mark.parametrize(
    "details",
    [
        {},
        {"rows": None, "size_mb": None},
        {"rows": "…", "size_mb": "NaN"},
        {"rows": {"t": "NaN"}, "size_mb": True},
    ],
)
def test_details_of_another_shape_are_unknown(verified: Verified, details: dict[str, Any]) -> None:
    names = ("test_database_size_reasonable", "test_row_counts_reasonable")
    told = of(verified(checks=[check(name, details=details) for name in names]))
    assert not [name for name in told if name.startswith(("table_rows", "database_size"))]


def test_odd_names_come_back_as_they_are(verified: Verified) -> None:
    odd = 'a"b\\c\n{d="e"} é 🚨'
    text = exposition(families(verified(odd).as_dict())).decode()
    parsed = list(text_string_to_metric_families(text))
    assert {sample.labels["target"] for family in parsed for sample in family.samples} == {odd}


def test_a_file_name_in_another_encoding_has_a_label_too(verified: Verified) -> None:
    text = exposition(families(verified("caf\udce9").as_dict())).decode()
    assert 'target="caf?"' in text


def test_only_metrics_that_are_described_are_made(verified: Verified, failed: Verified) -> None:
    made = {family.name: family for each in (verified(), failed()) for family in families(each.as_dict())}
    assert made.keys() <= METRICS.keys()
    assert {family.type for family in made.values()} == {"gauge"}
    labels = {name: {"target", *labels} for name, (_, labels) in METRICS.items()}
    assert all(sample.labels.keys() == labels[name] for name in made for sample in made[name].samples)


def test_every_described_metric_is_made(verified: Verified) -> None:
    assert {family.name for family in families(verified().as_dict())} == METRICS.keys()


def test_prometheus_itself_finds_nothing_wrong(verified: Verified) -> None:
    text = exposition(families(verified('odd "name"').as_dict()))
    done = subprocess.run([promtool(), "check", "metrics"], input=text, capture_output=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")


def merged(verification: Verification, earlier: Iterable[Metric]) -> dict[str, float]:
    new = families(verification.as_dict())
    return values(with_earlier(new, earlier, verification.target.name))


def test_a_failure_keeps_the_last_success_and_nothing_else(verified: Verified, failed: Verified) -> None:
    later = datetime(2026, 1, 29, 5, tzinfo=UTC)
    told = merged(failed(verified_at=later), families(verified().as_dict()))
    assert told["last_success_timestamp_seconds"] == AT
    assert told["last_run_timestamp_seconds"] == later.timestamp()
    assert told['status{status="success"}'] == 0
    assert not [name for name in told if name.startswith(("backup_", "table_rows", "database_"))]


def test_a_success_replaces_the_last_success(verified: Verified) -> None:
    later = datetime(2026, 1, 29, 5, tzinfo=UTC)
    told = merged(verified(verified_at=later), families(verified().as_dict()))
    assert told["last_success_timestamp_seconds"] == later.timestamp()


def test_what_is_said_of_others_stays(verified: Verified, failed: Verified) -> None:
    others = families(verified("other").as_dict())
    told = merged(failed(), others)
    kept = {name: value for name, value in told.items() if 'target="other"' in name}
    assert kept == values(others)


def test_what_is_not_ours_is_left_behind(failed: Verified) -> None:
    strange = GaugeMetricFamily("node_load1", "Not ours.")
    strange.add_sample("node_load1", {"target": "other"}, 1)
    success = GaugeMetricFamily(LAST_SUCCESS, "Ours, and odd.")
    success.add_sample(LAST_SUCCESS, {"target": "nightly"}, float("nan"))
    success.add_sample(LAST_SUCCESS, {"instance": "nightly"}, 1)
    assert merged(failed(), [strange, success]) == of(failed())
