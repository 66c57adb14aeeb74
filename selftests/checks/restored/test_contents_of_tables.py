"""test_contents_match: rows lost, doubled, altered or swapped are found, and sequences set back."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import psycopg
import pytest

from reference.contents import Asked, Skipped, read_contents
from reference.opening import Compared
from reference.reference import Reference
from reference.sequences import read_sequences

CHECK = "test_contents_match"

ROWS = """
CREATE TABLE t (id int PRIMARY KEY, name text, at timestamptz);
INSERT INTO t SELECT n, 'name ' || n, '2026-01-01'::timestamptz + n * interval '1 hour'
FROM generate_series(1, 500) AS n;
CREATE TABLE empty (id int);
CREATE SEQUENCE s;
SELECT setval('s', 40);
CREATE SEQUENCE down INCREMENT -1;
SELECT setval('down', -40);
"""


@pytest.fixture
def compared(postgresql: psycopg.Connection) -> Compared:
    """A reference of this test's own database, as it is before the test changes it."""
    postgresql.execute(ROWS)
    contents = read_contents([postgresql], Asked(60))
    positions, _ = read_sequences(postgresql, 60)
    postgresql.commit()
    found = Reference("2026-07-01T00:00:00+00:00", "18", "d", contents.probe, [], contents.tables)
    return Compared(replace(found, sequences=positions), False, False)


@pytest.fixture
def after(
    postgresql: psycopg.Connection, look: Callable[..., Any], compared: Compared
) -> Callable[..., Any]:
    """Looks after a change of the database."""

    def after(change: str, text: str = "[tables.t]\n", **changes: Any) -> Any:
        postgresql.execute(change.encode())
        postgresql.commit()
        return look(text, **({"reference": compared} | changes))

    return after


def test_the_same_rows_in_another_order_pass(after: Callable[..., Any]) -> None:
    shuffled = "INSERT INTO t SELECT * FROM o ORDER BY random()"
    looked = after(f"CREATE TABLE o AS TABLE t; TRUNCATE t; {shuffled}; DROP TABLE o")
    assert looked.message is None
    assert (looked.details["tables that are the same"], looked.details["rows"]) == (2, 500)


@pytest.mark.parametrize(
    ("change", "told", "kind"),
    [
        ("DELETE FROM t WHERE id = 7", "public.t: 499 rows, expected 500 (1 missing)", "rows-lost"),
        ("TRUNCATE t", "public.t: 0 rows, expected 500 (500 missing)", "rows-lost"),
        ("INSERT INTO t VALUES (501)", "public.t: 501 rows, expected 500 (1 too many)", "rows-gained"),
        ("INSERT INTO empty VALUES (1)", "public.empty: 1 rows, expected 0 (1 too many)", "rows-gained"),
        (
            "UPDATE t SET name = 'name 08' WHERE id = 8",
            "public.t: 500 rows of other contents",
            "rows-altered",
        ),
        (
            "UPDATE t SET at = at + interval '1 us' WHERE id = 8",
            "public.t: 500 rows of other contents",
            "rows-altered",
        ),
        (
            "UPDATE t AS a SET name = b.name FROM t AS b WHERE (a.id, b.id) IN ((1, 2), (2, 1))",
            "public.t: 500 rows of other contents",
            "rows-altered",
        ),
        ("DROP TABLE empty", "public.empty: not there, expected 0 rows", "table-missing"),
        ("CREATE TABLE more AS SELECT 1 AS one", "public.more: 1 rows, expected none", "rows-gained"),
        ("SELECT setval('s', 39)", "sequence public.s: at 39, expected 40 or beyond", "sequence-set-back"),
        (
            "SELECT setval('s', 40, false)",
            "sequence public.s: at 40, expected 40 or beyond",
            "sequence-set-back",
        ),
        (
            "SELECT setval('down', -39)",
            "sequence public.down: at -39, expected -40 or beyond",
            "sequence-set-back",
        ),
        ("DROP SEQUENCE s", "sequence public.s: not there, expected it at 40", "sequence-set-back"),
    ],
)
def test_one_change_is_found_and_counted(
    after: Callable[..., Any], change: str, told: str, kind: str
) -> None:
    looked = after(change)
    assert told in looked.message
    assert looked.kinds == [kind]


@pytest.mark.parametrize("change", ["SELECT setval('s', 41)", "SELECT setval('down', -41)"])
def test_a_sequence_may_be_ahead(after: Callable[..., Any], change: str) -> None:
    assert after(change).message is None


def test_a_declared_exclusion_is_not_verified(after: Callable[..., Any]) -> None:
    text = "[tables.t]\n[[backup.excluded]]\nobject = 'public.t'\nrows_only = true\nreason = 'large'\n"
    looked = after("TRUNCATE t", text)
    assert looked.message is None
    assert ("contents of public.t", "excluded by the expectations: large") in looked.unverified


def test_what_the_reference_skipped_is_not_verified(look: Callable[..., Any], compared: Compared) -> None:
    tables = {"public.empty": compared.reference.tables["public.empty"]}
    skipped = replace(compared.reference, tables=tables, skipped=[Skipped("public.t", "as asked")])
    looked = look(reference=replace(compared, reference=skipped))
    assert looked.message is None
    assert ("contents of public.t", "skipped by the reference: as asked") in looked.unverified


def test_a_comparison_of_nothing_does_not_pass(look: Callable[..., Any], compared: Compared) -> None:
    skipped = [Skipped("public.t", "as asked"), Skipped("public.empty", "as asked")]
    nothing = replace(compared.reference, tables={}, skipped=skipped)
    looked = look(reference=replace(compared, reference=nothing))
    assert looked.message == "tables that could be compared: 0, expected at least 1"
    assert looked.kinds == ["nothing-compared"]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ("DELETE FROM t WHERE id <= 100", None),
        ("DELETE FROM t WHERE id <= 101", "public.t: 399 rows, expected 500 ± 100 (live)"),
        ("UPDATE t SET name = 'x'", None),
    ],
)
def test_a_live_source_is_compared_roughly(
    after: Callable[..., Any], compared: Compared, change: str, message: str | None
) -> None:
    looked = after(change, reference=replace(compared, live=True))
    assert (looked.message is None) is (message is None)
    assert (message or "") in (looked.message or "")
    assert looked.kinds == (["rows-lost"] if message else [])
    assert "checksums of the contents" in [what for what, _ in looked.unverified]


def test_servers_that_hash_differently_are_compared_by_count(
    after: Callable[..., Any], compared: Compared
) -> None:
    other = replace(compared, reference=replace(compared.reference, probe="1"))
    looked = after("UPDATE t SET name = 'x'", reference=other)
    assert looked.message is None
    assert ("checksums", "source and server hash differently; rows are counted") in looked.unverified
