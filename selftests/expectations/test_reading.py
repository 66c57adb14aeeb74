"""Expectations: read whole, and refused with file, key and what was expected."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from expectations import (
    Allowance,
    Call,
    Exclusion,
    Expectations,
    ExpectationsError,
    Tenancy,
    read_expectations,
)
from settings import HOME

TABLE = "[tables.organizations]\n"
EXEMPT = TABLE + '[[exemptions]]\ncheck = "test_x"\n'
KNOWN = 'reason = "r"\nuntil = 2026-12-31\n'


@pytest.fixture
def read(tmp_path: Path) -> Callable[[str], Expectations]:
    def reading(text: str) -> Expectations:
        file = tmp_path / "my.toml"
        file.write_text(text, encoding="utf-8")
        return read_expectations(file)

    return reading


def test_the_shipped_file_names_seven_tables_two_functions_and_ten_megabytes() -> None:
    found = read_expectations(HOME / "expectations.toml")
    assert [table.full_name for table in found.tables] == [
        "public.organizations",
        "public.profiles",
        "public.agents",
        "public.appointments",
        "public.contacts",
        "public.call_logs",
        "public.knowledge_base_chunks",
    ]
    assert found.functions == ("book_appointment_with_lock", "cleanup_old_webhook_logs")
    assert found.min_size_mb == 10
    assert [table.min_rows for table in found.tables] == [1, 0, 0, 0, 0, 0, 0]


def test_the_example_of_the_design_is_understood(read: Callable[[str], Expectations]) -> None:
    found = read(
        "[database]\nmin_size_mb = 10\nmax_size_mb = 20.5\n"
        '[tables.organizations]\nmin_rows = 2\nmax_rows = 9\n[tables."app.countries"]\n'
        'row_security = false\nreason = "reference data"\n'
        '[functions]\nrequired = ["f", "s.g(integer, text)"]\n[backup]\nmax_age_hours = 26\n'
    )
    assert (found.min_size_mb, found.max_size_mb, found.max_age_hours) == (10, 20.5, 26)
    countries = found.tables[1]
    assert (countries.full_name, countries.row_security) == ("app.countries", False)
    assert found.functions == ("f", "s.g(integer, text)")


def test_a_most_below_the_default_least_is_believed(read: Callable[[str], Expectations]) -> None:
    assert read("[tables.organizations]\nmax_rows = 0\n").tables[0].min_rows == 0


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", r"tables: expected at least one table"),
        ("[tables]\n", r"tables: expected at least one table"),
        (
            TABLE + "[extra]\n",
            r"extra: unknown; expected one of database, tables, functions, backup, row_security, .*",
        ),
        (EXEMPT + "until = 2026-12-31\n", r"exemptions\[1\]\.reason: expected a text, found nothing"),
        (EXEMPT + 'reason = " "\nuntil = 2026-12-31\n', r"reason: expected a text, found ' '"),
        (EXEMPT + 'reason = "r"\n', r"exemptions\[1\]\.until: expected a day such as 2026-12-31"),
        (EXEMPT + 'reason = "r"\nuntil = "2026-12-31"\n', r"until: expected a day .*found '2026-12-31'"),
        (EXEMPT + 'reason = "r"\nuntil = 2026-12-31T05:00:00\n', r"until: expected a day"),
        (EXEMPT + KNOWN + 'finding = "rows-lost"\n', r"exemptions\[1\]: expected either check or finding"),
        (TABLE + "[[exemptions]]\n" + KNOWN, r"exemptions\[1\]: expected either check or finding"),
        (TABLE + "[[exemptions]]\n" + KNOWN + 'finding = "rows-lots"\n', r"finding: .*found 'rows-lots'"),
        (TABLE + "[[exemptions]]\n" + KNOWN + 'finding = "check-failed"\n', r"expected a kind of finding"),
        (TABLE + "[[exemptions]]\n" + KNOWN + 'check = "rows"\n', r"check: expected a name such as test_x"),
        (TABLE + "min_row = 1\n", r"tables\.organizations\.min_row: unknown; expected one of min_rows"),
        (TABLE + "min_rows = -1\n", r"tables\.organizations\.min_rows: expected a whole number, 0 or more"),
        (TABLE + "min_rows = 1.5\n", r"min_rows: expected a whole number"),
        (TABLE + "min_rows = true\n", r"min_rows: expected a whole number, 0 or more, found True"),
        (TABLE + 'min_rows = "1"\n', r"min_rows: expected a whole number, 0 or more, found '1'"),
        (TABLE + "min_rows = 5\nmax_rows = 4\n", r"max_rows: expected at least 5, found 4"),
        (TABLE + "row_security = false\n", r"reason: expected a reason for row_security = false"),
        (TABLE + 'row_security = false\nreason = " "\n', r"reason: expected a reason"),
        (TABLE + 'reason = "why"\n', r"reason: expected only beside row_security = false"),
        (TABLE + "row_security = 0\n", r"row_security: expected true or false"),
        ("[tables]\norganizations = 1\n", r"tables\.organizations: expected a table of keys, found 1"),
        ("[tables.app.users]\n", r"tables\.app: expected quotes around both parts: .*\"app\.users\""),
        ('[tables."a.b.c"]\n', r"expected the name of a table, or schema\.table"),
        ('[tables.users]\n[tables."public.users"]\n', r"tables\.public\.users: .*named twice"),
        ("[tables.users]\n[tables.users]\n", r"not TOML that can be read"),
        (TABLE + "[database]\nmin_size_mb = inf\n", r"database\.min_size_mb: expected a number, 0 or more"),
        (TABLE + "[database]\nmin_size_mb = nan\n", r"database\.min_size_mb: expected a number"),
        (TABLE + "[database]\nmin_size_mb = 9\nmax_size_mb = 8\n", r"expected at least 9, found 8"),
        (TABLE + "[database]\nmax_size_mb = 0\n", r"database\.max_size_mb: expected a number above 0"),
        (TABLE + '[functions]\nrequired = "f"\n', r"functions\.required: expected a list"),
        (TABLE + "[functions]\nrequired = [1]\n", r"functions\.required: expected names such as"),
        (TABLE + '[functions]\nrequired = ["f("]\n', r"functions\.required: expected names such as"),
        (
            TABLE + '[functions]\nrequired = ["f", "f"]\n',
            r"functions\.required: expected each function once",
        ),
        (TABLE + "[backup]\nmax_age_hours = 0\n", r"backup\.max_age_hours: expected a number above 0"),
        (TABLE + "[backup]\nmax_restore_minutes = 0\n", r"max_restore_minutes: expected a number above 0"),
        (
            TABLE + "[[backup.excluded]]\nobject = 'a.b'\n",
            r"excluded\[1\]\.reason: expected a text",
        ),
        (TABLE + "[backup]\nexcluded = 1\n", r"backup\.excluded: expected a list of tables, found 1"),
        (TABLE + "[row_security]\nallowed = ['x']\n", r"allowed\[1\]: expected a table of keys, found 'x'"),
        (TABLE + "[[functions.calls]]\n", r"calls\[1\]\.statement: expected a text, found nothing"),
        (
            TABLE + "[[functions.calls]]\nstatement = 'SELECT 1'\nsettings = {a = 1}\n",
            r"calls\[1\]\.settings\.a: expected a text, found 1",
        ),
        (TABLE + "[tenancy]\n", r"tenancy\.tenants: expected a text, found nothing"),
        (TABLE + "[tenancy]\ntenants = 'SELECT'\ntables = {}\n", r"tenancy\.tables: expected at least one"),
        (
            TABLE + "[tenancy]\ntenants = 'SELECT'\ntables = {'a.b.c' = 'x'}\n",
            r"tenancy\.tables\.a\.b\.c: expected the name of a table",
        ),
        ("database = 3\n" + TABLE, r"database: expected a table of keys, found 3"),
    ],
)
def test_what_is_not_understood_is_an_error(
    read: Callable[[str], Expectations], text: str, complaint: str
) -> None:
    with pytest.raises(ExpectationsError, match=r"my\.toml: .*" + complaint):
        read(text)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ExpectationsError, match=r"none\.toml: cannot be read \(No such file"):
        read_expectations(tmp_path / "none.toml")


def test_a_file_that_is_no_text_is_named(tmp_path: Path) -> None:
    (tmp_path / "odd.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(ExpectationsError, match=r"odd\.toml: cannot be read \(it is not UTF-8\)"):
        read_expectations(tmp_path / "odd.toml")


def test_what_restored_backups_are_asked_for_is_understood(read: Callable[[str], Expectations]) -> None:
    found = read(
        "[tables.orders]\nforce_row_security = true\nnewest_column = 'at'\nmax_lag_hours = 2\n"
        "[backup]\nmax_restore_minutes = 30\n[[backup.excluded]]\nobject = 'app.logs'\n"
        "reason = 'large'\nrows_only = true\n"
        "[[functions.calls]]\nstatement = 'SELECT 1'\nreturns = ''\nrole = 'anon'\nsettings = {a = 'b'}\n"
        "[[row_security.allowed]]\nobject = 'public.plans.read'\nreason = 'prices'\n"
    )
    table = found.tables[0]
    assert (table.force_row_security, table.newest_column, table.max_lag_hours) == (True, "at", 2)
    assert (found.max_age_hours, found.max_restore_minutes) == (26, 30)
    assert found.excluded == (Exclusion("app.logs", "large", rows_only=True),)
    assert found.calls == (Call("SELECT 1", "", "anon", {"a": "b"}),)
    assert found.allowed == (Allowance("public.plans.read", "prices"),)
    assert found.tenancy is None


def test_tenancy_has_the_roles_of_supabase_unless_it_names_others(
    read: Callable[[str], Expectations],
) -> None:
    text = TABLE + "[tenancy]\ntenants = 'SELECT 1'\ntables = {orders = 'org'}\n"
    expected = {"public.orders": "org"}
    assert read(text).tenancy == Tenancy("SELECT 1", expected)
    other = read(text + "role = 'app'\nanonymous_role = ''\nclaims_setting = 'app.tenant'\n").tenancy
    assert other == Tenancy("SELECT 1", expected, "app", None, "app.tenant")


def test_every_key_that_the_shipped_file_only_shows_is_understood(
    read: Callable[[str], Expectations],
) -> None:
    text = (HOME / "expectations.toml").read_text(encoding="utf-8")
    shown = re.sub(r'^# (?=\[\[?[a-z_]+|[a-z_]+ = |"""|SELECT )', "", text, flags=re.MULTILINE)
    found = read(shown)
    assert (len(found.calls), len(found.excluded), len(found.allowed)) == (1, 1, 1)
    assert found.tenancy is not None
    assert found.tenancy.tenants.startswith("SELECT organization_id::text")
    assert found.tables[0].newest_column == "created_at"
    assert not found.tables[-1].row_security
