"""Queries of views in one spelling, whichever major version wrote them down."""

import pytest

from reference.views import without_needless_names

SPELT_TWICE = {
    "columns": (" SELECT o.id,\n    o.name\n   FROM v.o;", " SELECT id,\n    name\n   FROM v.o;"),
    "alias": (
        " SELECT x.id\n   FROM v.o x\n  WHERE (x.id > 1);",
        " SELECT id\n   FROM v.o x\n  WHERE (id > 1);",
    ),
    "quoted": (' SELECT "T ""x".a\n   FROM v."T ""x";', ' SELECT a\n   FROM v."T ""x";'),
    "a word of SQL in an expression": (
        " SELECT EXTRACT(epoch FROM o.at) AS e\n   FROM v.o;",
        " SELECT EXTRACT(epoch FROM at) AS e\n   FROM v.o;",
    ),
    "query within": (
        " SELECT o.id,\n    ( SELECT p.k\n           FROM v.p\n          WHERE (p.o = o.id))\n   FROM v.o;",
        " SELECT id,\n    ( SELECT p.k\n           FROM v.p\n          WHERE (p.o = o.id))\n   FROM v.o;",
    ),
    "read from a query": (
        " SELECT s.id\n   FROM ( SELECT o.id\n           FROM v.o) s;",
        " SELECT id\n   FROM ( SELECT o.id\n           FROM v.o) s;",
    ),
    "named columns": (
        " SELECT q.b\n   FROM ( VALUES (1,2)) q(a, b);",
        " SELECT b\n   FROM ( VALUES (1,2)) q(a, b);",
    ),
    "function": (
        " SELECT g.n\n   FROM generate_series(1, 3) WITH ORDINALITY g(x, n);",
        " SELECT n\n   FROM generate_series(1, 3) WITH ORDINALITY g(x, n);",
    ),
    "sampled": (
        " SELECT o.id\n   FROM v.o TABLESAMPLE bernoulli ('10'::real);",
        " SELECT id\n   FROM v.o TABLESAMPLE bernoulli ('10'::real);",
    ),
    "array": (" SELECT o.tags[o.n]\n   FROM v.o;", " SELECT tags[n]\n   FROM v.o;"),
    "with": (
        " WITH c AS (\n         SELECT o.id\n           FROM v.o\n        )\n SELECT c.id\n   FROM c;",
        " WITH c AS (\n         SELECT o.id\n           FROM v.o\n        )\n SELECT id\n   FROM c;",
    ),
}
SPELT_ONCE = {
    "two tables": " SELECT a.id,\n    b.id AS bid\n   FROM v.o a,\n    v.o b;",
    "joined": " SELECT o.id\n   FROM (v.o\n     JOIN v.p ON ((p.o = o.id)));",
    "union": " SELECT o.id\n   FROM v.o\nUNION\n SELECT p.id\n   FROM v.p;",
    "no table": " SELECT 1 AS one;",
    "whole row": " SELECT o.*::v.o AS o\n   FROM v.o;",
    "in a text": " SELECT 'o.id'::text AS t\n   FROM v.o;",
    "function of a schema of the same name": " SELECT v.f(id) AS f\n   FROM o.v;",
    "type of a schema of the same name": " SELECT (id)::v.t AS f\n   FROM o.v;",
    "collation of a schema of the same name": ' SELECT (id COLLATE v."x") AS f\n   FROM o.v;',
}


@pytest.mark.parametrize(("before_16", "since_16"), SPELT_TWICE.values(), ids=SPELT_TWICE)
def test_both_spellings_become_one(before_16: str, since_16: str) -> None:
    assert without_needless_names(before_16) == since_16
    assert without_needless_names(since_16) == since_16


@pytest.mark.parametrize("query", SPELT_ONCE.values(), ids=SPELT_ONCE)
def test_what_every_version_spells_alike_stays(query: str) -> None:
    assert without_needless_names(query) == query


@pytest.mark.parametrize(
    "query", ["", "'", '"', "((((", "))))", "FROM", "SELECT FROM", "SELECT 1 FROM ,", "."]
)
def test_what_is_no_query_does_no_harm(query: str) -> None:
    assert without_needless_names(query) == query
