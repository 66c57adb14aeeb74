"""A Slack that answers chat.postMessage over real HTTP, as its documentation says."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from reporting.attempts import Patience
from reporting.channels.slack_bot import Bot
from selftests.reporting.channels.made import TOKEN

Answering = Callable[[dict[str, Any]], Response | None]


@dataclass
class Api:
    """What was asked of it; `answering` may answer in its place, by None it leaves that to it."""

    server: HTTPServer
    asked: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    pauses: list[float] = field(default_factory=list)
    answering: Answering = lambda _: None

    @property
    def url(self) -> str:
        return self.server.url_for("/api")

    def bot(self, **more: Any) -> Bot:
        settings = {"api_url": self.url, "patience": Patience(5, self.pauses.append), **more}
        return Bot(TOKEN, "C0123456789", **settings)

    def says(self, *answers: Response) -> None:
        """These answers first, one after another, and then its own."""
        waiting = iter(answers)
        self.answering = lambda _: next(waiting, None)

    def answer(self, request: Request) -> Response:
        message = json.loads(request.get_data())
        self.asked.append(message)
        self.headers.append(dict(request.headers))
        stamp = f"1700000000.{len(self.asked):06}"
        said = {"ok": True, "channel": "C0123456789", "ts": stamp, "message": {"text": message["text"]}}
        return self.answering(message) or Response(json.dumps(said), content_type="application/json")


@pytest.fixture
def api(httpserver: HTTPServer) -> Api:
    api = Api(httpserver)
    httpserver.expect_request("/api/chat.postMessage", method="POST").respond_with_handler(api.answer)
    return api
