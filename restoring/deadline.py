"""A limit that does not rest on the server: one that hangs keeps no statement_timeout."""

import contextlib
import os
import socket
import threading
from collections.abc import Iterator
from typing import Any

import psycopg


@contextlib.contextmanager
def deadline(connection: psycopg.Connection[Any], seconds: float) -> Iterator[None]:
    """Cuts the connection after `seconds`; what waited on it raises TimeoutError, and it is of no
    further use."""
    line = socket.socket(fileno=os.dup(connection.pgconn.socket))
    passed = threading.Event()

    def cut() -> None:
        passed.set()
        with contextlib.suppress(OSError):
            line.shutdown(socket.SHUT_RDWR)

    timer = threading.Timer(seconds, cut)
    timer.daemon = True
    timer.start()
    try:
        yield
    except psycopg.Error:
        if passed.is_set():
            raise TimeoutError(f"no answer within {seconds:g} s") from None
        raise
    finally:
        timer.cancel()
        timer.join()
        line.close()
