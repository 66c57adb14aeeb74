"""Servers that tests really talk to: a proxy that answers for any HTTPS host, and one that takes mail."""

from __future__ import annotations

import json
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

import trustme

_TAKEN = '{"status": "success", "result": "taken", "requestId": "43a29c5c-3dbf-4fa4-9c26-f4f71023e120"}'


@dataclass(frozen=True)
class Asked:
    """One request: `POST https://host/path`, its headers in lower case, and the JSON that it brought."""

    what: str
    headers: dict[str, str]
    body: Any


@dataclass
class Proxy:
    """Answers every request by the same status; `asked` are all of them."""

    address: str
    status: str = "202 Accepted"
    asked: list[Asked] = field(default_factory=list)


@contextmanager
def https_proxy(authority: trustme.CA, *hosts: str) -> Iterator[Proxy]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(*hosts).configure_cert(context)

    def converse(connection: socket.socket) -> None:
        with connection, suppress(OSError):
            head, _ = _request(connection)
            host = head[0].split()[1].partition(":")[0]
            connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
            with context.wrap_socket(connection, server_side=True) as secured:
                proxy.asked.append(_asked(host, *_request(secured)))
                top = f"HTTP/1.1 {proxy.status}\r\nContent-Length: {len(_TAKEN)}\r\nConnection: close"
                secured.sendall(f"{top}\r\n\r\n{_TAKEN}".encode())

    with _listening(converse) as port:
        proxy = Proxy(f"http://127.0.0.1:{port}")
        yield proxy


@contextmanager
def mail_server() -> Iterator[tuple[int, list[str]]]:
    """Its port, and each mail that it took, as it came."""
    mails: list[str] = []

    def converse(connection: socket.socket) -> None:
        with connection, connection.makefile("rw", encoding="utf-8", newline="\r\n") as line:

            def say(text: str) -> None:
                line.write(f"{text}\r\n")
                line.flush()

            say("220 here")
            for command in line:
                if command.upper().startswith("DATA"):
                    say("354 go on")
                    mails.append("".join(iter(line.readline, ".\r\n")))
                say("221 bye" if command.upper().startswith("QUIT") else "250 fine")

    with _listening(converse) as port:
        yield port, mails


@contextmanager
def _listening(converse: Any) -> Iterator[int]:
    def serve() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=converse, args=(connection,), daemon=True).start()

    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=serve, daemon=True).start()
        yield listener.getsockname()[1]
        listener.shutdown(socket.SHUT_RDWR)


def _request(connection: socket.socket) -> tuple[list[str], bytes]:
    """The lines of a request's head, and its body."""
    received = b""
    while b"\r\n\r\n" not in received:
        received += connection.recv(65536)
    head, _, body = received.partition(b"\r\n\r\n")
    lines = head.decode().split("\r\n")
    length = next(
        (int(line.split(":")[1]) for line in lines if line.lower().startswith("content-length")), 0
    )
    while len(body) < length:
        body += connection.recv(65536)
    return lines, body


def _asked(host: str, lines: list[str], body: bytes) -> Asked:
    method, path, _ = lines[0].split()
    headers = dict(line.split(": ", 1) for line in lines[1:])
    content = json.loads(body) if body else None
    return Asked(f"{method} https://{host}{path}", {k.lower(): v for k, v in headers.items()}, content)
