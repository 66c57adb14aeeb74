"""A bar is one line of a terminal, drawn anew and gone at the end."""

import io

import pytest

from reporting.bar import Bar
from restoring.progress import Progress
from selftests.pseudoterminal import plain, screen

MEGABYTE = 1 << 20
HALF = Progress(12, 50 * MEGABYTE, 100 * MEGABYTE, 200 * MEGABYTE, 3, 9, ("COPY public.pets",))


class Screen(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def file(monkeypatch: pytest.MonkeyPatch) -> Screen:
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("NO_COLOR", raising=False)
    return Screen()


def bar(file: Screen, *, colours: bool = True) -> Bar:
    return Bar(file, lambda text: text.replace("c4n4ry", "***"), colours=colours)


def drawn(file: Screen) -> str:
    (line,) = [line for line in screen(file.getvalue()) if line]
    return plain(line).rstrip()


def test_it_shows_the_part_and_what_came_of_it(file: Screen) -> None:
    bar(file).show(HALF)
    line = drawn(file)
    assert line.startswith("restoring ━━━━━━━━━━")
    assert line.endswith("50% 4 MB/s, about 10 s left; COPY public.pets; 3 of 9 tables filled…")
    assert len(line) <= 100


def test_it_is_drawn_anew_in_its_place(file: Screen) -> None:
    drawing = bar(file)
    for part in (1, 20, 90):
        drawing.show(Progress(10, part, 100))
    assert drawn(file).split()[2] == "90%"
    assert file.getvalue().count("\n") == 0


def test_it_is_gone_at_the_end_and_leaves_the_cursor_alone(file: Screen) -> None:
    drawing = bar(file)
    drawing.show(HALF)
    drawing.close()
    assert [line for line in screen(file.getvalue()) if plain(line)] == []
    assert "\x1b[?25" not in file.getvalue()


def test_what_was_never_drawn_leaves_nothing(file: Screen) -> None:
    bar(file).close()
    assert plain(file.getvalue()).strip() == ""


def test_without_a_known_end_there_is_no_percentage(file: Screen) -> None:
    bar(file).show(Progress(3, restored=MEGABYTE))
    assert "%" not in drawn(file)
    assert drawn(file).endswith("1 MB restored; 3 s")


def test_names_are_not_taken_for_markup_and_secrets_are_taken_out(file: Screen) -> None:
    bar(file).show(Progress(3, doing=("COPY public.[red]c4n4ry[/red]",)))
    assert "COPY public.[red]***[/red]" in drawn(file)


def test_no_colours_where_none_are_wanted(file: Screen) -> None:
    bar(file, colours=False).show(HALF)
    assert "\x1b[3" not in file.getvalue()
    assert "50%" in drawn(file)


@pytest.mark.parametrize("columns", [20, 40, 60])
def test_a_narrow_terminal_cuts_the_words(
    file: Screen, monkeypatch: pytest.MonkeyPatch, columns: int
) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    bar(file).show(HALF)
    assert len(drawn(file)) <= columns
