"""What people do without the product: pg_restore or psql as they are, and a look at the exit code."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from psycopg import sql

from restoring.server import Server

SECONDS = 15.0
HUNG = -1
"""The exit code of a restore that did not end in SECONDS."""

_DATABASE = "by_hand"


def environment(server: Server) -> dict[str, str]:
    """Leads PostgreSQL's programs to a server, as its superuser."""
    where = {"PGHOST": str(server.socket_folder), "PGUSER": server.admin, "PGPASSWORD": server.password}
    return os.environ | where | {"PGDATABASE": "postgres", "PGCONNECT_TIMEOUT": "10"}


@dataclass(frozen=True)
class ByHand:
    """Restores into a server that has the roles; nothing of it stays."""

    server: Server

    def exit_code(self, backup: Path) -> int:
        """That of pg_restore, or psql for a script."""
        with self._database():
            return self._restore(backup)

    def text(self, backup: Path) -> bytes:
        """What pg_dump says of what came back."""
        with self._database():
            self._restore(backup)
            command: list[str | Path] = [
                self.server.programs.bin / "pg_dump",
                "--restrict-key=same",
                _DATABASE,
            ]
            done = subprocess.run(command, env=environment(self.server), check=True, stdout=subprocess.PIPE)
            return done.stdout

    @contextmanager
    def _database(self) -> Iterator[None]:
        before = self._databases()
        with self.server.connect("template1") as admin:
            admin.execute(
                sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(sql.Identifier(_DATABASE))
            )
        try:
            yield
        finally:
            with self.server.connect("template1") as admin:
                for made in self._databases() - before:
                    admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(made)))

    def _databases(self) -> set[str]:
        with self.server.connect("template1") as admin:
            return {name for (name,) in admin.execute("SELECT datname FROM pg_database").fetchall()}

    def _restore(self, backup: Path) -> int:
        try:
            return subprocess.run(
                self._command(backup),
                check=False,
                env=environment(self.server),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                timeout=SECONDS,
            ).returncode
        except subprocess.TimeoutExpired:
            return HUNG

    def _command(self, backup: Path) -> list[str]:
        psql = [str(self.server.programs.bin / "psql"), "-X", "-q", "-d", _DATABASE]
        if backup.name.endswith(".gz"):
            return ["sh", "-c", 'gzip -dc "$0" | "$@"', str(backup), *psql]
        if backup.suffix == ".sql":
            return [*psql, "-f", str(backup)]
        return [str(self.server.programs.bin / "pg_restore"), f"--dbname={_DATABASE}", str(backup)]
