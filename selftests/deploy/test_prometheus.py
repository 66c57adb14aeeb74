"""The alert rules: each watches metrics that exist, fires when it should, and not before."""

import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from reporting.watch.metrics import METRICS, PREFIX
from selftests.promtool import promtool
from settings import HOME

FOLDER = HOME / "deploy" / "prometheus"
RULES: list[dict[str, Any]] = [
    rule
    for group in yaml.safe_load((FOLDER / "alerts.yml").read_text(encoding="utf-8"))["groups"]
    for rule in group["rules"]
]
TESTS = sorted(FOLDER.glob("*.test.yml"))
each_rule = pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule["alert"])


def cases_of(file: Path) -> list[dict[str, Any]]:
    tests = yaml.safe_load(file.read_text(encoding="utf-8"))["tests"]
    return [case for test in tests for case in test["alert_rule_test"]]


def promtool_says(*arguments: str | Path) -> str:
    """Asserts that it finds nothing wrong."""
    done = subprocess.run(
        [promtool(), *arguments], cwd=FOLDER, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@each_rule
def test_a_rule_says_what_is_wrong_and_how_bad(rule: dict[str, Any]) -> None:
    assert rule["labels"]["severity"] in ("critical", "warning")
    assert rule["annotations"].keys() == {"summary", "description", "runbook"}


@each_rule
def test_a_rule_watches_metrics_and_labels_that_exist(rule: dict[str, Any]) -> None:
    named = set(re.findall(rf"\b{PREFIX}\w+", rule["expr"]))
    assert named
    assert named <= METRICS.keys()
    labels = {"target", *(label for name in named for label in METRICS[name][1])}
    assert set(re.findall(r"(\w+)=~?\"", rule["expr"])) <= labels
    assert set(re.findall(r"\$labels\.(\w+)", str(rule["annotations"]))) <= labels


@each_rule
def test_a_rule_leads_to_an_entry_of_the_runbook(rule: dict[str, Any]) -> None:
    file, _, anchor = rule["annotations"]["runbook"].partition("#")
    text = (HOME / file).read_text(encoding="utf-8")
    assert not anchor or f"\n### {anchor}\n" in text


def test_each_alert_is_seen_to_fire_and_not_to_fire() -> None:
    cases = [case for file in TESTS for case in cases_of(file)]
    fires = {case["alertname"] for case in cases if case["exp_alerts"]}
    rests = {case["alertname"] for case in cases if not case["exp_alerts"]}
    assert fires == rests == {rule["alert"] for rule in RULES}


def test_prometheus_takes_the_rules() -> None:
    assert f"SUCCESS: {len(RULES)} rules found" in promtool_says("check", "rules", "alerts.yml")


@pytest.mark.parametrize("file", TESTS, ids=lambda file: file.name)
def test_the_alerts_do_what_their_tests_say(file: Path) -> None:
    assert "SUCCESS" in promtool_says("test", "rules", file)
