"""What a script says it holds: pg_dump's comments, or statements where there are none."""

import pytest

from restoring.facts import Listed
from restoring.listing import Listing, decoded


@pytest.mark.parametrize(
    ("comment", "entry"),
    [
        ("-- Name: t; Type: TABLE; Schema: public; Owner: bob", ("TABLE", "public", "t")),
        ("-- Name: app; Type: SCHEMA; Schema: -; Owner: -", ("SCHEMA", "", "app")),
        ("-- Data for Name: t; Type: TABLE DATA; Schema: s; Owner: x; y", ("TABLE DATA", "s", "t")),
        ("-- Name: a; Type: b; Type: VIEW; Schema: s", ("VIEW", "s", "a; Type: b")),
        (
            "-- Name: f(integer, s.p[]); Type: FUNCTION; Schema: s; Owner: o",
            ("FUNCTION", "s", "f(integer, s.p[])"),
        ),
        ("-- Name: naïve; Type: TABLE; Schema: S x; Owner: o", ("TABLE", "S x", "naïve")),
        ("-- Name: b; Type: INDEX; Schema: s; Owner: o\r", ("INDEX", "s", "b")),
        ("-- Dumped from database version 15.3", None),
        ("-- Name: without a type", None),
    ],
)
def test_comments_name_what_follows(comment: str, entry: tuple[str, str, str] | None) -> None:
    listing = Listing("UTF8")
    listing.note(comment.encode())
    assert listing.entries() == (() if entry is None else (Listed(*entry),))


@pytest.mark.parametrize(
    ("statement", "entry"),
    [
        ('CREATE TABLE IF NOT EXISTS "public"."My t" (i int)', ("TABLE", "public", "My t")),
        ("create unlogged table public.T (i int)", ("TABLE", "public", "t")),
        ('CREATE OR REPLACE VIEW "a"."b" AS SELECT 1', ("VIEW", "a", "b")),
        ("CREATE MATERIALIZED VIEW a.b AS SELECT 1", ("MATERIALIZED VIEW", "a", "b")),
        ('CREATE SCHEMA IF NOT EXISTS "app"', ("SCHEMA", "", "app")),
        ('CREATE TYPE "a"."mood" AS ENUM (\'x\')', ("TYPE", "a", "mood")),
        ('CREATE INDEX "by x" ON "a"."t" USING "btree" ("x")', ("INDEX", "a", "by x")),
        ("CREATE UNIQUE INDEX x ON ONLY a.t (x)", ("INDEX", "a", "x")),
        ('CREATE POLICY "own rows" ON "a"."t" USING (true)', ("POLICY", "a", "t own rows")),
        (
            'CREATE OR REPLACE TRIGGER "on it" AFTER INSERT ON "a"."t" EXECUTE FUNCTION "a"."f"()',
            ("TRIGGER", "a", "t on it"),
        ),
        (
            'ALTER TABLE ONLY "a"."t"\n    ADD CONSTRAINT "k" FOREIGN KEY ("x") REFERENCES "a"."p"("i")',
            ("FK CONSTRAINT", "a", "t k"),
        ),
        ("ALTER TABLE a.t ADD CONSTRAINT k PRIMARY KEY (x)", ("CONSTRAINT", "a", "t k")),
        ('ALTER TABLE "a"."t" ENABLE ROW LEVEL SECURITY', ("ROW SECURITY", "a", "t")),
        ("ALTER TABLE a.t OWNER TO bob", None),
        ("INSERT INTO a.t VALUES ('CREATE TABLE a.b')", None),
        ("CREATE TABLE unqualified (i int)", None),
    ],
)
def test_statements_name_what_they_make(statement: str, entry: tuple[str, str, str] | None) -> None:
    listing = Listing("UTF8")
    listing.run(statement.encode())
    assert listing.entries() == (() if entry is None else (Listed(*entry),))


def test_once_there_are_comments_statements_say_nothing_new() -> None:
    listing = Listing("UTF8")
    listing.run(b"CREATE TABLE a.first ()")
    listing.note(b"-- Name: t; Type: TABLE; Schema: a; Owner: o")
    listing.run(b"CREATE TABLE a.t ()")
    assert listing.entries() == (Listed("TABLE", "a", "t"), Listed("TABLE", "a", "first"))


@pytest.mark.parametrize("altered", ["TABLE", "TABLE ONLY", "FOREIGN TABLE", "DOMAIN"])
@pytest.mark.parametrize("noted", [True, False])
def test_what_is_declared_not_valid_is_listed_so(noted: bool, altered: str) -> None:
    listing = Listing("UTF8")
    listing.note(b"-- Name: t k; Type: CHECK CONSTRAINT; Schema: a; Owner: o" if noted else b"")
    listing.run(f"ALTER {altered} a.t\n    ADD CONSTRAINT k CHECK ((x > 0)) NOT VALID".encode())
    listing.run(b"ALTER TABLE a.t ADD CONSTRAINT l CHECK ((x > 0))")
    assert [entry for entry in listing.entries() if entry.kind == "NOT VALID"] == [
        Listed("NOT VALID", "a", "t k")
    ]


@pytest.mark.parametrize(
    ("encoding", "raw"),
    [
        ("UTF8", "naïve".encode()),
        ("LATIN1", b"na\xefve"),
        ("WIN1252", b"na\xefve"),
        ("latin9", b"na\xefve"),
    ],
)
def test_names_are_text_whatever_their_encoding(encoding: str, raw: bytes) -> None:
    name = raw.decode("utf-8", "surrogateescape")
    assert decoded(Listed("TABLE", name, name), encoding) == Listed("TABLE", "naïve", "naïve")


@pytest.mark.parametrize("encoding", ["MULE_INTERNAL", "SQL_ASCII", "UTF8"])
def test_a_name_that_cannot_be_read_says_so(encoding: str) -> None:
    name = b"na\xefve".decode("utf-8", "surrogateescape")
    assert decoded(Listed("TABLE", "s", name), encoding) == Listed("TABLE", "s", "na\ufffdve")
