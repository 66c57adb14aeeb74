"""What somebody who is woken finds, and what a run of the product says of it."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import signal
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from settings import HOME

_KEPT = re.compile(r'PGPASSFILE=(\S+) \S+ "([^"]+)"\s.*?kill -QUIT (\d+); sleep 1; rm -r (\S+)', re.DOTALL)


@dataclass(frozen=True)
class Situation:
    """What somebody who is woken finds: `variables` are those that the runbook names.

    `options` are of the run that found it, which takes place in `home` and by the command `within`.
    """

    variables: Mapping[str, str]
    options: tuple[str, ...] = ()
    home: Path = HOME
    within: tuple[str, ...] = ()


@dataclass(frozen=True)
class Told:
    """What a run of the product said, and how to reach what it restored."""

    code: int
    output: str
    verification: Mapping[str, Any]

    @property
    def kinds(self) -> set[str]:
        """The kinds of all findings."""
        checks = self.verification.get("checks", ())
        return {found["kind"] for check in checks for found in check["findings"]}

    @property
    def restored_url(self) -> str | None:
        """Where the restored database is, as the runbook has it put together from the line `connect:`."""
        kept = _KEPT.search(self.output)
        return f"{kept[2]} passfile={kept[1]}" if kept else None

    def remove(self) -> None:
        """What the line `remove:` says."""
        for _, _, pid, folder in _KEPT.findall(self.output):
            with contextlib.suppress(ProcessLookupError):
                os.kill(int(pid), signal.SIGQUIT)
            shutil.rmtree(folder, ignore_errors=True)
