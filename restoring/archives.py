"""Loading an archive by pg_restore, as a role that is no superuser, and reading what it complains of."""

import re
import subprocess
import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from psycopg.conninfo import make_conninfo

from restoring.archive import Archive
from restoring.compression import DamagedStream
from restoring.custom_data import WatchedCustom
from restoring.errors import BackupBad, CannotVerify
from restoring.problems import Problem, judge
from restoring.stage import Stage
from restoring.statements import kind_of, label_of
from restoring.tally import Tally
from restoring.tar_data import WatchedTar

_BLOCK = 1 << 20
_MOST_PROBLEMS = 10_000
_POLL_SECONDS = 0.02

_SERVER_ERROR = re.compile(
    r"(?:could not execute query|COPY failed for table \"([^\"]*)\"|"
    r"error returned by PQputCopyData): ERROR:\s+(.*)"
)
_COMMAND = re.compile(r"Command was: (.*)")
_FATAL = re.compile(r"pg_restore: (?:error|fatal): (.*)")
_FINISHED = re.compile(r"pg_restore: warning: errors ignored on restore: (\d+)")


@dataclass
class Complaints:
    """What pg_restore wrote to stderr, read line by line; bounded, however much there was."""

    problems: list[Problem] = field(default_factory=list)
    finished: bool = False
    fatal: str | None = None
    read: int = 0

    def add(self, complaint: "_Complaint | None", lacking: dict[str, str | None]) -> None:
        if complaint is None:
            return
        self.read += 1
        if len(self.problems) < _MOST_PROBLEMS:
            label = complaint.label
            self.problems.append(judge(kind_of(label), label, complaint.message, lacking))

    def finish(self, counted: int) -> None:
        self.finished = True
        if counted and not self.read:
            message = f"{counted} complaints of pg_restore could not be read"
            self.problems.append(Problem("lost", "unknown", "unknown", message))


@dataclass
class _Complaint:
    message: str
    label: str


@dataclass(frozen=True)
class ArchiveLoad:
    """One run of pg_restore: `source` is a file or folder, or a stream of an archive."""

    stage: Stage
    archive: Archive
    database: str
    source: Path | BinaryIO
    jobs: int
    until: float
    tally: Tally = field(default_factory=Tally)

    def run(self, left_out: Iterable[int]) -> list[Problem]:
        """Loads all but these entries; raises BackupBad, CannotVerify or TimeoutError."""
        folder = self.stage.server.workplace.path
        wanted, errors = folder / "entries", folder / "pg_restore.log"
        skipped = set(left_out)
        entries = [entry for entry in self.archive.entries if entry.id not in skipped]
        wanted.write_text("".join(f"{entry.id};\n" for entry in entries))
        self.tally.database = self.database
        self.tally.tables = sum(entry.kind == "TABLE DATA" for entry in entries)
        with errors.open("wb") as log:
            code = self._restore(self._command(wanted), log)
        with errors.open(errors="replace") as lines:
            complaints = read_complaints(lines, self.stage.lacking)
        if code != 0 and (complaints.fatal or not complaints.finished):
            raise self._ending(complaints, code)
        return complaints.problems

    def _command(self, wanted: Path) -> list[str | Path]:
        server = self.stage.server
        dsn = make_conninfo(
            host=str(server.socket_folder),
            port=5432,
            user=self.stage.loader,
            dbname=self.database,
            application_name="backup-verification",
        )
        command: list[str | Path] = [server.programs.bin / "pg_restore", "--no-password"]
        command += ["--no-owner", "--no-tablespaces", "--use-list", wanted, "--dbname", dsn]
        if not isinstance(self.source, Path):
            return command
        jobs = ["--jobs", str(self.jobs)] if self.archive.format != "tar" else []
        return [*command, *jobs, self.source]

    def _restore(self, command: list[str | Path], log: BinaryIO) -> int:
        stream = None if isinstance(self.source, Path) else self.source
        process = self.stage.server.account.start(
            command,
            confinement=self.stage.server.confinement,
            environment={"PGPASSFILE": str(self._password_file())},
            stdin=subprocess.PIPE if stream else subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=log,
        )
        try:
            if stream is not None:
                self.tally.follow(stream)
                self._feed(stream, process)
            elif self._read_once:
                self.tally.follow_process(process.pid)
            return _wait(process, self.until)
        finally:
            process.kill()
            process.wait()

    @property
    def _read_once(self) -> bool:
        """Whether pg_restore finds its way: without offsets each of its workers reads all of the file."""
        with_data = (entry for entry in self.archive.entries if entry.had_data)
        return self.archive.format != "custom" or all(entry.offset for entry in with_data)

    def _password_file(self) -> Path:
        server = self.stage.server
        path = server.workplace.path / "pgpass"
        path.touch(mode=0o600)
        path.write_text(f"*:*:*:{self.stage.loader}:{server.password}\n")
        server.account.own(path)
        return path

    def _feed(self, stream: BinaryIO, process: "subprocess.Popen[bytes]") -> None:
        """Streams the archive into pg_restore; a stream that is damaged ends the restore."""
        damage: list[DamagedStream] = []
        in_tar = self.archive.format == "tar"
        watched = WatchedTar(stream) if in_tar else WatchedCustom(stream, self.archive)
        feeder = threading.Thread(target=_pump, args=(watched, process, damage), daemon=True)
        feeder.start()
        while feeder.is_alive():
            feeder.join(_POLL_SECONDS)
            if time.monotonic() > self.until:
                raise TimeoutError
        if damage:
            raise BackupBad(str(damage[0]), kind=damage[0].kind)

    def _ending(self, complaints: Complaints, code: int) -> Exception:
        words = complaints.fatal or f"it ended with exit code {code} and said nothing"
        if "No space left" in words or self.stage.server.ran_out_of_disk():
            why = "no space left on the disk for the restore; name another TMPDIR"
            return CannotVerify(why, kind="disk-full")
        if "Permission denied" in words:
            return CannotVerify(f"the backup cannot be read: {words}", kind="backup-unreadable")
        why = f"pg_restore gave up: {words}; the archive is cut short or damaged"
        return BackupBad(why, kind="backup-damaged")


