"""Names come and go as the bytes that the backup holds, whatever their encoding."""

import re

import pytest

from restoring.names import DOTTED, NAME, bytes_of, name_of, quoted, shown, text_of


@pytest.mark.parametrize(
    ("identifier", "name"),
    [
        (b"people", "people"),
        (b"People", "people"),
        (b'"People"', "People"),
        (b'"a ""b"" c"', 'a "b" c'),
        ('"Ärzte"'.encode(), "Ärzte"),
        (b'"\xc4rzte"', "\udcc4rzte"),
    ],
)
def test_an_identifier_is_read_as_the_server_reads_it(identifier: bytes, name: str) -> None:
    assert name_of(identifier) == name


@pytest.mark.parametrize("raw", [b"plain", "Ärzte".encode(), b"\xc4rzte", bytes(range(128, 256))])
def test_no_byte_is_lost(raw: bytes) -> None:
    assert bytes_of(text_of(raw)) == raw


@pytest.mark.parametrize("name", ["people", 'x" OWNER TO "y', '""', "\udcc4rzte", "CURRENT_USER"])
def test_a_quoted_name_is_one_identifier_and_the_same_name(name: str) -> None:
    assert re.fullmatch(NAME, quoted(name))
    assert name_of(quoted(name)) == name


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        (b"a.b", True),
        (b'"a.b"."c d"', True),
        (b"a . b", False),
        (b"a.b;", False),
        (b"a b", False),
        (b'"a', False),
        (b"a--b", False),
    ],
)
def test_dotted_names_hold_nothing_else(text: bytes, whole: bool) -> None:
    assert bool(re.fullmatch(DOTTED, text)) is whole


def test_what_is_shown_is_one_line_of_text() -> None:
    assert shown("a\n  b\t\udcc4") == "a b �"
