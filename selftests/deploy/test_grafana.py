"""The dashboard: what Grafana needs to show it, and queries of metrics that exist."""

import itertools
import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

from reporting.watch.metrics import METRICS, PREFIX
from selftests.promtool import promtool
from settings import HOME

DASHBOARD: dict[str, Any] = json.loads(
    (HOME / "deploy" / "grafana" / "dashboard.json").read_text(encoding="utf-8")
)
PANELS: list[dict[str, Any]] = DASHBOARD["panels"]
SHOWN = [panel for panel in PANELS if panel["type"] != "row"]
QUERIES = [query for panel in SHOWN for query in panel["targets"]]
VARIABLES: dict[str, dict[str, Any]] = {each["name"]: each for each in DASHBOARD["templating"]["list"]}
COLUMNS = 24
each_panel = pytest.mark.parametrize("panel", SHOWN, ids=lambda panel: panel["title"])


def cells(panel: dict[str, Any]) -> set[tuple[int, int]]:
    """The cells of the grid that a panel covers."""
    place = panel["gridPos"]
    columns = range(place["x"], place["x"] + place["w"])
    return set(itertools.product(columns, range(place["y"], place["y"] + place["h"])))


def test_grafana_can_import_it() -> None:
    assert DASHBOARD["schemaVersion"] >= 36
    assert re.fullmatch(r"[\w-]{1,40}", DASHBOARD["uid"])
    assert DASHBOARD["title"]
    assert "id" not in DASHBOARD
    assert "__inputs" not in DASHBOARD


def test_it_serves_any_source_and_any_number_of_targets() -> None:
    assert VARIABLES.keys() == {"datasource", "target"}
    assert (VARIABLES["datasource"]["type"], VARIABLES["datasource"]["query"]) == (
        "datasource",
        "prometheus",
    )
    target = VARIABLES["target"]
    assert (target["type"], target["multi"], target["includeAll"], target["allValue"]) == (
        "query",
        True,
        True,
        ".*",
    )
    assert f"label_values({PREFIX}last_run_timestamp_seconds, target)" == target["definition"]
    assert target["query"]["query"] == target["definition"]


def test_every_panel_has_an_id_of_its_own() -> None:
    ids = [panel["id"] for panel in PANELS]
    assert len(ids) == len(set(ids)) > 10
    assert all(isinstance(each, int) and each > 0 for each in ids)


def test_no_panel_lies_upon_another_or_outside() -> None:
    covered = [cell for panel in PANELS for cell in cells(panel)]
    assert len(covered) == len(set(covered)) > 0
    assert max(column for column, _ in covered) < COLUMNS


@each_panel
def test_a_panel_asks_the_chosen_source_for_the_chosen_targets(panel: dict[str, Any]) -> None:
    assert panel["title"]
    source = {"type": "prometheus", "uid": "${datasource}"}
    assert [panel["datasource"], *(query["datasource"] for query in panel["targets"])] == [source] * (
        1 + len(panel["targets"])
    )
    letters = [query["refId"] for query in panel["targets"]]
    assert len(letters) == len(set(letters)) > 0
    asked = [
        name for query in panel["targets"] for name in re.findall(rf"{PREFIX}\w+\{{([^}}]*)", query["expr"])
    ]
    assert asked
    assert all('target=~"$target"' in selectors for selectors in asked)


@each_panel
def test_a_panel_asks_for_metrics_and_labels_that_exist(panel: dict[str, Any]) -> None:
    for query in panel["targets"]:
        named = set(re.findall(rf"\b{PREFIX}\w+", query["expr"]))
        assert named
        assert named <= METRICS.keys()
        labels = {"target", *(label for name in named for label in METRICS[name][1])}
        assert set(re.findall(r"(\w+)!?=~?\"", query["expr"])) <= labels
        grouped = re.findall(r"by \(([^)]*)\)", query["expr"])
        assert {label.strip() for each in grouped for label in each.split(",")} <= labels


def test_nearly_every_metric_is_shown() -> None:
    shown = {name for query in QUERIES for name in re.findall(rf"\b{PREFIX}\w+", query["expr"])}
    assert METRICS.keys() - shown == {PREFIX + "backup_age_seconds"}


def test_a_table_renames_the_columns_that_it_has() -> None:
    (table,) = (panel for panel in SHOWN if panel["title"] == "Targets")
    (organize,) = (each["options"] for each in table["transformations"] if each["id"] == "organize")
    assert organize["renameByName"].keys() == {f"Value #{query['refId']}" for query in table["targets"]}
    names = {*organize["renameByName"].values(), "target"}
    assert {each["matcher"]["options"] for each in table["fieldConfig"]["overrides"]} <= names


def test_prometheus_understands_every_query(tmp_path: Path) -> None:
    rules = [{"record": f"query:{n}", "expr": query["expr"]} for n, query in enumerate(QUERIES)]
    file = tmp_path / "queries.yml"
    file.write_text(json.dumps({"groups": [{"name": "queries", "rules": rules}]}))
    done = subprocess.run(
        [promtool(), "check", "rules", file], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
