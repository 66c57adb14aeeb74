"""The throw-away server: on a Unix socket alone, under an unprivileged account, gone after the run."""

import contextlib
import os
import secrets
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import LiteralString

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo

from restoring import tuning
from restoring.account import Account, server_account
from restoring.confinement import Confinement, confine
from restoring.errors import CannotVerify
from restoring.programs import Programs
from restoring.workplace import Workplace, open_workplace

INITDB_SECONDS = 120
START_SECONDS = 60
_LONGEST_SOCKET_PATH = 100
_DISK_FULL = ("No space left on device", "Check free disk space")
"""What a log says of a full disk: the system's words, or the hint of a write that came too short."""
_ADMIN_OPTIONS = " ".join(
    f"-c {setting}"
    for setting in (
        "search_path=pg_catalog",
        "role=none",
        "default_transaction_read_only=off",
        "session_replication_role=origin",
        "local_preload_libraries=",
        "statement_timeout=0",
        "lock_timeout=60s",
    )
)


@dataclass
class Server:
    """A running server; `admin` is its one superuser, whom nothing of a backup ever runs as."""

    programs: Programs
    workplace: Workplace
    account: Account
    confinement: Confinement
    admin: str
    password: str = field(repr=False)
    process: subprocess.Popen[bytes] | None = None

    @property
    def data(self) -> Path:
        return self.workplace.path / "data"

    @property
    def socket_folder(self) -> Path:
        return self.workplace.path / "s"

    @property
    def log(self) -> Path:
        return self.workplace.path / "server.log"

    def dsn(self, database: str, role: str | None = None) -> str:
        """How to connect; every role that may log in has this run's one password."""
        return make_conninfo(
            host=str(self.socket_folder),
            port=5432,
            user=role or self.admin,
            password=self.password,
            dbname=database,
            connect_timeout=10,
        )

    def connect(self, database: str, role: str | None = None) -> psycopg.Connection:
        """An autocommit connection; no setting that a database has been given changes the admin's.

        The admin speaks UTF8 in every database, others the encoding of the database.
        """
        ours = {"options": _ADMIN_OPTIONS, "client_encoding": "utf8"} if role is None else {}
        dsn = make_conninfo(self.dsn(database, role), application_name="backup-verification", **ours)
        return psycopg.connect(dsn, autocommit=True, prepare_threshold=None)

    def create_login(self, role: str, attributes: LiteralString = "") -> None:
        """Adds a role that may log in and is no superuser."""
        with self.connect("postgres") as admin:
            admin.execute(
                sql.SQL("CREATE ROLE {} LOGIN NOSUPERUSER {} PASSWORD {}").format(
                    sql.Identifier(role), sql.SQL(attributes), sql.Literal(self.password)
                )
            )

    def ways_in_and_out(self, database: str) -> list[str]:
        """Keeps the server; how to connect to it, and to remove it. The password goes into a file."""
        self.keep()
        folder = self.workplace.path
        passwords = folder / "connect.pgpass"
        passwords.touch(mode=0o600)
        passwords.write_text(f"*:*:*:{self.admin}:{self.password}\n")
        dsn = f"host={self.socket_folder} user={self.admin} dbname={database}"
        pid = self.process.pid if self.process else 0
        return [
            "kept: the restored database stays up until you remove it",
            f'  connect: PGPASSFILE={passwords} {self.programs.bin / "psql"} "{dsn}"',
            f"  remove:  kill -QUIT {pid}; sleep 1; rm -r {folder}",
        ]

    def last_words(self) -> str:
        """The last line of the server's own log, for an error sentence."""
        try:
            lines = self.log.read_text(errors="replace").strip().splitlines()
        except OSError:
            return ""
        return lines[-1] if lines else ""

    def ran_out_of_disk(self) -> bool:
        with contextlib.suppress(OSError):
            return _is_of_disk(self.log.read_text(errors="replace"))
        return False

    def alive(self) -> bool:
        """Whether the server takes connections."""
        with contextlib.suppress(psycopg.Error), self.connect("template1"):
            return True
        return False

    def keep(self) -> None:
        """Leaves server and files to the user when the run ends."""
        self.workplace.keep()

    def stop(self) -> None:
        """Ends the server at once and waits until it is gone."""
        if self.process is None:
            return
        for signal_number in (signal.SIGQUIT, signal.SIGKILL):
            with contextlib.suppress(ProcessLookupError):
                self.process.send_signal(signal_number)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(timeout=10)
                return


