"""RUNBOOK.md as entries: a heading of the third level that is a kind of finding, or an operation."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

LABELS = ("Means", "How sure", "Diagnose", "Expect", "Resolve", "Resolved when", "Escalate")
OPERATIONS = "operations"

_FENCED = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_QUOTED = re.compile(r"`([^`]+)`")
_LABEL = re.compile(r"^\*\*([^*\n]+)\*\*", re.MULTILINE)
_HEADING = re.compile(r"^(#{2,3}) (.+)$", re.MULTILINE)
_TAG = re.compile(r"^Tag: (\S+)$", re.MULTILINE)


@dataclass(frozen=True)
class Entry:
    """`parts` are the texts under the labels, as they stand; `section` is the heading above."""

    kind: str
    section: str
    labels: tuple[str, ...]
    parts: dict[str, str]
    tag: str | None

    @property
    def blocks(self) -> list[str]:
        """The commands of Diagnose, which are run as written."""
        return [text for language, text in fences(self.parts.get("Diagnose", "")) if language == "sh"]

    @property
    def commands(self) -> str:
        return "".join(self.blocks)

    @property
    def expected(self) -> tuple[str, ...]:
        """The texts that the commands print."""
        return tuple(_QUOTED.findall(self.parts.get("Expect", "")))


def read_entries(text: str) -> list[Entry]:
    """All entries in their order."""
    return [_entry(section, title, body) for section, title, body in _headed(text) if title is not None]


def sections(text: str) -> dict[str, str]:
    """The text between each heading of the second level and the next of any level."""
    return {section: body for section, title, body in _headed(text) if title is None}


def fences(text: str) -> list[tuple[str, str]]:
    """Language and text of each fenced block."""
    return _FENCED.findall(text)


def _headed(text: str) -> Iterator[tuple[str, str | None, str]]:
    """A heading in a fenced block is none: it is a comment of a command."""
    bare = _FENCED.sub(lambda found: re.sub("^#", " ", found[0], flags=re.MULTILINE), text)
    found = list(_HEADING.finditer(bare))
    section = ""
    for at, heading in enumerate(found):
        end = found[at + 1].start() if at + 1 < len(found) else len(text)
        body = text[heading.end() : end]
        section = heading[2] if heading[1] == "##" else section
        yield section, heading[2] if heading[1] == "###" else None, body


def _entry(section: str, title: str, body: str) -> Entry:
    labels = list(_LABEL.finditer(body))
    ends = [label.start() for label in labels[1:]] + [len(body)]
    parts = {label[1]: body[label.end() : end].strip() for label, end in zip(labels, ends, strict=True)}
    tag = _TAG.search(body[: labels[0].start() if labels else len(body)])
    return Entry(title, section, tuple(label[1] for label in labels), parts, tag[1] if tag else None)
