"""The pictures of the terminal load nothing, tell of no machine, and show what they are named for."""

import re
from pathlib import Path
from xml.etree import ElementTree

import pytest

from selftests.pseudoterminal import plain, screen
from selftests.reporting.pictures_of_terminal import PICTURES, picture

WORDS = {
    "success": "SUCCESS: the backup can be restored, and every check passed",
    "warning": "WARNING: every critical check passed, and something is odd",
    "failure": "FAILURE: do not rely on this",
    "restoring": " left; COPY public.",
}


def words_of(drawn: str) -> str:
    """What is to be read in an SVG, whose spaces are hard ones."""
    texts = ElementTree.fromstring(drawn).itertext()
    return " ".join("".join(texts).replace("\xa0", " ").split())


@pytest.mark.parametrize("name", WORDS)
def test_a_picture_shows_what_it_is_named_for(name: str) -> None:
    file: Path = PICTURES / f"terminal-{name}.svg"
    drawn = file.read_text(encoding="utf-8")
    assert WORDS[name] in words_of(drawn)
    assert len(drawn) < 150_000
    assert not re.search(r"/(work|tmp|home|root|opt)/", drawn)
    assert_loads_nothing(drawn)


def assert_loads_nothing(drawn: str) -> None:
    without_namespace = drawn.replace('xmlns="http://www.w3.org/2000/svg"', "")
    found = re.findall(r"https?:|@import|@font-face|<script|<image|url\((?!#)", without_namespace)
    assert found == []


def test_a_picture_keeps_colours_and_folds_long_lines() -> None:
    drawn = picture("own", "pytest", ["\x1b[1m\x1b[31mred <&>\x1b[0m", "word " * 40])
    assert_loads_nothing(drawn)
    assert "red <&>" in words_of(drawn)
    assert words_of(drawn).count("word") == 40
    assert re.search(r"fill: #cc555a;font-weight: bold", drawn)


def test_a_screen_keeps_what_a_terminal_would_show() -> None:
    bar = "a\r\nrestoring 1\r\x1b[2Krestoring 2\r\x1b[2K\x1b[32mdone\x1b[0m\r\n"
    assert screen(bar) == ["a", "\x1b[32mdone\x1b[0m", ""]
    assert plain("\x1b[1m\rcollected\x1b[0m") == "\rcollected"
    assert screen("above\r\nbelow\r\n\r\x1b[1A\x1b[2K") == ["above", "", ""]
