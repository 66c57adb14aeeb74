"""Differences: every one of them, the dangerous first, in lines that can be read when tired."""

import pytest

from reference.definitions import SERVER, Definition
from reference.differences import differences, explain

POLICY = Definition("policy", 'public.orders."tenant reads"', "FOR SELECT TO authenticated USING (own)")
TABLE = Definition("table", "public.orders", "")
FUNCTION = Definition("function", "public.total()", "CREATE FUNCTION\n LANGUAGE sql\nAS $$select 1$$\n")
ALL = "DELETE, INSERT, REFERENCES, SELECT, TRIGGER, TRUNCATE, UPDATE"


def grant(rights: str, what: str = "table t to bob") -> Definition:
    return Definition("grant", what, rights)


def major(version: int) -> Definition:
    return Definition(SERVER, "major version", str(version))


def test_the_same_in_another_order_is_no_difference() -> None:
    assert differences([POLICY, TABLE, FUNCTION], [FUNCTION, POLICY, TABLE]) == []


def test_each_way_to_differ_is_told() -> None:
    other = Definition("function", "public.total()", "CREATE FUNCTION\n LANGUAGE sql\nAS $$$$\n")
    extra = Definition("column", "public.orders.more", "integer")
    found = differences([POLICY, FUNCTION], [other, extra])
    assert [(each.change, each.identity, each.expected, each.found) for each in found] == [
        ("missing", POLICY.identity, POLICY.definition, None),
        ("changed", FUNCTION.identity, FUNCTION.definition, other.definition),
        ("extra", extra.identity, None, extra.definition),
    ]


def test_the_dangerous_comes_first_and_the_unknown_last() -> None:
    kinds = ["zebra", "index", "comment", "function", "policy", "row security", "table", "grant"]
    found = differences([Definition(kind, "x", "") for kind in kinds], [])
    assert [each.kind for each in found] == [
        *("row security", "policy", "grant", "function", "table", "index", "comment", "zebra")
    ]


def test_two_of_one_name_are_not_one() -> None:
    assert differences([TABLE, TABLE], [TABLE])
    assert differences([TABLE, TABLE], [TABLE, TABLE]) == []


def test_an_empty_definition_is_not_a_missing_one() -> None:
    (found,) = differences([TABLE], [])
    assert (found.change, found.expected, found.found) == ("missing", "", None)
    assert explain([found], 10) == ["table: 1 missing", "  missing: table public.orders"]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ([grant("ALL"), major(16)], [grant(ALL), major(17)]),
        ([grant("ALL"), major(16)], [grant("ALL"), major(17)]),
        ([grant("ALL WITH GRANT OPTION"), major(14)], [grant(f"{ALL} WITH GRANT OPTION"), major(18)]),
        ([grant("INSERT, SELECT"), major(15)], [grant("INSERT, MAINTAIN, SELECT"), major(18)]),
        ([grant("ALL"), major(18)], [grant("ALL"), major(18)]),
    ],
)
def test_the_right_that_came_with_17_is_no_difference_to_an_older_one(
    before: list[Definition], after: list[Definition]
) -> None:
    assert differences(before, after) == []
    assert differences(after, before) == []


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ([grant("ALL"), major(17)], [grant(ALL), major(18)]),
        ([grant("ALL")], [grant(ALL)]),
        ([grant("ALL"), major(16)], [grant(ALL.replace(", UPDATE", "")), major(17)]),
        ([grant("SELECT"), major(16)], [grant("SELECT WITH GRANT OPTION"), major(17)]),
        (
            [Definition("comment", "x", "MAINTAIN, y"), major(16)],
            [Definition("comment", "x", "y"), major(17)],
        ),
    ],
)
def test_any_other_right_is(before: list[Definition], after: list[Definition]) -> None:
    assert len(differences(before, after)) == 1


