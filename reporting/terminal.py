"""The terminal of a run: lines through pytest's own writer, and while a restore lasts a bar."""

import itertools
import os
from collections.abc import Iterable
from contextlib import AbstractContextManager
from typing import TextIO

import pytest

from judging.wording import printable
from reporting.redaction import Redactor
from reporting.summary import Line
from restoring.telling import Look, by_lines, shown

_REFRESH = 0.5
"""Seconds before a bar appears, so that a short restore flashes none, and between two moments."""


class Terminal:
    """A `restoring.telling.Teller`; it writes nothing that the redactor has not seen.

    A bar needs a terminal that pytest writes to itself, neither quietly nor for workers; elsewhere a line
    comes now and then. `gaps` are the seconds before each.
    """

    def __init__(
        self, config: pytest.Config, redactor: Redactor, gaps: Iterable[float] | None = None
    ) -> None:
        self.config = config
        self.redactor = redactor
        self.gaps = gaps

    def __call__(self, line: str) -> None:
        reporter = self.config.pluginmanager.get_plugin("terminalreporter")
        if reporter is not None:
            reporter.ensure_newline()
            reporter.write_line(safe(self.redactor.text(line)))

    def show(self, lines: Iterable[Line]) -> None:
        """Writes lines with their colours, where pytest's own words have any."""
        reporter = self.config.pluginmanager.get_plugin("terminalreporter")
        for line in lines:
            if reporter is not None:
                text = no_command(self.redactor.text(line))
                at = len(text) if line.marked is None else line.marked
                reporter.ensure_newline()
                reporter.write(text[:at], **line.markup)
                reporter.line(text[at:])

    def watching(self, look: Look) -> AbstractContextManager[None]:
        """Shows the progress of a restore for as long as the context lasts."""
        file = self._file()
        if file is None or not self._draws(file):
            return by_lines(self, look, self.gaps)
        from reporting.bar import Bar  # noqa: PLC0415 # only a terminal has a use for rich

        writer = self.config.get_terminal_writer()
        bar = Bar(file, self.redactor.text, colours=writer.hasmarkup)
        return shown(bar, look, self.gaps or itertools.repeat(_REFRESH))

    def _file(self) -> TextIO | None:
        """What pytest's terminal reporter writes to, which is not what tests and fixtures write to."""
        if not self.config.pluginmanager.hasplugin("terminalreporter"):
            return None
        file: TextIO | None = getattr(self.config.get_terminal_writer(), "_file", None)
        return file

    def _draws(self, file: TextIO) -> bool:
        if self.config.pluginmanager.hasplugin("dsession") or self.config.option.verbose < 0:
            return False
        return file.isatty() and os.environ.get("TERM", "dumb") not in ("dumb", "unknown")


def safe(text: str) -> str:
    """What a terminal or GitHub's runner takes for text alone, whoever gave a table that name."""
    return printable(text).replace("##[", "#\u200b#[")


def no_command(text: str) -> str:
    """As `safe`; a line that begins with two colons is an order to GitHub's runner, too."""
    text = safe(text)
    return text.replace("::", ":\u200b:", 1) if text.lstrip().startswith("::") else text
