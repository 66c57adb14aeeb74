"""The table of what tunes which check is whole, and its examples are what the expectations take."""

from dataclasses import fields
from pathlib import Path

import pytest

from expectations import Exemption, Expectations, Table, Tenancy, read_expectations, reading, tables
from reporting.tunable import EVERY, TUNABLES, Tunable, as_toml, tunables_of
from settings import HOME

CHECKS = {file.stem for file in (HOME / "checks").glob("**/test_*.py")}
SECTIONS = {
    "[tables.organizations]": tables._KEYS,
    "[database]": reading._DATABASE,
    "[functions]": reading._FUNCTIONS,
    "[[functions.calls]]": reading._CALL,
    "[backup]": reading._BACKUP,
    "[[backup.excluded]]": reading._EXCLUSION,
    "[[row_security.allowed]]": reading._ALLOWANCE,
    "[tenancy]": reading._TENANCY,
    "[[exemptions]]": reading._EXEMPTION,
}
OF_THEIR_OWN = {("[functions]", "calls"), ("[backup]", "excluded"), ("[tenancy]", "tables")}
"""Keys that are sections themselves."""

UNTUNED = {
    "test_constraints_hold",
    "test_like_last_success",
    "test_sequences_ahead",
    "test_shape_recorded",
    "test_storage_sound",
    "test_rows_usual",
    "test_database_size_usual",
    "test_backup_size_usual",
    "test_restore_time_usual",
    "test_check_durations_usual",
}
"""The checks that ask the expectations for nothing: those of what is usual ask the log."""


def test_every_key_of_the_expectations_is_in_the_table_once() -> None:
    known = {(section, name) for section, keys in SECTIONS.items() for name in keys} - OF_THEIR_OWN
    listed = [(each.section, each.name) for each in TUNABLES if each.name not in ("", "TABLE")]
    assert sorted(listed) == sorted(known)


def test_every_section_of_the_expectations_is_in_the_table() -> None:
    named = {each.section.strip("[]").split(".")[0] for each in TUNABLES}
    assert named == set(reading._SECTIONS)


def test_every_key_bears_on_a_check_and_every_check_is_accounted_for() -> None:
    named = {check for each in TUNABLES for check in each.checks}
    assert named - {EVERY} == CHECKS - UNTUNED


@pytest.mark.parametrize("check", sorted(CHECKS - UNTUNED))
def test_an_example_is_what_the_expectations_take(check: str, tmp_path: Path) -> None:
    """But for a table without row security, which needs no owner held to it."""
    file = tmp_path / "own.toml"
    lines = as_toml(tunables_of(check))
    if "[tables.organizations]" not in lines:
        lines += ["[tables.organizations]"]
    file.write_text("\n".join(lines))
    assert read_expectations(file).tables


def test_an_exemption_is_what_the_expectations_take(tmp_path: Path) -> None:
    file = tmp_path / "own.toml"
    lines = as_toml(each for each in TUNABLES if EVERY in each.checks)
    file.write_text("\n".join([*lines, 'check = "test_a"', "[tables.t]"]))
    (exemption,) = read_expectations(file).exemptions
    assert exemption.check == "test_a"


def defaults() -> dict[str, str]:
    """The defaults of the model that are no "nothing", as TOML writes them."""
    found = {}
    for model in (Expectations, Table, Tenancy, Exemption):
        for each in fields(model):
            if isinstance(each.default, bool):
                found[each.name] = str(each.default).lower()
            elif isinstance(each.default, int | float):
                found[each.name] = f"{each.default:g}" if each.default < 1e5 else str(each.default)
            elif isinstance(each.default, str):
                found[each.name] = f'"{each.default}"'
    return found


def test_the_defaults_are_the_models() -> None:
    said = {each.name: each.default for each in TUNABLES if each.name in defaults()}
    assert said["min_rows"].startswith(defaults()["min_rows"])
    assert said | {"min_rows": "0"} == defaults()


def test_a_section_is_written_once() -> None:
    keys = [Tunable("[a]", name, "", "", "1", ()) for name in ("b", "c", "TABLE", "")]
    assert as_toml(keys) == ["[a]", "b = 1", "c = 1", "appointments = 1"]
