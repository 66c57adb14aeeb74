"""Parse trees as the catalogue shows them."""

import pytest

from judging.nodes import Node, parse


def test_fields_hold_words_nodes_and_lists() -> None:
    node = parse(r"{A :word x\ y :empty <> :value 4 [ 1 0 ] :inner {B :number 7} :list ({C} (i 1 2) {D})}")
    assert (node.kind, node.word("word"), node.word("missing")) == ("A", r"x\ y", "")
    assert node.words("value") == ["4", "[", "1", "0", "]"]
    assert [inner.number("number") for inner in node.nodes("inner")] == [7]
    assert [inner.kind for inner in node.nodes("list")] == ["C", "D"]
    assert [inner.kind for inner in node.walk()] == ["A", "B", "C", "D"]


def test_nodes_are_equal_wherever_they_stood() -> None:
    assert parse("{VAR :varattno 1 :location 3}") == parse("{VAR :varattno 1 :location 9}")
    assert parse("{VAR :varattno 1 :location 3}") != parse("{VAR :varattno 2 :location 3}")


def test_a_list_of_one_is_that_one() -> None:
    assert parse("({A})") == Node("A")


@pytest.mark.parametrize("text", ["", "{A :b", "{A} {B}", "x", "({A} {B})"])
def test_what_is_no_tree_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"tree"):
        parse(text)
