"""A script is whole when it ends as its writer ends it, and in no other way."""

from pathlib import Path

import pytest

from restoring.content import Content, Format
from restoring.whole import ScriptFacts, unfinished

WHOLE = ScriptFacts(headers=1, trailers=1)
CUT = ScriptFacts(headers=1, trailers=0)
RESET = b"RESET ALL"


def single(form: Format, facts: ScriptFacts) -> str | None:
    return unfinished(Content(form, None, (Path("backup.sql"),)), [facts])


def facts_of(*comments: bytes) -> ScriptFacts:
    facts = ScriptFacts()
    for comment in comments:
        facts.note(comment)
    return facts


@pytest.mark.parametrize(
    ("comment", "headers", "trailers"),
    [
        (b"-- PostgreSQL database dump", 1, 0),
        (b"-- PostgreSQL database dump\r", 1, 0),
        (b"-- PostgreSQL database cluster dump", 1, 0),
        (b"-- PostgreSQL database dump complete", 0, 1),
        (b"-- PostgreSQL database cluster dump complete", 0, 1),
        (b"-- PostgreSQL database dump comple", 0, 0),
        (b"-- PostgreSQL database dump complete, or nearly", 0, 0),
        (b"-- a PostgreSQL database dump complete", 0, 0),
    ],
)
def test_a_header_and_a_trailer_are_whole_lines(comment: bytes, headers: int, trailers: int) -> None:
    facts = facts_of(comment)
    assert (facts.headers, facts.trailers) == (headers, trailers)


def test_the_time_of_completion_is_kept() -> None:
    facts = facts_of(b"-- Started on 2026-11-01 01:00:00 UTC", b"-- Completed on 2026-11-01 02:03:04 UTC")
    assert facts.completed_at == "2026-11-01 02:03:04"


@pytest.mark.parametrize("form", ["plain", "cluster"])
@pytest.mark.parametrize(
    ("headers", "trailers", "whole"),
    [(1, 1, True), (1, 0, False), (0, 1, True), (0, 0, False), (3, 3, True), (3, 2, False), (2, 1, False)],
)
def test_each_header_has_its_trailer(form: Format, headers: int, trailers: int, whole: bool) -> None:
    complaint = single(form, ScriptFacts(headers, trailers, last_statement=RESET))
    assert (complaint is None) is whole
    assert whole or "backup.sql is cut short: it ends without the trailer" in str(complaint)


NOTHING = ScriptFacts(last_statement=b"CREATE TABLE t ()")
RESETS = ScriptFacts(last_statement=b"\nreset all")
BOTH = ScriptFacts(1, 1, last_statement=RESET)


@pytest.mark.parametrize(
    ("roles", "schema", "data", "cut"),
    [
        (RESETS, NOTHING, BOTH, None),
        (RESETS, RESETS, BOTH, None),
        (BOTH, BOTH, BOTH, None),
        (NOTHING, NOTHING, BOTH, "roles.sql.gz"),
        (ScriptFacts(), NOTHING, BOTH, "roles.sql.gz"),
        (ScriptFacts(1, 0, last_statement=RESET), NOTHING, BOTH, "roles.sql.gz"),
        (RESETS, CUT, BOTH, "schema.sql"),
        (RESETS, NOTHING, RESETS, "data.sql"),
        (RESETS, NOTHING, WHOLE, "data.sql"),
        (RESETS, NOTHING, CUT, "data.sql"),
        (RESETS, NOTHING, ScriptFacts(), "data.sql"),
    ],
)
def test_each_file_of_a_supabase_set_has_an_end_of_its_own(
    roles: ScriptFacts, schema: ScriptFacts, data: ScriptFacts, cut: str | None
) -> None:
    files = (Path("roles.sql.gz"), Path("schema.sql"), Path("data.sql"))
    complaint = unfinished(Content("supabase-cli", None, files), [roles, schema, data])
    assert (complaint.split(" ")[0] if complaint else None) == cut
