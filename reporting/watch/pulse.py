"""Which runs have a heartbeat: whole ones of the user's own, that deliver."""

import uuid
from typing import TYPE_CHECKING

import pytest

from settings import Settings

if TYPE_CHECKING:
    from reporting.watch.heartbeat import Heartbeat


def heartbeat_of(settings: Settings, run_id: str) -> "Heartbeat | None":
    """None where nobody is to be told, or nobody is named."""
    if settings.heartbeat_url is None or settings.no_delivery or settings.sample is not None:
        return None
    from reporting.watch.heartbeat import Heartbeat  # noqa: PLC0415 # most runs are not watched

    return Heartbeat(settings.heartbeat_url, settings.heartbeat_kind, run_id)


def tell_of_usage(settings: Settings, words: str) -> None:
    """Says that a run could not begin for the way it was called; `words` are free of secrets."""
    heartbeat = heartbeat_of(settings, str(uuid.uuid4()))
    if heartbeat is not None:
        heartbeat.end(pytest.ExitCode.USAGE_ERROR, words)
