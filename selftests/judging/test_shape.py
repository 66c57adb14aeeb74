"""The shape of a database: small, and what is worth a look between two of them."""

import pytest

from judging.findings import Finding
from judging.shape import MOST, changes, shape_of
from reference.definitions import Definition

BASE = [
    Definition("table", "public.t", ""),
    Definition("policy", "public.t.own", "FOR SELECT"),
    Definition("row security", "public.t", "ENABLED"),
    Definition("grant", "table public.t to anon", "SELECT"),
    Definition("comment", "table public.t", "x"),
]
ROWS = {"public.t": 100, "public.small": 99}


def changed(definitions: list[Definition], rows: dict[str, int] | None = None) -> list[Finding]:
    return changes(shape_of(BASE, ROWS), shape_of(definitions, ROWS if rows is None else rows))


def test_the_same_shape_has_no_changes() -> None:
    assert changed(list(BASE)) == []


@pytest.mark.parametrize("lost", BASE)
def test_whatever_is_gone_is_named(lost: Definition) -> None:
    found = changed([each for each in BASE if each != lost])
    assert found == [f"{lost.kind} {lost.identity}: gone"]


@pytest.mark.parametrize(
    ("change", "found"),
    [
        (Definition("policy", "public.t.own", "USING (true)"), ["policy public.t.own: changed"]),
        (Definition("row security", "public.t", "FORCED"), ["row security public.t: changed"]),
        (Definition("grant", "table public.t to anon", "ALL"), ["grant table public.t to anon: changed"]),
        (Definition("comment", "table public.t", "y"), []),
    ],
)
def test_a_change_counts_where_it_lets_more_people_in(change: Definition, found: list[str]) -> None:
    rest = [each for each in BASE if (each.kind, each.identity) != (change.kind, change.identity)]
    assert changed([*rest, change]) == found


def test_what_is_new_counts_only_where_it_opens_a_way() -> None:
    assert changed([*BASE, Definition("table", "public.more", "")]) == []
    more = Definition("policy", "public.t.all", "USING (true)")
    assert changed([*BASE, more]) == ["policy public.t.all: new"]


@pytest.mark.parametrize(
    ("rows", "found"),
    [
        ({"public.t": 50, "public.small": 0}, []),
        ({"public.t": 49}, ["public.t: 49 rows, 100 then"]),
        ({"public.t": 0}, ["public.t: 0 rows, 100 then"]),
        ({"public.t": 1000}, []),
    ],
)
def test_a_table_of_a_hundred_rows_may_lose_half(rows: dict[str, int], found: list[str]) -> None:
    assert changed(list(BASE), rows) == found


def test_the_kinds_of_a_server_are_left_out() -> None:
    assert shape_of([Definition("role", "app", "LOGIN")], {})["definitions"] == {}


def test_a_large_database_is_one_digest_for_each_kind() -> None:
    many = [Definition("table", f"public.t{n}", "") for n in range(MOST + 1)]
    shape = shape_of(many, {})
    assert list(shape["definitions"]["table"]) == ["*"]
    assert changes(shape, shape_of(many, {})) == []
    fewer = shape_of([*many[1:], Definition("table", "public.other", "x")], {})
    (found,) = changes(shape, fewer)
    assert found == f"table: {MOST + 1}, {MOST + 1} then, and not the same"
    assert found.kind == "changed-since-success"
