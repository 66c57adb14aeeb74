"""A bar on a terminal, drawn by rich: how much of a backup has been read, and what came of it."""

from collections.abc import Callable
from typing import TextIO

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn
from rich.table import Column

from restoring import progress as known

_WIDTH = 20


class _Steady(Console):
    """Leaves the cursor as it is: a run that is killed could not bring it back."""

    def show_cursor(self, show: bool = True) -> bool:
        return False


class Bar:
    """A `restoring.telling.Display`: one line that is drawn anew at each moment, and gone at the end.

    `clean` takes the secrets out of what stands beside the bar.
    """

    def __init__(self, file: TextIO, clean: Callable[[str], str], *, colours: bool) -> None:
        self._clean = clean
        self._pace = known.Pace()
        self._bar = Progress(
            TextColumn("restoring", table_column=Column(min_width=9)),
            BarColumn(
                _WIDTH,
                complete_style="cyan",
                finished_style="green",
                pulse_style="cyan",
                table_column=Column(min_width=_WIDTH),
            ),
            TaskProgressColumn(table_column=Column(min_width=4)),
            TextColumn("{task.fields[words]}", markup=False, table_column=_what_is_left()),
            console=_Steady(file=file, force_terminal=True, no_color=not colours, highlight=False),
            auto_refresh=False,
            transient=True,
            redirect_stdout=False,
            redirect_stderr=False,
            expand=True,
        )
        self._task = self._bar.add_task("", total=None, words="")

    def show(self, progress: known.Progress) -> None:
        """Draws what is known; a bar without an end runs to and fro."""
        self._pace.take(progress)
        fraction = progress.fraction
        self._bar.update(
            self._task,
            total=None if fraction is None else 1.0,
            completed=fraction or 0.0,
            words=self._clean(known.beside_bar(progress, self._pace)),
        )
        self._bar.start()
        self._bar.refresh()

    def close(self) -> None:
        """Takes the bar off the terminal."""
        self._bar.stop()


def _what_is_left() -> Column:
    return Column(no_wrap=True, overflow="ellipsis", ratio=1)
