"""The hooks that redact: a whole run in a check's hands, and nothing of a secret comes out."""

from __future__ import annotations

import json
import logging
import warnings
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any, cast

import pytest
from _pytest.junitxml import LogXML, xml_key

from reporting.redacting import Redacting
from reporting.redaction import Redactor
from reporting.selection import CHECKS

CANARY = "c4n4ry-of-a-password"

pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnknownMarkWarning")


@pytest.fixture
def config(pytester: pytest.Pytester) -> pytest.Config:
    return pytester.parseconfig("-p", "no:cacheprovider")


@pytest.fixture
def redacting(config: pytest.Config) -> Iterator[Redacting]:
    plugin = Redacting(config, Redactor.of(CANARY))
    yield plugin
    plugin.close()


def item(name: str, *, check: bool = True) -> pytest.Item:
    found: Any = SimpleNamespace(name=name, path=CHECKS / "test_own.py", location=("checks/test_own.py",))
    if not check:
        found.path = CHECKS.parent / "selftests" / "test_own.py"
    return cast(pytest.Item, found)


def test_a_parameter_named_after_a_secret_is_refused_by_the_name_of_its_function(
    redacting: Redacting,
) -> None:
    items = [item("test_own[one]"), item(f"test_own[two-{CANARY}]")]
    with pytest.raises(
        pytest.UsageError, match=r"^checks/test_own\.py: test_own has a parameter"
    ) as caught:
        redacting.pytest_collection_modifyitems(items)
    assert CANARY not in str(caught.value)
    assert "two" not in str(caught.value)


def test_a_worker_refuses_by_what_xdist_passes_on(config: pytest.Config) -> None:
    setattr(config, "workerinput", {})  # noqa: B010
    plugin = Redacting(config, Redactor.of(CANARY))
    with pytest.raises(RuntimeError, match="has a parameter whose id holds a secret"):
        plugin.pytest_collection_modifyitems([item(f"test_own[{CANARY}]")])
    plugin.close()


@pytest.mark.parametrize(
    ("name", "check"),
    [
        ("test_own", True),
        ("test_own[public]", True),
        (f"test_{CANARY}", True),
        (f"test_own[{CANARY}]", False),
    ],
)
def test_what_is_no_parameter_of_a_check_is_not_refused(
    name: str, check: bool, redacting: Redacting
) -> None:
    redacting.pytest_collection_modifyitems([item(name, check=check)])


def test_a_warning_is_cleaned(redacting: Redacting) -> None:
    with warnings.catch_warnings(record=True) as caught:
        warnings.warn(f"at {CANARY}", stacklevel=1)
    redacting.pytest_warning_recorded(caught[0])
    assert str(caught[0].message) == "at ***"


def test_a_json_report_is_cleaned_in_its_place(redacting: Redacting) -> None:
    report = {"said": f"at {CANARY}", CANARY: [1, {"dsn": CANARY}]}
    redacting.pytest_json_modifyreport(report)
    assert report == {"said": "at ***", "***": [1, {"dsn": "***"}]}
    assert json.dumps(report)


def test_the_properties_of_a_suite_are_cleaned(redacting: Redacting, config: pytest.Config) -> None:
    xml = config.stash[xml_key] = LogXML("unused.xml", None)
    xml.add_global_property("dsn", CANARY)
    redacting.pytest_sessionfinish(cast(pytest.Session, SimpleNamespace(config=config)))
    assert xml.global_properties == [("dsn", "***")]


def test_the_process_is_left_as_it_was(config: pytest.Config) -> None:
    before = logging.getLogRecordFactory()
    plugin = Redacting(config, Redactor.of(CANARY))
    assert logging.getLogRecordFactory() is not before
    plugin.close()
    assert logging.getLogRecordFactory() is before
