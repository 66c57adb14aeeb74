"""Every schedule starts each day at 05:00 UTC, one run at a time, and gives a restore its time."""

import re
from collections.abc import Callable
from configparser import ConfigParser
from typing import Any

import pytest
import yaml

from settings import HOME, SETTINGS, seconds

DEPLOY = HOME / "deploy"
RANGES = (range(60), range(24), range(1, 32), range(1, 13), range(7))
DEFAULT_LIMIT = seconds(next(str(s.default) for s in SETTINGS if s.name == "restore_timeout"))


def document(name: str) -> Any:
    return list(yaml.safe_load_all((DEPLOY / name).read_text(encoding="utf-8")))[-1]


def unit(name: str) -> ConfigParser:
    parser = ConfigParser(interpolation=None, delimiters="=", comment_prefixes="#")
    parser.optionxform = str  # type: ignore[assignment, method-assign]
    parser.read_string((DEPLOY / name).read_text(encoding="utf-8"))
    return parser


def crontab_fields() -> str:
    lines = (DEPLOY / "crontab").read_text(encoding="utf-8").splitlines()
    (entry,) = (line for line in lines if re.match(r"[\d*]", line))
    return " ".join(entry.split()[:5])


def workflow_fields() -> str:
    # YAML 1.1 reads the key `on` as true.
    (schedule,) = document("github-actions.yml")[True]["schedule"]
    return str(schedule["cron"])


def cronjob_fields() -> str:
    return str(document("kubernetes-cronjob.yaml")["spec"]["schedule"])


def moments(fields: str) -> list[set[int]]:
    """The minutes, hours, days, months and weekdays that five cron fields of `*` and numbers stand for."""
    found = fields.split()
    assert len(found) == len(RANGES)
    return [
        set(possible) if field == "*" else {int(number) for number in field.split(",")}
        for field, possible in zip(found, RANGES, strict=True)
    ]


@pytest.mark.parametrize("fields", [crontab_fields, workflow_fields, cronjob_fields])
def test_cron_fields_mean_each_day_at_five(fields: Callable[[], str]) -> None:
    assert moments(fields()) == [{0}, {5}, *map(set, RANGES[2:])]


def test_each_scheduler_that_has_a_zone_is_told_utc() -> None:
    assert "\nCRON_TZ=UTC\n" in (DEPLOY / "crontab").read_text(encoding="utf-8")
    assert document("kubernetes-cronjob.yaml")["spec"]["timeZone"] == "Etc/UTC"
    assert unit("backup-verification.timer")["Timer"]["OnCalendar"] == "*-*-* 05:00:00 UTC"


def test_no_scheduler_overlaps_runs_or_ends_one_for_the_next() -> None:
    assert document("kubernetes-cronjob.yaml")["spec"]["concurrencyPolicy"] == "Forbid"
    concurrency = document("github-actions.yml")["concurrency"]
    assert concurrency["group"]
    assert concurrency["cancel-in-progress"] is False


def test_systemd_waits_longer_than_a_restore_may_take() -> None:
    assert seconds(unit("backup-verification.service")["Service"]["TimeoutStartSec"]) > DEFAULT_LIMIT


def test_github_waits_longer_than_a_restore_may_take() -> None:
    job = document("github-actions.yml")["jobs"]["verify"]
    limit = next(step["env"]["RESTORE_TIMEOUT"] for step in job["steps"] if "env" in step)
    assert seconds(limit) < job["timeout-minutes"] * 60 <= 6 * 3600


def test_kubernetes_waits_longer_than_a_restore_may_take_and_ends_before_the_next_day() -> None:
    job = document("kubernetes-cronjob.yaml")["spec"]["jobTemplate"]["spec"]
    pod = job["template"]["spec"]
    limit = next(e["value"] for e in pod["containers"][0]["env"] if e["name"] == "RESTORE_TIMEOUT")
    assert seconds(limit) < pod["activeDeadlineSeconds"]
    tries = job["backoffLimit"] + 1
    assert tries * pod["activeDeadlineSeconds"] < job["activeDeadlineSeconds"] < 24 * 3600
