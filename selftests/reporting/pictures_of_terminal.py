"""Pictures of a run on a terminal: python -m selftests.reporting.pictures_of_terminal

Each is of a real run on a real pseudo-terminal, three of the bundled sample, of which what pytest writes
before the summary is left out. This machine's folders are given names that would do on any.
"""

from __future__ import annotations

import io
import os
import re
import sys
import tempfile
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from rich.console import Console
from rich.text import Text

from restoring.sample import EXPECTATIONS
from selftests.pseudoterminal import OnTerminal, plain, screen
from selftests.voluminous import write_backup
from settings import HOME

PICTURES = HOME / "docs" / "pictures"
COLUMNS = 112
BEGIN = "backup: "
END = "-- JSON report --"
_FONTS = (
    "ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', "
    "'Apple Color Emoji', 'Noto Color Emoji', monospace"
)
_RUNS = {
    "success": ("--sample",),
    "warning": ("--sample", "--expectations", "yours.toml"),
    "failure": ("--sample=broken",),
}

_EXEMPTION = """
[[exemptions]]
finding = "rows-above-most"
object = "public.call_logs"
reason = "an import that is going to be undone"
until = {}
"""


def main() -> None:
    PICTURES.mkdir(parents=True, exist_ok=True)
    for name, arguments in _RUNS.items():
        keep(name, " ".join(arguments), summary_of(arguments))
    keep("restoring", "--backup nightly.sql", restoring())


def keep(name: str, arguments: str, lines: list[str]) -> None:
    file = PICTURES / f"terminal-{name}.svg"
    file.write_text(picture(name, f"pytest checks/ {arguments}", lines), encoding="utf-8")
    print(f"{file}: {file.stat().st_size / 1024:.0f} kB")


def summary_of(arguments: Sequence[str]) -> list[str]:
    """The lines of a run's summary, with their colours, after a mark for those before it."""
    with tempfile.TemporaryDirectory() as folder:
        expectations = Path(folder) / "yours.toml"
        expectations.write_text(_odd(EXPECTATIONS.read_text(encoding="utf-8")), encoding="utf-8")
        running = _start(
            Path(folder), *(part.replace(expectations.name, str(expectations)) for part in arguments)
        )
        running.finish()
        running.close()
    lines = screen(running.text)
    begin = max(at for at, line in enumerate(lines) if plain(line).startswith(BEGIN))
    end = next(at for at, line in enumerate(lines) if END in plain(line))
    return ["\x1b[2m⋮\x1b[0m", *lines[begin:end]]


def restoring() -> list[str]:
    """The lines of a run that restores a large backup, once it is known how long that is going to take."""
    with tempfile.TemporaryDirectory() as folder:
        backup, expectations = write_backup(Path(folder), ("accounts", "events", "messages"), 2_000_000)
        options = ("--backup", str(backup), "--expectations", str(expectations), "--no-delivery")
        running = _start(Path(folder), *options)
        running.until("1 table filled")
        running.until(" left; ")
        running.process.terminate()
        seen = running.text
        running.finish()
        running.close()
        return [line.replace(str(backup), "nightly.sql") for line in screen(seen) if line]


def _start(folder: Path, *options: str) -> OnTerminal:
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "checks/", *options]
    command.append(f"--json-report-file={folder}/report.json")
    environment = {name: os.environ[name] for name in ("PATH", "HOME", "TMPDIR") if name in os.environ}
    environment |= {"LC_ALL": "C.UTF-8", "COLUMNS": str(COLUMNS)}
    return OnTerminal.start(
        [*command, f"--json-report-file={folder}/report.json"], environment, HOME, COLUMNS
    )


def picture(name: str, command: str, lines: Iterable[str]) -> str:
    """An SVG that loads nothing: its letters are those of the reader's own terminal font."""
    console = Console(
        record=True, width=COLUMNS, file=io.StringIO(), force_terminal=True, color_system="truecolor"
    )
    console.print(Text(f"$ {command}", style="bold"))
    for line in lines:
        console.print(Text.from_ansi(_anywhere(line)), overflow="fold")
    drawn = console.export_svg(title=command, unique_id=f"terminal-{name}")
    drawn = re.sub(r"@font-face \{.*?\}\s*|<!--.*?-->\s*", "", drawn, flags=re.DOTALL)
    return re.sub(r"font-family:[^;]+;", f"font-family: {_FONTS};", drawn)


def _odd(expectations: str) -> str:
    """The sample's expectations, but for two tables that outgrew them, of which one is known to have."""
    appointments, calls = "[tables.appointments]", "[tables.call_logs]"
    bounded = expectations.replace(appointments, f"{appointments}\nmax_rows = 1000")
    bounded = bounded.replace(calls, f"{calls}\nmax_rows = 2000")
    return bounded + _EXEMPTION.format(datetime.now(UTC).date() + timedelta(days=30))


def _anywhere(line: str) -> str:
    for folder, name in ((str(HOME), "~/backup-verification"), (sys.prefix, "~/.venv")):
        line = line.replace(folder, name)
    return line


if __name__ == "__main__":
    main()
