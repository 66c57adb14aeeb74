"""How often a live run waits for the server, counted by a proxy that reads what passes through it."""

import json
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

import migrations
from restoring.backup import find_backup
from restoring.programs import Choice, Programs
from restoring.restore import restore
from restoring.sample import SAMPLE, expectations_of_the_six
from restoring.server import Server, serving

HOME = Path(__file__).parent.parent
MOST = 12
FEWEST = 6
"""A question for each check: fewer would mean that not all is counted."""

_ASKING = (b"Q", b"S", b"F")
"""Query, Sync and FunctionCall: the messages of a client that the server answers by ReadyForQuery."""
_STARTUP = (196608).to_bytes(4, "big")

Read = Callable[[int], bytes]


@dataclass
class Proxy:
    """Passes TCP on to a server's Unix socket; `trips` holds, for each connection, what it waited for."""

    target: str
    listener: socket.socket
    trips: list[list[bytes]] = field(default_factory=list)

    @property
    def port(self) -> int:
        return int(self.listener.getsockname()[1])

    def serve(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self.listener.accept()
                server = socket.socket(socket.AF_UNIX)
                server.connect(self.target)
                asked: list[bytes] = []
                self.trips.append(asked)
                _start(_pass_on_questions, client, server, asked)
                _start(_pass_on_answers, server, client)


def _start(work: Callable[..., None], *arguments: object) -> None:
    threading.Thread(target=work, args=arguments, daemon=True).start()


def _pass_on_questions(client: socket.socket, server: socket.socket, asked: list[bytes]) -> None:
    """A message is noted before the server has it, and so before its answer is there."""
    with suppress(OSError), client.makefile("rb") as stream:
        startup = b""
        while startup[4:8] != _STARTUP:
            startup = _message(b"", stream.read)
            server.sendall(startup)
        while kind := stream.read(1):
            message = _message(kind, stream.read)
            asked += [kind] if kind in _ASKING else []
            server.sendall(message)
    _hang_up(server)


def _message(kind: bytes, read: Read) -> bytes:
    """One message, its type before it; those before and at the startup have none."""
    length = read(4)
    if len(length) < 4:
        raise ConnectionError("the client is gone")
    return kind + length + read(int.from_bytes(length, "big") - 4)


def _pass_on_answers(server: socket.socket, client: socket.socket) -> None:
    with suppress(OSError):
        while data := server.recv(1 << 16):
            client.sendall(data)
    _hang_up(client)


def _hang_up(line: socket.socket) -> None:
    with suppress(OSError):
        line.shutdown(socket.SHUT_RDWR)


@contextmanager
def proxying(server: Server) -> Iterator[Proxy]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        proxy = Proxy(str(server.socket_folder / ".s.PGSQL.5432"), listener)
        _start(proxy.serve)
        yield proxy
        _hang_up(listener)


@pytest.fixture(scope="module")
def host(programs: Programs) -> Iterator[Server]:
    """A server of this module's own: the roles of the sample would stay behind on a shared one."""
    with serving(programs) as running:
        yield running


@pytest.fixture(scope="module")
def live(host: Server, programs: Programs) -> str:
    """The name of a live database: the sample's, with the log in it."""
    choice = Choice(programs, "named by the test", frozenset())
    restored = restore(find_backup(SAMPLE), host, choice, 600, lambda dsn: 0)
    migrations.migrate(host.dsn(restored.database))
    return restored.database


@pytest.fixture
def proxy(host: Server) -> Iterator[Proxy]:
    with proxying(host) as running:
        yield running


@pytest.fixture
def proxied(proxy: Proxy, host: Server, live: str) -> str:
    return make_conninfo(host.dsn(live), host="127.0.0.1", port=proxy.port)


def test_the_proxy_counts_what_a_client_waits_for(proxy: Proxy, proxied: str) -> None:
    with psycopg.connect(proxied, autocommit=True) as connection:
        connection.execute("SELECT 1")
        connection.execute("SELECT %s", (2,))
        connection.execute("BEGIN; SELECT 3; COMMIT")
    with psycopg.connect(proxied) as connection:
        connection.execute("SELECT 4")
    assert proxy.trips == [[b"Q", b"S", b"Q"], [b"Q", b"Q", b"Q"]]


def test_a_live_run_waits_at_most_twelve_times(
    proxy: Proxy, proxied: str, host: Server, live: str, tmp_path: Path
) -> None:
    done = run_live(proxied, tmp_path)
    assert done.returncode == 0, done.stdout
    verification = json.loads((tmp_path / "report.json").read_text())["verification"]
    assert verification["checks_passed"] == 6
    assert logged(host, live) == [verification["id"]]
    asked = sum(map(len, proxy.trips))
    assert FEWEST <= asked <= MOST, proxy.trips


def run_live(dsn: str, folder: Path) -> "subprocess.CompletedProcess[str]":
    """A whole run as a user has it: the row goes into the database that is verified."""
    ours = ("DATABASE_URL", "BACKUP_", "VERIFICATION_", "SLACK_", "PG", "PYTEST_")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    command = [sys.executable, "-m", "pytest", "checks/", "--database-url", dsn]
    expectations = folder / "six.toml"
    expectations.write_text(expectations_of_the_six())
    command += ["--expectations", str(expectations), "--spool", str(folder / "spool")]
    command += ["-p", "no:cacheprovider", f"--json-report-file={folder / 'report.json'}"]
    return subprocess.run(
        command, cwd=HOME, env=environment, capture_output=True, text=True, timeout=120, check=False
    )


def logged(server: Server, database: str) -> list[str]:
    with server.connect(database) as admin:
        rows = admin.execute("SELECT id::text FROM public.backup_verification_log").fetchall()
    return [row[0] for row in rows]
