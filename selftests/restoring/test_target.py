"""What a run looks at, or why there is nothing to look at; whichever it is, nothing is raised."""

from pathlib import Path

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict

from expectations import Expectations, Table
from restoring.programs import Programs
from restoring.sample import BROKEN, SAMPLE
from restoring.server import Server
from restoring.target import aimed, kept_lines, location_of
from settings import Settings

DUMP = """\
--
-- PostgreSQL database dump
--
SET client_encoding = 'UTF8';
CREATE SCHEMA public;
CREATE TABLE public.pets (name text);
COPY public.pets (name) FROM stdin;
Ada
\\.
-- Completed on 2026-02-03 04:05:06 UTC
--
-- PostgreSQL database dump complete
--
"""
EXPECTED = Expectations(Path("expectations.toml"), (Table("public", "pets"),))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "backup.sql"
    path.write_text(DUMP)
    return path


@pytest.mark.parametrize(
    ("settings", "location"),
    [
        (Settings(sample="whole"), SAMPLE),
        (Settings(sample="broken"), BROKEN),
        (Settings(backup=Path("a.dump")), Path("a.dump")),
        (Settings(database_url="postgresql://h/d"), None),
    ],
)
def test_where_the_backup_is(settings: Settings, location: Path | None) -> None:
    assert location_of(settings) == location


def test_a_database_that_was_named_is_reached_as_it_is() -> None:
    said: list[str] = []
    with aimed(Settings(database_url="postgresql://u:c4n4ry@h/d"), EXPECTED, said.append) as aim:
        assert (aim.reach.dsn, aim.reach.restored) == ("postgresql://u:c4n4ry@h/d", False)
        assert aim.location == "the database named"
        assert (aim.backup, aim.server, said) == (None, None, [])


def test_a_backup_is_restored_for_as_long_as_the_context_lasts(path: Path, programs: Programs) -> None:
    said: list[str] = []
    with aimed(Settings(backup=path, pg_bin=programs.bin), EXPECTED, said.append) as aim:
        assert (aim.reach.problem, aim.reach.loss, aim.cannot_verify) == (None, None, False)
        assert aim.reach.dsn is not None
        with psycopg.connect(aim.reach.dsn) as reader:
            assert reader.execute("SELECT name FROM pets").fetchall() == [("Ada",)]
        assert aim.server is not None
        folder, password = aim.server.workplace.path, aim.server.password
    assert not folder.exists()
    assert aim.seconds.keys() == {"locate", "serve", "restore"}
    assert (aim.from_trailer, f"{aim.taken_at:%F %T}") == (True, "2026-02-03 04:05:06")
    assert [problem.message for problem in aim.harmless] == ['schema "public" already exists']
    assert [line.split(":")[0] for line in said] == ["backup", "server", "confined"]
    assert password not in "".join(said)


def test_a_loss_is_told_and_the_database_is_there(path: Path, programs: Programs) -> None:
    path.write_text(DUMP.replace("Ada\n", "Ada\ttoo much\n"))
    with aimed(Settings(backup=path, pg_bin=programs.bin), EXPECTED, print) as aim:
        assert aim.reach.dsn is not None
        assert str(aim.reach.loss).startswith("the restore lost 1 COPY: COPY public.pets")
        assert "too much" not in str(aim.reach.loss)


def test_a_backup_that_is_bad_is_a_problem_of_the_backup(path: Path, programs: Programs) -> None:
    path.write_text(DUMP[: DUMP.index("-- Completed")])
    with aimed(Settings(backup=path, pg_bin=programs.bin), EXPECTED, print) as aim:
        assert str(aim.reach.problem).startswith("the restore failed: backup.sql is cut short")
        assert (aim.reach.dsn, aim.cannot_verify) == (None, False)


def test_a_backup_that_is_not_there_is_a_problem_of_the_backup(tmp_path: Path) -> None:
    with aimed(Settings(backup=tmp_path / "none"), EXPECTED, print) as aim:
        assert str(aim.reach.problem).startswith("the restore failed: there is no backup at")
        assert aim.cannot_verify is False


def test_a_machine_without_programs_is_no_problem_of_the_backup(path: Path, tmp_path: Path) -> None:
    with aimed(Settings(backup=path, pg_bin=tmp_path), EXPECTED, print) as aim:
        assert str(aim.reach.problem).startswith("could not verify: no server programs in")
        assert (aim.reach.dsn, aim.cannot_verify) == (None, True)
        assert aim.backup is not None


def test_a_server_that_is_kept_is_reached_without_its_password_being_shown(server: Server) -> None:
    lines = kept_lines(server, "app")
    passwords = server.workplace.path / "connect.pgpass"
    assert server.password not in "".join(lines)
    assert passwords.stat().st_mode & 0o777 == 0o600
    dsn = lines[1].split('"')[1]
    assert conninfo_to_dict(dsn)["dbname"] == "app"
    with psycopg.connect(dsn.replace("app", "postgres"), passfile=str(passwords)) as connection:
        assert connection.info.user == server.admin
    passwords.unlink()
