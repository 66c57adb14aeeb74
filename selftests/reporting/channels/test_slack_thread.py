"""A run after another as Slack is told of them: by real HTTP, in memory of a real database."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from werkzeug import Response

from migrations import apply, migration_files
from reporting.channels.slack_thread import Talk, deliver_slack_bot
from reporting.delivered import Delivered
from reporting.links import Links
from reporting.message import alert
from reporting.redaction import Redactor
from reporting.verification import Verification
from selftests.reporting.channels.made import TOKEN, failing, refusal, success, verification

if TYPE_CHECKING:
    from selftests.reporting.channels.conftest import Api

ROWS = "SELECT thread, runs, quiet_runs FROM public.backup_verification_incident"
FEW = "public.users: 3 rows, expected at least 10"
OTHER = "public.orders: 0 rows, expected at least 1"
FIRST = "1700000000.000001"


@pytest.fixture
def log(dsn: str) -> str:
    for file in migration_files():
        apply(dsn, file)
    return dsn


def deliver(api: Api, log_dsn: str | None, *runs: Verification, **more: Any) -> list[Delivered]:
    """Each run, delivered by a talk of its own, as each is a process of its own."""
    done = []
    for run in runs:
        result = Delivered()
        talk = Talk(api.bot(), log_dsn, **more)
        deliver_slack_bot(run, talk, Redactor.of(TOKEN, log_dsn), result)
        assert TOKEN not in "\n".join(result.lines)
        done.append(result)
    return done


def places(asked: Sequence[dict[str, Any]]) -> list[tuple[str | None, bool]]:
    """The thread of each message, and whether the channel sees it."""
    return [(message.get("thread_ts"), message.get("reply_broadcast", True)) for message in asked]


def test_an_incident_is_one_thread_from_its_first_run_to_its_recovery(api: Api, log: str) -> None:
    runs = [success(), failing(FEW), failing(FEW, day=1), failing(OTHER, day=2), failing(OTHER, day=3)]
    done = deliver(api, log, *runs, failing(OTHER, day=4), success(5), success(6), remind_every=2)
    assert places(api.asked) == [(None, True), (FIRST, False), (FIRST, True), (FIRST, True)]
    texts = [message["text"] for message in api.asked]
    assert texts[0] == alert(runs[1])
    assert texts[1].startswith(
        "Changed since the last message (run 3 without success since 2026-01-28T05:00:00Z)"
    )
    assert texts[1].endswith(f"\n\n{alert(runs[3])}")
    assert texts[2].startswith("Not mended yet (run 5 without success since 2026-01-28T05:00:00Z)\n\n🚨")
    assert "Before: 5 runs without success since 2026-01-28T05:00:00Z" in texts[3]
    assert [result.lines for result in done] == [
        ["Slack thread: none, since success sends none"],
        ["Slack thread: sent, as the first of an incident"],
        ["Slack thread: quiet, since nothing changed; run 2 of these reminds"],
        ["Slack thread: sent to the incident's thread: what fails has changed"],
        ["Slack thread: quiet, since nothing changed; run 2 of these reminds"],
        ["Slack thread: sent to the incident's thread and the channel, as a reminder"],
        ["Slack thread: sent to the incident's thread and the channel: recovered"],
        ["Slack thread: none, since success sends none"],
    ]
    assert all(result.complete for result in done)


def test_what_gets_worse_is_shown_in_the_channel(api: Api, log: str) -> None:
    deliver(api, log, failing(FEW, severity="warning"), failing(FEW, day=1))
    assert places(api.asked) == [(None, True), (FIRST, True)]
    assert api.asked[1]["text"].startswith("Worse than before, from WARNING to FAILURE")


def test_targets_have_threads_of_their_own(api: Api, log: str) -> None:
    other = verification(failing(FEW).checks[1:], name="weekly")
    deliver(api, log, failing(FEW), other, success())
    assert places(api.asked) == [(None, True), (None, True), (FIRST, True)]


def test_page_and_runbook_are_linked(api: Api, log: str) -> None:
    links = Links("https://example.com/site/", "https://example.com/RUNBOOK.md")
    deliver(api, log, failing(FEW), success(1), links=links)
    page = "\n\nPage: https://example.com/site/#run-an-id"
    assert f"{page}\nRunbook: https://example.com/RUNBOOK.md#rows-below-least" in api.asked[0]["text"]
    assert api.asked[1]["text"].endswith(page)


@pytest.mark.parametrize("runs", [1, 2])
def test_without_a_log_each_message_stands_alone(api: Api, runs: int) -> None:
    done = deliver(api, None, *[failing(FEW)] * runs, success())
    assert places(api.asked) == [(None, True)] * runs
    assert api.asked[-1]["text"].endswith(
        "\n\nThis message stands alone: no log is named that would keep its thread: "
        "set VERIFICATION_LOG_URL, and run python -m migrations DSN"
    )
    assert all(result.complete for result in done)


def test_without_the_table_each_message_says_how_it_is_made(api: Api, dsn: str) -> None:
    done = deliver(api, dsn, failing(FEW), failing(FEW), success())
    assert places(api.asked) == [(None, True)] * 2
    assert "run python -m migrations DSN" in api.asked[0]["text"]
    assert "the next run says it again, since the table" in done[0].lines[0]
    assert "whether an incident is open is not known: the table" in done[2].lines[0]
    assert all(result.complete for result in done)


def test_without_a_database_the_message_is_sent_and_names_no_password(api: Api) -> None:
    deliver(api, "postgresql://u:c4n4ry@127.0.0.1:1/d", failing(FEW))
    assert (
        "This message stands alone: no server listens for database d on 127.0.0.1:1" in api.asked[0]["text"]
    )
    assert "c4n4ry" not in api.asked[0]["text"]


def test_what_could_not_be_kept_is_said_again(api: Api, log: str, postgresql: psycopg.Connection) -> None:
    """Each run says all of it, even the one that had been silent."""
    refuse = "ALTER TABLE public.backup_verification_incident ADD CONSTRAINT full_up CHECK (runs < {})"
    postgresql.execute(refuse.format(0).encode())
    postgresql.commit()
    done = deliver(api, log, failing(FEW), failing(FEW, day=1))
    assert places(api.asked) == [(None, True)] * 2
    assert "the next run says it again, since database" in done[0].lines[0]


def test_silence_that_could_not_be_counted_is_broken(
    api: Api, log: str, postgresql: psycopg.Connection
) -> None:
    deliver(api, log, failing(FEW))
    postgresql.execute(
        "ALTER TABLE public.backup_verification_incident ADD CONSTRAINT full_up CHECK (runs < 2)"
    )
    postgresql.commit()
    deliver(api, log, failing(FEW, day=1))
    assert places(api.asked) == [(None, True)] * 2
    assert "This message stands alone: " in api.asked[1]["text"]


def test_a_thread_that_is_gone_is_begun_anew(api: Api, log: str, postgresql: psycopg.Connection) -> None:
    deliver(api, log, failing(FEW))
    api.says(refusal("thread_not_found"))
    deliver(api, log, failing(OTHER, day=1))
    deliver(api, log, failing(FEW, day=2))
    assert places(api.asked) == [(None, True), (FIRST, False), (None, True), ("1700000000.000003", False)]


def test_a_message_that_is_refused_is_missed_and_shown(
    api: Api, log: str, postgresql: psycopg.Connection
) -> None:
    api.says(refusal("invalid_auth"))
    (done,) = deliver(api, log, failing(FEW))
    assert not done.complete
    assert done.lines[0] == (
        "Slack thread: not sent: Slack refused it: invalid_auth; check SLACK_BOT_TOKEN; it would have been:"
    )
    assert done.lines[1] == "    🚨 BACKUP VERIFICATION FAILED"
    assert postgresql.execute(ROWS.encode()).fetchall() == []
    deliver(api, log, failing(FEW, day=1))
    assert places(api.asked) == [(None, True), (None, True)]


def test_a_recovery_that_is_refused_is_said_by_the_next_success(api: Api, log: str) -> None:
    deliver(api, log, failing(FEW))
    api.says(*[Response("", 503)] * 4)
    (missed,) = deliver(api, log, success(1))
    (done,) = deliver(api, log, success(2))
    assert (missed.complete, done.complete) == (False, True)
    assert missed.lines[1:] == ["    that the target recovered"]
    assert "recovered" in done.lines[0]


def test_two_runs_at_once_make_one_thread(api: Api, log: str, postgresql: psycopg.Connection) -> None:
    runs = [threading.Thread(target=deliver, args=(api, log, failing(FEW))) for _ in range(3)]
    for run in runs:
        run.start()
    for run in runs:
        run.join(60)
    assert places(api.asked) == [(None, True)]
    assert postgresql.execute(ROWS.encode()).fetchall() == [(FIRST, 3, 2)]