@pytest.mark.parametrize(
    ("before", "after", "same"),
    [
        ("CREATE, USAGE (as installed)", "USAGE (as installed)", True),
        ("USAGE", "USAGE (as installed)", True),
        ("CREATE, USAGE", "USAGE (as installed)", False),
        ("USAGE (as installed)", "CREATE, USAGE", False),
    ],
)
def test_what_each_major_installs_is_no_difference(before: str, after: str, same: bool) -> None:
    schema = "schema public to PUBLIC"
    assert (differences([grant(before, schema)], [grant(after, schema)]) == []) is same


def test_the_version_itself_is_no_difference() -> None:
    assert differences([major(14)], [major(18)]) == []


def test_a_difference_reads_as_what_was_and_what_is() -> None:
    changed = Definition(POLICY.kind, POLICY.identity, "FOR SELECT TO PUBLIC USING (true)")
    lines = explain(differences([POLICY, TABLE, FUNCTION], [changed, FUNCTION]), 10)
    assert lines == [
        "policy: 1 changed",
        '  changed: policy public.orders."tenant reads"',
        "    - FOR SELECT TO authenticated USING (own)",
        "    + FOR SELECT TO PUBLIC USING (true)",
        "table: 1 missing",
        "  missing: table public.orders",
    ]


def test_what_is_missing_is_shown_whole() -> None:
    assert explain(differences([FUNCTION], []), 10) == [
        "function: 1 missing",
        "  missing: function public.total(): CREATE FUNCTION",
        "       LANGUAGE sql",
        "      AS $$select 1$$",
    ]


def test_of_many_lines_those_that_changed_are_shown() -> None:
    body = [f"line {n}" for n in range(50)]
    before = Definition("function", "f()", "\n".join(body))
    after = Definition("function", "f()", "\n".join(body).replace("line 20\n", "line XX\n"))
    assert explain(differences([before], [after]), 1)[2:] == [
        *("      line 19", "    - line 20", "    + line XX", "      line 21")
    ]


def test_headings_count_what_is_not_shown() -> None:
    found = differences([Definition("column", f"t.c{n}", "int") for n in range(5)], [TABLE])
    lines = explain(found, 2)
    assert lines[0] == "table: 1 extra"
    assert "column: 5 missing" in lines
    assert lines[-1] == "and 4 more that are not shown"
    assert len([line for line in lines if line.startswith("  missing")]) == 1


def test_what_goes_with_a_whole_is_counted_and_not_told() -> None:
    table = Definition("table", 'public."a.b"', "")
    parts = [
        Definition("policy", 'public."a.b".own', "FOR ALL"),
        Definition("row security", 'public."a.b"', "ENABLED"),
        Definition("column", 'public."a.b".id', "integer"),
        Definition("grant", 'table public."a.b" to bob', "SELECT"),
        Definition("grant", 'column public."a.b".id to bob', "SELECT"),
        Definition("owner", 'table public."a.b"', "bob"),
        Definition("comment", 'table column public."a.b".id', "the id"),
        Definition("comment", 'policy own on public."a.b"', "his"),
    ]
    others = [
        Definition("policy", "public.a.own", "FOR ALL"),
        Definition("grant", "schema public to bob", "USAGE"),
    ]
    assert explain(differences([table, *parts, *others], []), 10) == [
        "row security: 1 missing (1 with what they belong to)",
        "policy: 2 missing (1 with what they belong to)",
        "  missing: policy public.a.own: FOR ALL",
        "grant: 3 missing (2 with what they belong to)",
        "  missing: grant schema public to bob: USAGE",
        "owner: 1 missing (1 with what they belong to)",
        "table: 1 missing",
        '  missing: table public."a.b"',
        "column: 1 missing (1 with what they belong to)",
        "comment: 2 missing (2 with what they belong to)",
    ]


def test_a_part_that_is_extra_does_not_go_with_a_whole_that_is_missing() -> None:
    found = differences([TABLE], [Definition("policy", f"{TABLE.identity}.p", "FOR ALL")])
    assert "  extra: policy public.orders.p: FOR ALL" in explain(found, 10)


def test_nothing_is_explained_by_nothing() -> None:
    assert explain([], 10) == []
