"""A stream is looked at through a window that keeps count of lines, whatever the chunks."""

import pytest

from restoring.window import ScriptError, Window, end_of_comment


def test_more_keeps_what_was_not_passed_and_one_byte_before() -> None:
    window = Window([b"ab\nc", b"de"], block_size=1)
    assert window.peek(4) == b"ab\nc"
    assert window.advance(window.position + 3) == b"ab\n"
    assert window.begins_line
    assert window.more()
    assert (window.data, window.position, window.line) == (b"\ncde", 1, 2)


@pytest.mark.parametrize(("block_size", "seen"), [(1, b"aa"), (3, b"aaaa"), (4, b"aaaa"), (5, b"aaaaaa")])
def test_more_gathers_at_least_a_block(block_size: int, seen: bytes) -> None:
    window = Window([b"aa"] * 10, block_size)
    window.more()
    assert window.data == b"\n" + seen


def test_more_gathers_as_much_again_as_is_pending() -> None:
    window = Window([b"a"] * 100, block_size=1)
    sizes = [len(window.data) for _ in range(5) if window.more()]
    assert sizes == [2, 4, 8, 16, 32]


def test_a_newline_ends_the_stream_once() -> None:
    window = Window([b"a"], block_size=10)
    assert window.more()
    assert window.data == b"\na\n"
    assert not window.more()
    assert window.rest_of_line() == b"a"


def test_peek_gives_less_at_the_end_only() -> None:
    assert Window([b"a", b"", b"b"], block_size=1).peek(2) == b"ab"
    assert Window([], block_size=1).peek(2) == b"\n"


def test_what_is_pushed_back_comes_next_and_begins_no_line() -> None:
    window = Window([b"one\ntwo"], block_size=100)
    assert window.rest_of_line() == b"one"
    window.push_back(b"again")
    assert (window.line, window.begins_line) == (1, False)
    assert window.rest_of_line() == b"again"
    window.advance(window.position + 1)
    assert (window.peek(3), window.line, window.begins_line) == (b"two", 2, True)


def test_a_nul_byte_is_refused_in_text_and_passed_in_data() -> None:
    window = Window([b"a\nb\0c"], block_size=100)
    window.peek(1)
    assert window.advance(window.position + 3) == b"a\nb"
    with pytest.raises(ScriptError, match="line 2 holds a NUL byte"):
        window.advance(window.position + 1)
    assert window.advance_over_data(window.position + 2) == b"\0c"


def test_only_the_first_byte_order_mark_is_skipped() -> None:
    window = Window([b"\xef", b"\xbb", b"\xbf\xef\xbb\xbfa"], block_size=1)
    window.skip_byte_order_mark()
    assert window.begins_line
    assert window.peek(4) == b"\xef\xbb\xbfa"


@pytest.mark.parametrize(
    ("text", "end"),
    [
        (b"/**/x", 4),
        (b"/*/x*/", 6),
        (b"/* /* */ x */ y", 13),
        (b"/*****/ x", 7),
        (b"/* // */*/", 8),
        (b"/* /* */", 0),
        (b"x /**/", 0),
    ],
)
def test_end_of_comment(text: bytes, end: int) -> None:
    assert end_of_comment(text, 0) == end