@contextlib.contextmanager
def serving(programs: Programs, *, keep: bool = False) -> Iterator[Server]:
    """A new server for as long as the context lasts; with `keep` it may be kept beyond our own end."""
    workplace = open_workplace()
    server = None
    try:
        server = _prepare(programs, workplace)
        _start(server, outlive=keep)
        yield server
    finally:
        if server is not None:
            if not workplace.kept:
                server.stop()
            server.confinement.close()
        workplace.close()


def _prepare(programs: Programs, workplace: Workplace) -> Server:
    account = server_account()
    programs = _within_reach(programs, workplace, account)
    server = Server(
        programs,
        workplace,
        account,
        confine(programs.bin, workplace.path),
        admin=f"verifier_admin_{secrets.token_hex(4)}",
        password=secrets.token_urlsafe(24),
    )
    if len(str(server.socket_folder / ".s.PGSQL.5432")) > _LONGEST_SOCKET_PATH:
        raise CannotVerify(f"{workplace.path} is too long a path for a socket: name a shorter TMPDIR")
    for folder in (server.data, server.socket_folder):
        folder.mkdir(mode=0o700)
        account.own(folder)
    _initialise(server)
    return server


def _within_reach(programs: Programs, workplace: Workplace, account: Account) -> Programs:
    """The programs themselves, or links to them where the account may not look into their folder."""
    if account.uid is None or _can_run(programs.bin / "postgres", account):
        return programs
    copy = workplace.path / "programs"
    base, folders = programs.installation
    for folder in folders:
        shutil.copytree(folder, copy / folder.relative_to(base), copy_function=_link_or_copy, symlinks=True)
    return Programs(copy / programs.bin.relative_to(base), programs.version, programs.origin)


def _can_run(program: Path, account: Account) -> bool:
    try:
        return account.run([program, "--version"], seconds=10).returncode == 0
    except OSError:
        return False


def _link_or_copy(source: str, target: str) -> None:
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


def _is_of_disk(told: str) -> bool:
    return any(words in told for words in _DISK_FULL)


def _initialise(server: Server) -> None:
    password_file = server.data.parent / "password"
    password_file.touch(mode=0o600)
    password_file.write_text(server.password)
    server.account.own(password_file)
    command: list[str | Path] = [server.programs.bin / "initdb", "--no-sync", "--no-instructions"]
    command += ["--pgdata", server.data, "--username", server.admin, "--auth", "scram-sha-256"]
    command += ["--pwfile", password_file, "--encoding", "UTF8", "--locale", "C"]
    done = server.account.run(command, INITDB_SECONDS)
    password_file.unlink()
    if done.returncode != 0:
        words = (done.stderr.strip() or done.stdout.strip()).splitlines()
        why = f"no throw-away server could be made with {server.programs}: {words[-1:]}"
        raise CannotVerify(why, kind="disk-full" if _is_of_disk(done.stderr) else "server-not-started")


def _start(server: Server, *, outlive: bool) -> None:
    values = tuning.settings(tuning.host_memory(), tuning.host_cores())
    values["unix_socket_directories"] = str(server.socket_folder)
    arguments = [part for name, value in values.items() for part in ("-c", f"{name}={value}")]
    command: list[str | Path] = [server.programs.bin / "postgres", "-D", server.data]
    with server.log.open("wb") as log:
        server.process = server.account.start(
            [*command, *arguments],
            confinement=server.confinement,
            death_signal=0 if outlive else signal.SIGQUIT,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    _wait_ready(server, server.process)


def _wait_ready(server: Server, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until and process.poll() is None:
        if _says_ready(server.data / "postmaster.pid"):
            return
        time.sleep(0.005)
    server.stop()
    words = f"the throw-away server did not start: {server.last_words()}"
    raise CannotVerify(words, kind="disk-full" if server.ran_out_of_disk() else "server-not-started")


def _says_ready(status_file: Path) -> bool:
    try:
        lines = status_file.read_text().split("\n")
    except OSError:
        return False
    return len(lines) > 7 and lines[7].strip() == "ready"
