"""The check of the newest rows: against the backup's own time, which is noon of the first of July."""

from __future__ import annotations

from typing import TYPE_CHECKING

import psycopg
import pytest

if TYPE_CHECKING:
    from selftests.checks.restored.conftest import Look, Taken

CHECK = "test_newest_data_recent"

ONE = '[tables.t]\nnewest_column = "at"\nmax_lag_hours = 6\n'
PLACE = "public.t.at"
UNFIT = "newest-column-unfit"


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("timestamptz", "2026-07-01 06:00+00"),
        ("timestamptz", "2026-07-01 08:00+02"),
        ("timestamp", "2026-07-01 06:00"),
        ("date", "2026-07-01"),
        ("moment", "2026-07-01 06:00+00"),
        ("timestamptz", "2026-07-02 01:59+00"),
    ],
)
def test_recent_enough_passes(
    kind: str, value: str, admin: psycopg.Connection, look: Look, taken: Taken
) -> None:
    admin.execute("CREATE DOMAIN instant AS timestamptz; CREATE DOMAIN moment AS instant")
    admin.execute(
        f"CREATE TABLE t (at {kind}); INSERT INTO t VALUES ('2020-01-01'), (NULL), ('{value}')".encode()
    )
    looked = look(ONE, taken(0))
    assert looked.message is None
    assert list(looked.details["newest"]) == ["public.t"]
    assert looked.details["lag_hours"]["public.t"] <= 6


@pytest.mark.parametrize(
    ("kind", "value", "told"),
    [
        ("timestamptz", "2026-07-01 05:59:24+00", "(2026-07-01 05:59:24 UTC) is 6.01 hours"),
        ("timestamp", "2026-07-01 05:00", "(2026-07-01 05:00:00 UTC) is 7.00 hours"),
        ("date", "2026-06-30", "(2026-06-30 00:00:00 UTC) is 12.00 hours"),
    ],
)
def test_too_far_behind_fails(
    kind: str, value: str, told: str, admin: psycopg.Connection, look: Look, taken: Taken
) -> None:
    admin.execute(f"CREATE TABLE t (at {kind}); INSERT INTO t VALUES ('{value}')".encode())
    expected = f"{PLACE}: the newest value {told} behind the backup, expected at most 6"
    looked = look(ONE, taken(0))
    assert (looked.message, looked.kinds) == (expected, ["newest-data-old"])


@pytest.mark.parametrize(
    ("made_by", "told", "kind"),
    [
        ("SELECT 1", "public.t: not there, expected a table with at", "table-missing"),
        ("CREATE TABLE t ()", f"{PLACE}: not there, expected a column", UNFIT),
        ("CREATE TABLE t (at bigint)", f"{PLACE}: bigint, expected a date or a timestamp", UNFIT),
        (
            "CREATE TABLE t (at time)",
            f"{PLACE}: time without time zone, expected a date or a timestamp",
            UNFIT,
        ),
        (
            "CREATE TABLE t (at date)",
            f"{PLACE}: no value from before the backup, expected one",
            "newest-data-old",
        ),
        (
            "CREATE TABLE t (at date); INSERT INTO t VALUES ('infinity'), ('2030-01-01'), (NULL)",
            f"{PLACE}: no value from before the backup, expected one",
            "newest-data-old",
        ),
    ],
)
def test_what_has_no_newest_value_fails(
    made_by: str, told: str, kind: str, admin: psycopg.Connection, look: Look, taken: Taken
) -> None:
    admin.execute(made_by.encode())
    looked = look(ONE, taken(0))
    assert (looked.message, looked.kinds) == (told, [kind])


def test_every_column_is_judged_by_itself(admin: psycopg.Connection, look: Look, taken: Taken) -> None:
    admin.execute('CREATE SCHEMA "S x"; CREATE TABLE "S x"."T" ("A t" date); CREATE TABLE t (at date)')
    admin.execute("""INSERT INTO "S x"."T" VALUES ('2026-01-01'); INSERT INTO t VALUES ('2026-07-01')""")
    looked = look(f'{ONE}[tables."S x.T"]\nnewest_column = "A t"\n[tables.u]\n', taken(0))
    assert (looked.message or "").startswith(
        "S x.T.A t: the newest value (2026-01-01 00:00:00 UTC) is 4332.00"
    )
    assert list(looked.details["newest"]) == ["public.t", "S x.T"]
