"""Reports: a stale one is gone before anything else, and an unwritable one is an error at once."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from _pytest.junitxml import LogXML, xml_key

from reporting.redaction import Redactor
from reporting.report_files import redact_properties, remove_stale, require_writable


def config(folder: Path, **files: str) -> pytest.Config:
    options = SimpleNamespace(**files)
    invocation = SimpleNamespace(dir=folder)
    found: Any = SimpleNamespace(option=options, known_args_namespace=options, invocation_params=invocation)
    return cast(pytest.Config, found)


def test_stale_reports_are_removed(tmp_path: Path) -> None:
    (tmp_path / "a.json").touch()
    (tmp_path / "b.xml").touch()
    remove_stale(config(tmp_path, json_report_file="a.json", xmlpath="b.xml"))
    assert list(tmp_path.iterdir()) == []


def test_no_report_is_no_error(tmp_path: Path) -> None:
    remove_stale(config(tmp_path, json_report_file="a.json"))
    require_writable(config(tmp_path, json_report_file="new/a.json"))
    assert list((tmp_path / "new").iterdir()) == []


@pytest.mark.parametrize("check", [remove_stale, require_writable])
def test_one_that_cannot_be_written_is_named_with_its_option(tmp_path: Path, check: Any) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(pytest.UsageError, match=r"a\.xml cannot be written .* by --junitxml"):
        check(config(tmp_path, xmlpath="file/a.xml"))


def test_the_properties_of_a_suite_are_cleaned_and_keep_their_order(pytester: pytest.Pytester) -> None:
    with_report = pytester.parseconfig()
    xml = with_report.stash[xml_key] = LogXML(pytester.path / "a.xml", None)
    for name, value in (("b", "at hunter22"), ("a", "plain"), ("hunter22", "<&>")):
        xml.add_global_property(name, value)
    redact_properties(with_report, Redactor.of("hunter22"))
    assert xml.global_properties == [("b", "at ***"), ("a", "plain"), ("***", "<&>")]


def test_without_a_junit_report_there_is_nothing_to_clean(pytester: pytest.Pytester) -> None:
    redact_properties(pytester.parseconfig(), Redactor.of("hunter22"))
