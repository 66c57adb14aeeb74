"""A pooler as Supavisor and PgBouncer are: few sessions of a server, lent to many clients, over TLS or not.

It reads the protocol: a client has a session until the server says, by ReadyForQuery, that no transaction
is open. Of a client's startup only user and database count; options are dropped without a word.
"""

from __future__ import annotations

import os
import queue
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass, field
from typing import Literal

import psycopg

Mode = Literal["session", "transaction"]

_SSL_REQUEST, _GSS_REQUEST, _STARTUP = 80877103, 80877104, 196608
_QUESTIONS = (b"Q", b"S", b"F")
"""Query, Sync and FunctionCall: what the server answers by ReadyForQuery."""
_TOLD = ("server_version", "server_encoding", "client_encoding", "standard_conforming_strings")
_AUTHENTICATED = b"R\x00\x00\x00\x08\x00\x00\x00\x00"
_KEY = b"K\x00\x00\x00\x0c" + bytes(8)
_READY = b"Z\x00\x00\x00\x05I"
_IDLE = b"I"


@dataclass(frozen=True)
class Session:
    """A session of the server, logged in to by psycopg; `line` is its bare socket."""

    pid: int
    line: socket.socket


@dataclass
class Pooler:
    """Listens on 127.0.0.1; `lent` holds the server's process for each time that a session was lent."""

    listener: socket.socket
    mode: Mode
    tls: ssl.SSLContext | None
    told: bytes
    """What every client is told of the server when it begins."""
    sessions: queue.Queue[Session] = field(default_factory=queue.Queue)
    lent: list[int] = field(default_factory=list)
    asked_for: list[dict[str, str]] = field(default_factory=list)
    """The startup parameters of each client."""

    @property
    def port(self) -> int:
        return int(self.listener.getsockname()[1])

    def serve(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self.listener.accept()
                threading.Thread(target=self._attend, args=(client,), daemon=True).start()

    def _attend(self, client: socket.socket) -> None:
        with suppress(OSError), ExitStack() as stack:
            line, startup = _greet(client, self.tls, stack)
            self.asked_for.append(startup)
            line.sendall(_AUTHENTICATED + self.told + _KEY + _READY)
            while (question := _message(line)) is not None:
                self._lend(line, question)

    def _lend(self, client: socket.socket, question: bytes) -> None:
        """One session, for a transaction or for as long as the client stays; given back clean."""
        session = self.sessions.get(timeout=30)
        self.lent.append(session.pid)
        status = b""
        try:
            following: bytes | None = question
            while following is not None:
                status = _exchange(following, client, session.line)
                done = status == _IDLE and self.mode == "transaction"
                following = None if done else _message(client)
        finally:
            self._clean(session, status)
            self.sessions.put(session)

    def _clean(self, session: Session, status: bytes) -> None:
        """PgBouncer's server_reset_query, which it too asks in session mode only."""
        if status != _IDLE:
            _ask(session.line, b"ROLLBACK")
        if self.mode == "session":
            _ask(session.line, b"DISCARD ALL")


def _greet(
    client: socket.socket, tls: ssl.SSLContext | None, stack: ExitStack
) -> tuple[socket.socket, dict[str, str]]:
    """The line to a client, over TLS where it asks for it and we have it, and how it introduced itself."""
    line = stack.enter_context(closing(client))
    while True:
        packet = _packet(line)
        code = int.from_bytes(packet[:4], "big")
        if code == _STARTUP:
            words = packet[4:].decode().split("\0")
            return line, dict(zip(words[::2], words[1::2], strict=False))
        if code not in (_SSL_REQUEST, _GSS_REQUEST):
            raise ConnectionError("this is no beginning")
        if code == _SSL_REQUEST and tls is not None:
            line.sendall(b"S")
            line = stack.enter_context(closing(tls.wrap_socket(line, server_side=True)))
        else:
            line.sendall(b"N")


def _exchange(question: bytes, client: socket.socket, server: socket.socket) -> bytes:
    """Passes on one message and, where it is a question, its answer; returns the state after it."""
    server.sendall(question)
    if question[:1] not in _QUESTIONS:
        return b""
    while (answer := _message(server)) is not None:
        client.sendall(answer)
        if answer[:1] == b"Z":
            return answer[-1:]
    raise ConnectionError("the server is gone")


def _ask(server: socket.socket, statement: bytes) -> None:
    server.sendall(b"Q" + (len(statement) + 5).to_bytes(4, "big") + statement + b"\0")
    while (answer := _message(server)) is not None and answer[:1] != b"Z":
        pass


def _message(line: socket.socket) -> bytes | None:
    """The next message with its type, None where the other has said goodbye or hung up."""
    kind = line.recv(1)
    if kind in (b"", b"X"):
        return None
    body = _packet(line)
    return kind + (len(body) + 4).to_bytes(4, "big") + body


def _packet(line: socket.socket) -> bytes:
    return _exactly(line, int.from_bytes(_exactly(line, 4), "big") - 4)


def _exactly(line: socket.socket, size: int) -> bytes:
    found = b""
    while len(found) < size:
        part = line.recv(size - len(found))
        if not part:
            raise ConnectionError("the other is gone")
        found += part
    return found


@contextmanager
def _session(dsn: str) -> Iterator[tuple[Session, bytes]]:
    with closing(psycopg.connect(dsn)) as connection:
        line = socket.socket(fileno=os.dup(connection.pgconn.socket))
        line.setblocking(True)
        values = {name: connection.info.parameter_status(name) or "" for name in _TOLD}
        told = b"".join(_told(name, value) for name, value in values.items())
        with closing(line):
            yield Session(connection.info.backend_pid, line), told


def _told(name: str, value: str) -> bytes:
    body = f"{name}\0{value}\0".encode()
    return b"S" + (len(body) + 4).to_bytes(4, "big") + body


@contextmanager
def pooling(dsn: str, mode: Mode, tls: ssl.SSLContext | None = None, size: int = 2) -> Iterator[Pooler]:
    """A pooler of `size` sessions, in turn, of the database of `dsn`."""
    with ExitStack() as stack:
        listener = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
        sessions = [stack.enter_context(_session(dsn)) for _ in range(size)]
        pooler = Pooler(listener, mode, tls, told=sessions[0][1])
        for session, _ in sessions:
            pooler.sessions.put(session)
        threading.Thread(target=pooler.serve, daemon=True).start()
        yield pooler
        with suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
