"""The check of completeness: each kind of thing that a backup lists, missing from what came back."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest

from restoring.archive import read_archive
from restoring.facts import Listed
from restoring.from_archive import listed
from restoring.listing import Listing
from restoring.script import Comment, read_script
from settings import HOME

if TYPE_CHECKING:
    from selftests.checks.conftest import Verify
    from selftests.checks.restored.conftest import Look

CHECK = "test_restore_complete"

MORE = """
CREATE SCHEMA s; CREATE TABLE s.p (i int PRIMARY KEY, k text, CONSTRAINT positive CHECK (i > 0));
CREATE TABLE s.t (i serial, p int CONSTRAINT key REFERENCES s.p, CONSTRAINT once UNIQUE (p));
CREATE INDEX by_k ON s.p (k);
CREATE FUNCTION s.f(a int, b s.p[]) RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION s.f(a text, VARIADIC b "char"[]) RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION s.acts() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
CREATE PROCEDURE s.pr(INOUT a int) LANGUAGE sql AS 'SELECT 1';
CREATE AGGREGATE s.ag(*) (SFUNC = int8inc, STYPE = bigint, INITCOND = '0');
CREATE TRIGGER tr AFTER INSERT ON s.t EXECUTE FUNCTION s.acts();
CREATE VIEW s.v AS SELECT 1 AS one; CREATE MATERIALIZED VIEW s.m AS SELECT 1 AS one;
CREATE RULE r AS ON INSERT TO s.v DO INSTEAD NOTHING;
CREATE POLICY "p o" ON s.t USING (true); ALTER TABLE s.t ENABLE ROW LEVEL SECURITY;
CREATE TYPE s.mood AS ENUM ('a'); CREATE TYPE s.pair AS (a int); CREATE DOMAIN s.d AS int;
ALTER DOMAIN s.d ADD CONSTRAINT dc CHECK (VALUE > 0) NOT VALID;
CREATE STATISTICS s.st ON i, k FROM s.p; CREATE PUBLICATION pub FOR TABLE s.t;
CREATE FOREIGN DATA WRAPPER w; CREATE SERVER srv FOREIGN DATA WRAPPER w;
CREATE USER MAPPING FOR PUBLIC SERVER srv; CREATE FOREIGN TABLE s.ft (i int) SERVER srv;
CREATE COLLATION s.c (provider = libc, locale = 'C');
CREATE OPERATOR s.=== (LEFTARG = int, RIGHTARG = text, FUNCTION = s.eq);
CREATE CAST (s.mood AS s.pair) WITH FUNCTION s.to_pair(s.mood);
CREATE TABLE s.parts (i int) PARTITION BY LIST (i); CREATE TABLE s.part PARTITION OF s.parts DEFAULT;
CREATE TABLE s.a_name_that_is_as_long_as_a_name_can_be_in_the_catalogue_of_it_all (
    i int PRIMARY KEY
    CONSTRAINT a_constraint_whose_name_is_as_long_as_a_name_can_be_in_there_too UNIQUE
);
CREATE FUNCTION s.long(a timestamptz, b timestamptz, c timestamptz) RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE INDEX whole ON s.parts (i); SELECT lo_create(4711); SELECT lo_create(4712);
"""
FUNCTIONS = """
CREATE SCHEMA IF NOT EXISTS s; CREATE FUNCTION s.eq(int, text) RETURNS bool LANGUAGE sql AS 'SELECT true';
"""


@pytest.fixture
def source(admin: psycopg.Connection) -> psycopg.Connection:
    """A database with one of nearly every kind."""
    before, cast, after = MORE.partition("CREATE CAST")
    to_pair = "CREATE FUNCTION s.to_pair(s.mood) RETURNS s.pair LANGUAGE sql AS 'SELECT ROW(1)::s.pair';"
    text = FUNCTIONS + before.replace("CREATE SCHEMA s;", "") + to_pair + cast + after
    admin.execute(text.encode())
    return admin


@pytest.fixture
def archived(source: psycopg.Connection, pg_bin: Path, dsn: str, tmp_path: Path) -> tuple[Listed, ...]:
    """What an archive of it lists."""
    dump(pg_bin, dsn, tmp_path / "archive", "-Fc")
    with (tmp_path / "archive").open("rb") as stream:
        return listed(read_archive(stream), (), "UTF8")


def dump(pg_bin: Path, dsn: str, path: Path, *options: str) -> None:
    subprocess.run([pg_bin / "pg_dump", *options, "-f", path, "-d", dsn], check=True, timeout=60)


def test_everything_that_an_archive_lists_is_found(archived: tuple[Listed, ...], look: Look) -> None:
    looked = look(listed=archived)
    assert (looked.message, looked.unverified, looked.details["missing"]) == (None, [], [])
    assert looked.details["looked_for"] > 40
    kinds = {entry.kind for entry in archived}
    assert {"TABLE ATTACH", "INDEX ATTACH", "CAST", "BLOB METADATA", "ROW SECURITY", "NOT VALID"} <= kinds


def test_everything_that_a_script_lists_is_found(
    source: psycopg.Connection, pg_bin: Path, dsn: str, tmp_path: Path, look: Look
) -> None:
    dump(pg_bin, dsn, tmp_path / "script")
    listing = Listing("UTF8")
    with (tmp_path / "script").open("rb") as stream:
        for event in read_script(stream):
            listing.note(event.text if isinstance(event, Comment) else b"")
    looked = look(listed=listing.entries())
    assert (looked.message, looked.unverified) == (None, [])
    assert looked.details["looked_for"] > 40


@pytest.mark.parametrize("options", [["-Fc"], []], ids=["archive", "script"])
def test_everything_arrives_in_a_real_restore(
    options: list[str], source: psycopg.Connection, pg_bin: Path, dsn: str, tmp_path: Path, verify: Verify
) -> None:
    """And all other checks of a restored backup pass on it."""
    dump(pg_bin, dsn, tmp_path / "backup", *options)
    checks = verify("[tables.t]\n", HOME / "checks" / "restored", "--backup", tmp_path / "backup").checks
    assert checks[CHECK].details["looked_for"] > 40
    assert {check.name: check.message for check in checks.values() if check.outcome != "passed"} == {}
    ours = {
        CHECK,
        "test_backup_recent",
        "test_storage_sound",
        "test_constraints_hold",
        "test_sequences_ahead",
    }
    assert ours <= set(checks)


LOST = {
    "ALTER TABLE s.parts DETACH PARTITION s.part": [
        "INDEX ATTACH part_i_idx in s",
        "TABLE ATTACH part in s",
    ],
    "DROP TABLE s.part": ["INDEX part_i_idx in s", "TABLE part in s"],
    "DROP RULE r ON s.v": ["RULE v r in s"],
    "DROP VIEW s.v": ["VIEW v in s"],
    "DROP MATERIALIZED VIEW s.m": ["MATERIALIZED VIEW m in s"],
    "ALTER TABLE s.t ALTER i DROP DEFAULT": ["DEFAULT t i in s"],
    "DROP SEQUENCE s.t_i_seq": ["SEQUENCE t_i_seq in s"],
    "DROP INDEX s.by_k": ["INDEX by_k in s"],
    "ALTER TABLE s.t DROP CONSTRAINT key": ["CONSTRAINT t key in s"],
    "ALTER TABLE s.t DROP CONSTRAINT once": ["CONSTRAINT t once in s"],
    "ALTER DOMAIN s.d DROP CONSTRAINT dc": ["CONSTRAINT d dc in s"],
    "DROP DOMAIN s.d": ["DOMAIN d in s"],
    "DROP TRIGGER tr ON s.t": ["TRIGGER t tr in s"],
    'DROP POLICY "p o" ON s.t': ["POLICY t p o in s"],
    "ALTER TABLE s.t DISABLE ROW LEVEL SECURITY": ["ROW SECURITY t in s"],
    "DROP FUNCTION s.f(int, s.p[])": ["FUNCTION f(integer, p[]) in s"],
    'DROP FUNCTION s.f(text, "char"[])': ["FUNCTION f(text, char[]) in s"],
    "DROP PROCEDURE s.pr": ["PROCEDURE pr(integer) in s"],
    "DROP AGGREGATE s.ag(*)": ["AGGREGATE ag(*) in s"],
    "DROP CAST (s.mood AS s.pair)": ["CAST CAST (mood AS pair)"],
    "DROP OPERATOR s.===(int, text)": ["OPERATOR === in s"],
    "DROP STATISTICS s.st": ["STATISTICS st in s"],
    "ALTER PUBLICATION pub DROP TABLE s.t": ["PUBLICATION TABLE pub t in s"],
    "DROP PUBLICATION pub": ["PUBLICATION pub"],
    "DROP FOREIGN TABLE s.ft": ["TABLE ft in s"],
    "DROP USER MAPPING FOR PUBLIC SERVER srv": ["USER MAPPING USER MAPPING public SERVER srv"],
    "DROP COLLATION s.c": ["COLLATION c in s"],
    "SELECT lo_unlink(4712)": ["BLOB 4712"],
}


def test_whatever_is_missing_is_named(
    archived: tuple[Listed, ...], source: psycopg.Connection, look: Look
) -> None:
    """One thing after another is lost; each adds its own names to those that are missing."""
    before: set[str] = set()
    found: set[str] = set()
    for lost_by, names in LOST.items():
        source.execute(lost_by.encode())
        looked = look(listed=archived)
        missing = set(looked.details["missing"])
        assert (lost_by, sorted(missing - before)) == (lost_by, names)
        assert (looked.message or "").startswith("not arrived: ")
        assert len(looked.kinds) == len(looked.details["missing"])
        found |= set(looked.kinds)
        before = missing
    assert found == {"listed-table-missing", "listed-protection-missing", "listed-object-missing"}


def test_one_of_several_operators_of_one_name_is_missed(
    archived: tuple[Listed, ...], source: psycopg.Connection, look: Look
) -> None:
    operator = Listed("OPERATOR", "s", "===")
    assert look(listed=(*archived, operator)).details["missing"] == ["OPERATOR === in s"]


def test_the_sentence_counts_kinds_and_names_the_first(look: Look) -> None:
    tables = tuple(Listed("TABLE", "s", f"t{number:02}") for number in range(12))
    message = look(listed=(*tables, Listed("INDEX", "s", "by"))).message or ""
    assert message.startswith("not arrived: 12 TABLE, 1 INDEX, expected 0: INDEX by in s; TABLE t00 in s; ")
    assert message.endswith("TABLE t08 in s; and 3 more")


@pytest.mark.parametrize(
    ("entry", "left_out"),
    [
        (Listed("EXTENSION", "", "vector"), "extension vector"),
        (Listed("TABLE", "s", "Far"), "CREATE TABLE s.Far"),
        (Listed("TABLE DATA", "s", "far"), "COPY s.far"),
        (Listed("FUNCTION", "s", "g(vector)"), "CREATE FUNCTION s.g"),
        (Listed("CONSTRAINT", "s", "far key"), "ALTER TABLE ONLY s.far ADD CONSTRAINT key PRIMARY KEY"),
        (Listed("INDEX", "s", "by_v"), "CREATE INDEX by_v ON s.far USING hnsw"),
        (Listed("POLICY", "s", "far own"), "CREATE POLICY own ON s.far"),
        (Listed("PUBLICATION", "", "all of it"), "publication all of it"),
    ],
)
def test_what_the_restore_left_out_is_not_verified(entry: Listed, left_out: str, look: Look) -> None:
    looked = look(listed=(entry,), left_out=((left_out, "for a reason"),))
    assert looked.message is None
    assert [why for _, why in looked.unverified] == ["for a reason"]
    others = tuple((what, "…") for what in ("extension other", "ALTER TABLE ONLY s.far ADD CHECK"))
    assert look(listed=(entry,), left_out=others).message is not None


@pytest.mark.parametrize(
    ("entry", "left_out"),
    [
        (Listed("TABLE", "s", "far"), "CREATE TABLE other.far"),
        (Listed("TABLE DATA", "s", "far"), 'COPY "Other".far'),
        (Listed("POLICY", "s", "far own"), "CREATE POLICY own ON other.far"),
        (Listed("FUNCTION", "s", "g(vector)"), "CREATE FUNCTION other.g"),
    ],
)
def test_what_was_left_out_of_another_schema_excuses_nothing(
    entry: Listed, left_out: str, look: Look
) -> None:
    assert look(listed=(entry,), left_out=((left_out, "for a reason"),)).message is not None


@pytest.mark.parametrize("name", ["s.far", "s.*"])
def test_what_is_excluded_on_purpose_is_not_verified(name: str, look: Look) -> None:
    exclusion = f'[tables.t]\n[[backup.excluded]]\nobject = "{name}"\nreason = "large"\n'
    listed_there = (Listed("TABLE", "s", "far"), Listed("POLICY", "s", "far own"))
    looked = look(exclusion, listed=listed_there)
    assert (looked.message, [why for _, why in looked.unverified]) == (None, ["large", "large"])
    assert look(exclusion + "rows_only = true\n", listed=listed_there).message is not None


def test_a_name_that_cannot_be_read_is_not_verified(look: Look) -> None:
    looked = look(listed=(Listed("TABLE", "s", "na\ufffdve"),))
    assert (looked.message, len(looked.unverified)) == (None, 1)


def test_a_backup_without_a_list_is_not_verified(look: Look) -> None:
    looked = look(listed=(Listed("ACL", "", "SCHEMA public"),))
    assert looked.message is None
    assert looked.unverified == [("that everything arrived", "the backup has no list of what it holds")]
