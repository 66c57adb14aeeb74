"""The schema of a verification: it says what the code makes, and what real runs report is what it says."""

from __future__ import annotations

import copy
import dataclasses
import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args, get_type_hints

import jsonschema
import pytest

from judging.findings import KINDS
from reporting.verification import (
    VERSION,
    BackupFacts,
    CheckResult,
    Exempted,
    FindingResult,
    Harmless,
    NotVerified,
    Outcome,
    ServerFacts,
    Severity,
    Status,
    Target,
    Verification,
)
from selftests.reporting.channels.made import UNTIL, check, failing, finding, success, verification
from settings import HOME

if TYPE_CHECKING:
    from selftests.reporting.conftest import Run

SCHEMA: dict[str, Any] = json.loads(
    (HOME / "reporting" / "verification.schema.json").read_text(encoding="utf-8")
)
SHAPES: dict[str, type] = {
    "target": Target,
    "backup": BackupFacts,
    "check": CheckResult,
    "finding": FindingResult,
    "exemption": Exempted,
    "gap": NotVerified,
    "harmless": Harmless,
    "server": ServerFacts,
}
VALIDATOR = jsonschema.Draft202012Validator(
    SCHEMA, format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER
)
FULL = replace(
    verification(
        [
            check("test_rows", "3 rows", finding("0 rows", exempted=UNTIL)),
            check("test_size", "big", exempted=UNTIL),
            check("test_later", outcome="not run"),
        ]
    ),
    id="5f0c8f2e-8f0a-4c63-9b6e-0d3f4b6a7c11",
    not_verified=[NotVerified("large objects", "none asked for")],
    harmless=[Harmless("CREATE SCHEMA x", "it exists", "it is brought along")],
    server=ServerFacts("PostgreSQL 18.6", "the newest", ("files",)),
)


def faults(document: Any) -> list[str]:
    return [f"{error.json_path}: {error.message}" for error in VALIDATOR.iter_errors(document)]


def as_json(run: Verification) -> dict[str, Any]:
    """As it stands in a report."""
    document: dict[str, Any] = json.loads(json.dumps(run.as_dict()))
    return document


def objects() -> Iterator[tuple[str, dict[str, Any]]]:
    yield "verification", SCHEMA
    yield from SCHEMA["$defs"].items()


def places(value: Any, at: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Where each key of a document stands; what a check records is its own."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield (*at, key)
            yield from () if key in ("details", "seconds") else places(item, (*at, key))
    elif isinstance(value, list) and value:
        yield from places(value[0], (*at, 0))


def with_changed(place: tuple[Any, ...], change: Callable[[Any, Any], object]) -> dict[str, Any]:
    """The full document with `change` made to the container and key at this place."""
    document: Any = copy.deepcopy(as_json(FULL))
    container = document
    for step in place[:-1]:
        container = container[step]
    change(container, place[-1])
    return dict(document)


EVERY = [place for place in places(as_json(FULL)) if isinstance(place[-1], str)]
each_place = pytest.mark.parametrize("place", EVERY, ids=lambda place: ".".join(map(str, place)))


def test_the_schema_is_one() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    assert SCHEMA["properties"]["version"]["const"] == VERSION


def test_it_describes_every_key_that_the_code_gives() -> None:
    assert list(SCHEMA["properties"]) == list(FULL.as_dict())


@pytest.mark.parametrize("name", SHAPES)
def test_it_describes_every_field_of_what_it_is_made_from(name: str) -> None:
    assert list(SCHEMA["$defs"][name]["properties"]) == [
        field.name for field in dataclasses.fields(SHAPES[name])
    ]


def test_it_describes_nothing_else() -> None:
    assert SCHEMA["$defs"].keys() == SHAPES.keys()


def test_every_key_is_described_and_required_and_typed() -> None:
    for name, shape in objects():
        assert shape["required"] == list(shape["properties"]), name
        for key, rule in shape["properties"].items():
            assert rule["description"].endswith("."), f"{name}.{key}"
            assert rule.keys() & {"type", "enum", "const", "$ref", "anyOf"}, f"{name}.{key}"
        assert shape.get("additionalProperties", True) is True, name


@pytest.mark.parametrize(
    ("name", "key", "words"),
    [
        ("verification", "status", Status),
        ("check", "severity", Severity),
        ("check", "outcome", Outcome),
        ("target", "kind", get_type_hints(Target)["kind"]),
        ("backup", "taken_at_from", get_type_hints(BackupFacts)["taken_at_from"]),
    ],
)
def test_its_words_are_those_of_the_code(name: str, key: str, words: Any) -> None:
    assert dict(objects())[name]["properties"][key]["enum"] == list(get_args(words))


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_finding_fits(kind: str) -> None:
    assert faults(as_json(replace(FULL, checks=[check("test_a", finding("x", kind))]))) == []


@pytest.mark.parametrize("run", [FULL, replace(FULL, backup=None, server=None, checks=[], seconds={})])
def test_what_the_code_makes_fits(run: Verification) -> None:
    assert faults(as_json(run)) == []


@each_place
def test_a_key_that_is_lacking_does_not_fit(place: tuple[Any, ...]) -> None:
    assert faults(with_changed(place, lambda container, key: container.pop(key)))


@each_place
def test_a_value_of_another_type_does_not_fit(place: tuple[Any, ...]) -> None:
    assert faults(with_changed(place, lambda container, key: container.update({key: [{}]})))


@each_place
def test_a_key_besides_fits(place: tuple[Any, ...]) -> None:
    """More may be added without another version."""
    assert faults(with_changed(place, lambda container, _: container.update(later=1))) == []


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("id", "an-id"),
        ("verified_at", "yesterday"),
        ("status", "SUCCESS"),
        ("version", 2),
        ("checks_failed", -1),
    ],
)
def test_a_value_that_makes_no_sense_does_not_fit(key: str, value: object) -> None:
    assert faults(as_json(FULL) | {key: value})


def test_the_ids_of_tests_are_none() -> None:
    """What other selftests make is no report, and the schema knows."""
    assert faults(as_json(success()))[0].startswith("$.id: ")
    assert len(faults(as_json(failing("few")))) == 1


@pytest.mark.parametrize(
    ("sample", "status"), [("--sample", "success"), ("--sample=broken", "failure")], ids=["whole", "broken"]
)
def test_what_a_sample_reports_fits(run: Run, tmp_path: Path, sample: str, status: str) -> None:
    found = reported(run, tmp_path, sample)
    assert faults(found) == []
    assert found["status"] == status


def test_what_a_live_run_reports_fits(run: Run, tmp_path: Path, dsn: str) -> None:
    found = reported(run, tmp_path, "--no-delivery", "--database-url", dsn)
    assert faults(found) == []
    assert (found["target"]["kind"], found["backup"], found["server"]) == ("database", None, None)


def reported(run: Run, folder: Path, *arguments: str) -> dict[str, Any]:
    """The verification of a real run, as its report has it."""
    report = folder / "report.json"
    run(HOME / "checks", f"--json-report-file={report}", *arguments)
    found: dict[str, Any] = json.loads(report.read_text())["verification"]
    return found
