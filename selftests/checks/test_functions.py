"""The check of the required functions: by name, by signature, and never by a likeness."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from settings import HOME

if TYPE_CHECKING:
    from selftests.checks.conftest import Judge, Verify

CHECK = "test_database_functions_exist"

SHARED = """
CREATE FUNCTION book(integer, note text DEFAULT '') RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION book() RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION many(text[], VARIADIC numeric[]) RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION tell(i int, OUT a text, OUT b text) LANGUAGE sql AS $$SELECT 'a', 'b'$$;
CREATE PROCEDURE clean(integer) LANGUAGE sql AS 'SELECT 1';
CREATE AGGREGATE total(integer) (SFUNC = int4pl, STYPE = int);
CREATE FUNCTION "Mixed Case"(integer) RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION "do.t"() RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION "quo""te"() RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION "naïve_日本"() RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE SCHEMA "Other";
CREATE FUNCTION "Other".at(timestamptz, varchar) RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION "Other".elsewhere() RETURNS int LANGUAGE sql AS 'SELECT 1';
"""
AT = '"Other".at(timestamp with time zone, character varying)'


def expecting(*names: str) -> str:
    required = ", ".join(json.dumps(name, ensure_ascii=False) for name in names)
    return f"[tables.pets]\n[functions]\nrequired = [{required}]\n"


@pytest.mark.parametrize(
    ("name", "signatures"),
    [
        ("book", ["public.book(integer, text)", "public.book()"]),
        ("BOOK", ["public.book(integer, text)", "public.book()"]),
        ("public.book", ["public.book(integer, text)", "public.book()"]),
        ("book()", ["public.book()"]),
        ("book(integer, text)", ["public.book(integer, text)"]),
        ("book (INT,text)", ["public.book(integer, text)"]),
        ("many(text[], numeric[])", ["public.many(text[], numeric[])"]),
        ("tell(integer)", ["public.tell(integer)"]),
        ("clean", ["public.clean(integer)"]),
        ("clean(integer)", ["public.clean(integer)"]),
        ("total", ["public.total(integer)"]),
        ("total(integer)", ["public.total(integer)"]),
        ('"Mixed Case"', ['public."Mixed Case"(integer)']),
        ('"Mixed Case"(integer)', ['public."Mixed Case"(integer)']),
        ('"do.t"()', ['public."do.t"()']),
        ('"quo""te"', ['public."quo""te"()']),
        ("naïve_日本", ['public."naïve_日本"()']),
        ('"Other".at', [AT]),
        ('"Other".at(timestamptz, varchar(20))', [AT]),
        (AT, [AT]),
    ],
)
def test_found_by_name_or_by_signature(name: str, signatures: list[str], shared: str, judge: Judge) -> None:
    check = judge(expecting(name), at=shared)
    assert (check.outcome, check.severity, check.message) == ("passed", "warning", None)
    assert check.details == {"signatures": {name: signatures}}


@pytest.mark.parametrize(
    "name",
    [
        "boo",
        "books",
        "book(integer)",
        "book(text, integer)",
        "book(integer, text, text)",
        "book(no_such_type)",
        "tell(integer, text, text)",
        "mixed_case",
        '"BOOK"',
        '"Mixed case"',
        "elsewhere",
        "elsewhere()",
        "other.at",
        "no_such_schema.book",
        "no_such_schema.book()",
        "now",
    ],
)
def test_a_likeness_is_not_enough(name: str, shared: str, judge: Judge) -> None:
    check = judge(expecting(name), at=shared)
    assert (check.outcome, check.message) == ("failed", f"missing: {name}; expected 1 functions")
    assert [each.kind for each in check.findings] == ["function-missing"]
    assert check.details == {"signatures": {name: None}}


@pytest.mark.parametrize("name", ["elsewhere", "elsewhere()"])
def test_public_is_meant_whatever_the_search_path(name: str, shared: str, judge: Judge) -> None:
    place = make_conninfo(shared, options='-c search_path="Other"')
    check = judge(expecting(name), at=place)
    assert (check.outcome, check.message) == ("failed", f"missing: {name}; expected 1 functions")


def test_one_too_few_is_named(admin: psycopg.Connection, judge: Judge) -> None:
    admin.execute(SHARED)
    wanted = expecting("book", "added_later(integer)", "total")
    check = judge(wanted)
    assert check.message == "missing: added_later(integer); expected 3 functions"
    assert list(check.details["signatures"]) == ["book", "added_later(integer)", "total"]
    admin.execute("CREATE FUNCTION added_later(integer) RETURNS int LANGUAGE sql AS 'SELECT 1'")
    assert judge(wanted).outcome == "passed"


def test_all_missing_are_named(shared: str, judge: Judge) -> None:
    shipped = (HOME / "expectations.toml").read_text()
    check = judge(shipped, at=shared)
    expected = "missing: book_appointment_with_lock, cleanup_old_webhook_logs; expected 2 functions"
    assert (check.outcome, check.message) == ("failed", expected)


@pytest.mark.parametrize(
    ("name", "complaint"),
    [
        ("my-function", 'string is not a valid identifier: "my-function"'),
        ("book(id integer)", 'syntax error at or near "integer"'),
    ],
)
def test_what_is_no_name_of_a_function_is_never_found(
    name: str, complaint: str, shared: str, judge: Judge
) -> None:
    check = judge(expecting("book", name), at=shared)
    assert (check.outcome, check.message) == ("failed", complaint)


@pytest.mark.parametrize("functions", ["", "[functions]\n", "[functions]\nrequired = []\n"])
def test_none_required_passes(functions: str, shared: str, judge: Judge) -> None:
    check = judge("[tables.pets]\n" + functions, at=shared)
    assert (check.outcome, check.details) == ("passed", {"signatures": {}})


def test_none_required_is_listed_as_not_verified(verify: Verify, shared: str) -> None:
    file = HOME / "checks" / f"{CHECK}.py"
    listed = {"what": "functions", "why": "the expectations name none"}
    without = verify("[tables.pets]\n", file, "--database-url", shared)
    assert without.verification["not_verified"] == [listed]
    assert "functions: the expectations name none" in without.printed
    named = verify(expecting("now"), file, "--database-url", shared)
    assert named.verification["not_verified"] == []


def test_a_name_needs_no_grant_and_a_signature_its_schema(
    admin: psycopg.Connection, reader: str, reader_dsn: str, judge: Judge
) -> None:
    admin.execute(SHARED + "REVOKE ALL ON FUNCTION book() FROM PUBLIC;")
    assert judge(expecting("book()", '"Other".at'), at=reader_dsn).outcome == "passed"
    check = judge(expecting(AT), at=reader_dsn)
    assert (check.outcome, check.message) == ("failed", "permission denied for schema Other")
    admin.execute(f'GRANT USAGE ON SCHEMA "Other" TO {reader}'.encode())
    assert judge(expecting(AT), at=reader_dsn).outcome == "passed"
