"""What is known of a restore becomes words, and no time is left before it means anything."""

import itertools

import pytest

from restoring.progress import Pace, Progress, beside_bar, duration, line_of, size

MEGABYTE = 1 << 20


def paced(rate: int, seconds: int, step: float = 1.0, begin: int = 0) -> Pace:
    """The pace of a restore that reads so many bytes in a second, seen for so long."""
    pace = Pace()
    for n in range(int(seconds / step) + 1):
        pace.take(Progress(n * step, read=begin + int(rate * n * step)))
    return pace


def test_nothing_known_is_nothing_said() -> None:
    assert line_of(Progress(12.2), Pace()) == "restoring for 12 s"
    assert beside_bar(Progress(12.2), Pace()) == "12 s"


def test_all_that_is_known_is_in_one_line() -> None:
    read, whole = 412 * MEGABYTE, 1_648 * MEGABYTE
    progress = Progress(70.4, read, whole, 890 * MEGABYTE, 12, 19, ("COPY public.events",))
    pace = paced(10 * MEGABYTE, 70)
    assert line_of(progress, pace) == (
        "restoring for 1 min 10 s; 412 MB of 1.6 GB read (25%), 10 MB/s, about 2 min left for the rows; "
        "COPY public.events; 12 of 19 tables filled; 890 MB restored"
    )
    assert beside_bar(progress, pace) == (
        "10 MB/s, about 2 min left; COPY public.events; 12 of 19 tables filled; 890 MB restored; 1 min 10 s"
    )


def test_once_the_rows_are_read_no_time_is_left_for_what_nobody_can_know() -> None:
    doing = ("CREATE INDEX i ON public.t", "ALTER TABLE public.u", "ANALYZE")
    progress = Progress(90, 9_990, 10_000, doing=doing)
    words = "CREATE INDEX i ON public.t, ALTER TABLE public.u"
    assert line_of(progress, paced(100, 90)) == (
        f"restoring for 1 min 30 s; all 10 kB of the backup read; {words}"
    )
    assert beside_bar(progress, paced(100, 90)) == f"rows read; {words}; 1 min 30 s"


def test_of_a_backup_whose_size_is_not_known_only_what_was_read_is_said() -> None:
    progress = Progress(10, read=2048)
    assert line_of(progress, paced(204, 10)) == "restoring for 10 s; 2 kB of the backup read, 204 bytes/s"
    assert progress.fraction is None


def test_more_tables_filled_than_listed_are_all_of_them() -> None:
    """An extension brings tables with rows of its own."""
    assert line_of(Progress(1, filled=20, tables=19), Pace()).endswith("19 of 19 tables filled")
    assert line_of(Progress(1, filled=20), Pace()).endswith("; 20 tables filled")
    assert line_of(Progress(1, filled=1), Pace()).endswith("; 1 table filled")


def test_a_long_name_is_cut() -> None:
    line = line_of(Progress(1, doing=("COPY public." + "x" * 200,)), Pace())
    assert line == "restoring for 1 s; COPY public." + "x" * 47 + "…"


@pytest.mark.parametrize(
    ("seconds", "read", "known"),
    [(4, 500, False), (5, 500, True), (60, 9, False), (60, 10, True), (60, 995, True), (60, 996, False)],
    ids=["too soon", "long enough", "too little", "enough", "nearly all", "all"],
)
def test_time_left_only_where_it_means_something(seconds: int, read: int, known: bool) -> None:
    progress = Progress(seconds, read, 1000)
    assert (paced(10, seconds).left(progress) is not None) == known


def test_a_steady_pace_is_known_from_the_first_seconds_on() -> None:
    for seconds in (5, 20, 600):
        assert paced(1000, seconds).rate == pytest.approx(1000, rel=0.01)


def test_the_pace_follows_within_a_minute_and_does_not_jump() -> None:
    pace = paced(1000, 300)
    rates = []
    for second in range(301, 421):
        pace.take(Progress(second, read=300_000 + (second - 300) * 100))
        rates.append(pace.rate or 0)
    assert rates[0] > 900
    assert all(after <= before for before, after in itertools.pairwise(rates))
    assert rates[60] < 300
    assert rates[-1] == pytest.approx(100, rel=0.2)


def test_how_often_one_looks_changes_no_pace() -> None:
    rates = [paced(1000, 60, step).rate for step in (0.5, 5, 30)]
    assert rates == pytest.approx([1000] * 3, rel=0.01)


def test_a_restore_that_stands_still_has_no_time_left() -> None:
    pace = paced(1000, 60)
    for minute in range(2, 60):
        pace.take(Progress(60 * minute, read=60_000))
    assert pace.left(Progress(3600, 60_000, 1_000_000)) is None


def test_a_moment_at_which_nothing_was_known_is_passed_over() -> None:
    pace = paced(1000, 10)
    pace.take(Progress(11))
    pace.take(Progress(12, read=12_000))
    assert pace.rate == pytest.approx(1000, rel=0.01)


@pytest.mark.parametrize(
    ("left", "words"),
    [
        (1, "5 s"),
        (13, "15 s"),
        (56, "55 s"),
        (59, "1 min"),
        (89, "1 min"),
        (3_500, "58 min"),
        (5_700, "1 h 35 min"),
    ],
)
def test_time_left_is_said_as_exactly_as_it_is_meant(left: int, words: str) -> None:
    progress = Progress(100, 100_000, 100_000 + left * 1000)
    assert beside_bar(progress, paced(1000, 100)).startswith(f"1000 bytes/s, about {words} left;")


@pytest.mark.parametrize(
    ("seconds", "words"), [(0.4, "0 s"), (59.6, "1 min 00 s"), (3599, "59 min 59 s"), (3660, "1 h 01 min")]
)
def test_a_duration(seconds: float, words: str) -> None:
    assert duration(seconds) == words


@pytest.mark.parametrize(
    ("count", "words"),
    [(0, "0 bytes"), (1023, "1023 bytes"), (1024, "1 kB"), (1.5 * MEGABYTE, "2 MB"), (3 << 30, "3.0 GB")],
)
def test_a_size(count: float, words: str) -> None:
    assert size(count) == words
