"""The reports that pytest writes: none of yesterday's may stand for this run, none of today's get lost.

What belongs to no test but to a whole report is cleaned here.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from _pytest.junitxml import xml_key

from reporting.redaction import Redactor
from reporting.verification import Verification

_OPTIONS = {"json_report_file": "--json-report-file", "xmlpath": "--junitxml"}


def remove_stale(config: pytest.Config) -> None:
    """Before options are even understood: a mistyped one ends a run without any further hook."""
    for file, option in _files(config, config.known_args_namespace):
        try:
            if _replaceable(file):
                file.unlink(missing_ok=True)
        except OSError as error:
            raise _unwritable(file, option, error) from None


def require_writable(config: pytest.Config) -> None:
    """Raises UsageError now rather than to lose a report in the end."""
    for file, option in _files(config, config.option):
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.open("ab").close()
            if _replaceable(file):
                file.unlink()
        except OSError as error:
            raise _unwritable(file, option, error) from None


def tell_junit(config: pytest.Config, verification: Verification) -> None:
    """Puts the verdict beside the checks in the JUnit report, whose own numbers are pytest's."""
    xml = config.stash.get(xml_key, None)
    if xml is not None:
        xml.add_global_property("verification.id", verification.id)
        xml.add_global_property("verification.status", verification.status)
        xml.add_global_property("verification.target", verification.target.name)


def redact_properties(config: pytest.Config, redactor: Redactor) -> None:
    """Takes the secrets out of what `record_testsuite_property` put aside for the JUnit report."""
    xml = config.stash.get(xml_key, None)
    if xml is not None:
        xml.global_properties[:] = [
            (redactor.text(name), redactor.text(value)) for name, value in xml.global_properties
        ]


def _replaceable(file: Path) -> bool:
    """Whether it may be taken away: root could do so with a device, such as /dev/null."""
    return file.is_file() or not file.exists()


def _files(config: pytest.Config, options: object) -> Iterator[tuple[Path, str]]:
    for name, option in _OPTIONS.items():
        file = getattr(options, name, None)
        if file:
            yield config.invocation_params.dir / file, option


def _unwritable(file: Path, option: str, error: OSError) -> pytest.UsageError:
    return pytest.UsageError(
        f"the report {file} cannot be written ({error.strerror}): name another place by {option}"
    )