def _pump(
    source: WatchedCustom | WatchedTar, process: "subprocess.Popen[bytes]", damage: list[DamagedStream]
) -> None:
    if process.stdin is None:
        return
    try:
        with process.stdin as pipe:
            while block := source.read(_BLOCK):
                pipe.write(block)
    except BrokenPipeError:
        _read_on(source, damage)
    except DamagedStream as error:
        damage.append(error)
        process.kill()


def _read_on(source: WatchedCustom | WatchedTar, damage: list[DamagedStream]) -> None:
    """pg_restore has all that it wants; whether the stream is whole is still to be seen."""
    try:
        while source.read(_BLOCK):
            pass
    except DamagedStream as error:
        damage.append(error)


def _wait(process: "subprocess.Popen[bytes]", until: float) -> int:
    while (code := process.poll()) is None:
        if time.monotonic() > until:
            raise TimeoutError
        time.sleep(_POLL_SECONDS)
    return code


def read_complaints(lines: Iterable[str], lacking: dict[str, str | None]) -> Complaints:
    """Reads pg_restore's stderr; of a command that it quotes only the beginning is looked at.

    Its parallel workers write into each other's lines, but each complaint in one piece; their number at
    the end counts some of them twice.
    """
    found = Complaints()
    pending: _Complaint | None = None
    last = ""
    for line in lines:
        last = line.strip() or last
        if (error := _SERVER_ERROR.search(line)) is not None:
            found.add(pending, lacking)
            pending = _Complaint(error[2].strip(), f"COPY {error[1]}" if error[1] else "session")
        elif (command := _COMMAND.match(line)) is not None and pending is not None:
            pending.label = label_of(command[1].encode()) or pending.label
        elif (fatal := _FATAL.match(line)) is not None:
            found.fatal = found.fatal or fatal[1].strip()
    found.add(pending, lacking)
    if (counted := _FINISHED.match(last)) is not None:
        found.finish(int(counted[1]))
    return found
