"""Pieces of secrets: hidden beside a cut, wherever it fell, and nothing else is."""

from __future__ import annotations

import html
import json
import random
import re
import time
from collections.abc import Callable
from urllib.parse import quote

import pytest

from reporting.cuts import SHORTEST, Cut, without_pieces
from reporting.redaction import Redactor

SECRET = "hunter22-wolf99"
AWKWARD = "h0nter@/: \"'<&%?#\\w0lf"
MARKS = ("...", "…", "[88 chars]", "\\u2026")
SPELLINGS: dict[str, Callable[[str], str]] = {
    "plain": str,
    "repr": repr,
    "JSON": json.dumps,
    "JSON twice": lambda text: json.dumps(json.dumps(text)),
    "XML": html.escape,
    "URL": lambda text: quote(text, safe=""),
}


def cleaned(text: str, *secrets: str) -> str:
    return without_pieces(text, [Cut(secret) for secret in secrets], [], "***")


@pytest.mark.parametrize("mark", MARKS)
@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("at hunt<>", "at ***<>"),
        ("at hunter22-wolf9<> now", "at ***<> now"),
        ("<>lf99 now", "<>*** now"),
        ("<>unter22-wolf99@host", "<>***@host"),
        ("a<>ter22-wo<>b", "a<>***<>b"),
        ("hunter<>wolf99", "***<>***"),
        ("of hunter22-wolf99<>", "of ***<>"),
        ("<>hunter22-wolf99 now", "<>*** now"),
    ],
)
def test_a_piece_beside_a_cut_is_hidden(said: str, expected: str, mark: str) -> None:
    assert cleaned(said.replace("<>", mark), SECRET) == expected.replace("<>", mark)


@pytest.mark.parametrize(
    "said",
    [
        "hunters are wolf99",
        "the hunt goes on...",
        "hun...",
        "...f99 now",
        "...wolf9 now",
        "... lf99",
        "hunt [88 rows]",
        "hunt..",
        "hunt [8 chars]",
        "...unter2 and so on...",
        "restoring...",
    ],
)
def test_what_is_no_piece_stays(said: str) -> None:
    assert cleaned(said, SECRET) == said


def test_the_least_piece_has_its_length() -> None:
    assert [cleaned(f"{SECRET[:n]}...", SECRET) == "***..." for n in (SHORTEST - 1, SHORTEST)] == [
        False,
        True,
    ]
    assert [cleaned(f"...{SECRET[-n:]}", SECRET) == "...***" for n in (SHORTEST - 1, SHORTEST)] == [
        False,
        True,
    ]


@pytest.mark.parametrize("mark", MARKS)
@pytest.mark.parametrize("spell", SPELLINGS.values(), ids=SPELLINGS)
def test_wherever_a_cut_falls_in_whatever_spelling(spell: Callable[[str], str], mark: str) -> None:
    """A cut may even fall into the escape of one character."""
    redactor = Redactor.of(AWKWARD)
    text = spell(f"before {AWKWARD} after")
    for at in range(len(text) + 1):
        for cut in (text[:at] + mark, mark + text[at:], text[:at] + mark + text[at + 3 :]):
            clean = redactor.text(cut)
            assert not re.search("h0nt|w0lf", clean), (cut, clean)
            assert redactor.text(clean) == clean


def test_dots_of_a_secret_and_dots_of_a_cut() -> None:
    assert cleaned("at hunt...", "hunt.er..22") == "at ***..."
    assert cleaned("at hunt.er...", "hunt.er..22") == "at ***..."
    assert cleaned("at hunt.er..22...", "hunt.er..22") == "at ***..."


def test_of_several_secrets_each_piece_is_hidden_and_overlaps_are_hidden_once() -> None:
    assert cleaned("hunt... and wolf...", "hunter22", "wolf9999") == "***... and ***..."
    assert cleaned("hunter22w...", "hunter22wolf", "ter22wolf") == "***..."


def test_a_piece_does_not_break_the_secret_that_holds_it() -> None:
    whole = [re.compile("/services/hunter22"), re.compile("hunter22")]
    text = "at /services/hunter22 or hunter22, hunt..."
    assert without_pieces(text, [Cut("hunter22")], whole, "***") == "at *** or ***, ***..."
    assert without_pieces("at hunter22", [], whole, "***") == "at hunter22", "left to who knows the whole"


def test_random_cuts_of_random_secrets() -> None:
    source = random.Random(7)
    for _ in range(300):
        secret = "".join(source.choices("abcXYZ0189-_'\"\\ %&", k=source.randint(8, 30)))
        kept = source.randint(SHORTEST, len(secret))
        assert cleaned(f"={secret[:kept]}...", secret) == "=***..."


def test_many_cuts_take_no_time() -> None:
    cuts = tuple(Cut(f"{AWKWARD}{n}") for n in range(5))
    begun = time.process_time()
    without_pieces("restoring...\n" * 20_000 + "hunt" * 20_000, cuts, [], "***")
    assert time.process_time() - begun < 10
