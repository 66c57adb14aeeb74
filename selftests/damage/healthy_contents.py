"""Databases of unusual contents: each is `variants/base.sql` and one file more."""

from __future__ import annotations

from pathlib import Path

from selftests.damage.bench import Bench, Format
from selftests.damage.healthy_variant import OF_NOTES, Variant, text_of


def _holding(
    source: str, story: str, *options: str, format: Format = "custom", database: str = "", name: str = ""
) -> Variant:
    def make(bench: Bench) -> Path:
        made = bench.empty(text_of(source), options=database)
        return bench.place(bench.dump(made, *options, format=format), bench.reference(made))

    return Variant(name or source.replace("_", "-"), story, make, OF_NOTES)


SHAPES = (
    _holding("empty_tables", "tables, parts and views that are rightly empty"),
    _holding("partitions", "range, list, hash, parts of parts, attached indexes, identity in them"),
    _holding("partitions", "the same, as text", format="plain", name="partitions-plain"),
    _holding("partition_index_waiting", "a partitioned index that was invalid in the source too"),
    _holding("generated", "stored generated columns, some by a function of one's own"),
    _holding("generated_virtual", "PostgreSQL 18's virtual generated columns"),
    _holding("identity", "identity always, by default, downward, never used"),
    _holding("sequences", "at its end, downward, cycling, shared, set ahead"),
    _holding("types", "domains, composites, enums, ranges, arrays of them"),
    _holding("types", "the same, as text", format="plain", name="types-plain"),
    _holding("inheritance", "of two parents, of three generations, a parent's column dropped"),
    _holding("names", "quotes, spaces, unicode, dots, keywords, 63 bytes, names of functions"),
    _holding("names", "the same, as text", format="plain", name="names-plain"),
    _holding("names", "the same, in a tar archive", format="tar", name="names-tar"),
    _holding("thousand_tables", "a table for each customer"),
    _holding("wide_table", "1,600 columns", format="plain"),
    _holding("no_keys", "no key, rows that are there twice, no columns at all"),
    _holding("storage_options", "reloptions, storage, hash, brin, spgist, dropped columns"),
    _holding("unlogged", "unlogged tables that hold rows"),
)
VALUES = (
    _holding("big_values", "a megabyte of text, 20,000 digits, long arrays"),
    _holding("big_values", "the same, as INSERTs", "--inserts", format="plain", name="big-values-inserts"),
    _holding("large_objects", "large objects, owned, granted and told of"),
    _holding("large_objects", "the same, as text", format="plain", name="large-objects-plain"),
    _holding("extremes", "infinity, NaN, BC, the ends of every type"),
    _holding(
        "extremes", "the same, as INSERTs", "--column-inserts", format="plain", name="extremes-inserts"
    ),
    _holding("oddities", "money, bits, -0, geometry, networks, JSON with odd whitespace"),
    _holding("time_zones", "hours that are there twice or never were", format="plain"),
)
RULES = (
    _holding("constraints", "circular, deferrable, NOT VALID in the source, NULLS NOT DISTINCT, exclusion"),
    _holding("constraints_18", "WITHOUT OVERLAPS, PERIOD, NOT ENFORCED, NOT NULL NOT VALID"),
    _holding("views", "views on views, security_invoker, recursive, materialised ones never filled"),
    _holding("views", "the same, as text", format="plain", name="views-plain"),
    _holding("rules_triggers", "rules, triggers always, replica, disabled, constraint triggers"),
    _holding("event_triggers", "event triggers, which are not made here"),
    _holding("publications", "of all tables, of columns and rows, of a schema, of nothing"),
    _holding("statistics", "extended statistics and targets"),
    _holding("comments", "a comment on everything"),
    _holding("grants", "grant options, columns, default privileges, roles with odd names"),
    _holding("grants", "the same, as text", format="plain", name="grants-plain"),
    _holding("row_security", "forced, restrictive, for each command, policies that sleep"),
    _holding("functions", "SECURITY DEFINER, BEGIN ATOMIC, procedures, defaults, overloads"),
    _holding("functions", "the same, as text", format="plain", name="functions-plain"),
    _holding("operators", "operators, classes, casts, aggregates, collations, text search"),
    _holding(
        "superuser_objects", "an operator class, an aggregate and a function that only superusers make"
    ),
    _holding("extensions", "citext, hstore, pg_trgm, btree_gist, ltree"),
    _holding("vectors", "vector, with hnsw and ivfflat"),
    _holding("foreign_servers", "foreign servers, which never act here"),
)
ENCODINGS = (
    _holding("latin", "LATIN1", database="ENCODING LATIN1 LOCALE 'C'"),
    _holding(
        "latin", "WIN1252, as text", format="plain", database="ENCODING WIN1252 LOCALE 'C'", name="win1252"
    ),
    _holding("bytes", "SQL_ASCII, with bytes of no encoding", database="ENCODING SQL_ASCII LOCALE 'C'"),
    _holding(
        "bytes",
        "the same, as text",
        format="plain",
        database="ENCODING SQL_ASCII LOCALE 'C'",
        name="bytes-plain",
    ),
    _holding("japanese", "EUC_JP", database="ENCODING EUC_JP LOCALE 'C'"),
    _holding("collated", "the locale POSIX", database="LOCALE 'POSIX'", name="posix"),
    _holding("collated", "libc's C.UTF-8", database="LOCALE 'C.UTF-8'", name="c-utf-8"),
    _holding(
        "collated",
        "the same, as text, which does not tell its locale",
        format="plain",
        database="LOCALE 'C.UTF-8'",
        name="c-utf-8-plain",
    ),
    _holding(
        "collated",
        "the built-in C.UTF-8",
        database="LOCALE 'C' LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8'",
        name="builtin-c-utf-8",
    ),
    _holding(
        "collated",
        "the built-in PG_UNICODE_FAST, with --create",
        "--create",
        format="plain",
        database="LOCALE 'C' LOCALE_PROVIDER builtin BUILTIN_LOCALE 'PG_UNICODE_FAST'",
        name="builtin-unicode-fast",
    ),
)
CONTENTS = (*SHAPES, *VALUES, *RULES, *ENCODINGS)
