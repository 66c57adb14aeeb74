"""The commands of the first fifteen minutes, run as written, bring a database back beside the old one."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from psycopg import sql

from reference.finding import beside
from restoring.programs import Programs
from restoring.sample import expectations_of_the_six
from restoring.server import Server, serving
from selftests.restoring import supabase_project
from selftests.runbook.entries import fences
from selftests.runbook.ground import RUNBOOK, Ground
from selftests.runbook.situation import Situation

SECTION = "First fifteen minutes"
FORMATS = {
    "archive": ("nightly.dump", ("--format=custom",)),
    "script": ("nightly.sql", ("--format=plain",)),
    "compressed script": ("nightly.sql.gz", ("--format=plain", "--compress=gzip")),
    "folder": ("nightly", ("--format=directory",)),
}
_RESTORING = re.compile(r"Minutes 8 to 11: restore an? (archive|script|set)")


@pytest.fixture
def empty_server(programs: Programs) -> Iterator[Server]:
    """Where to restore to: without the application's roles, and with what is left of its database."""
    with serving(programs) as server:
        with server.connect("postgres") as admin:
            admin.execute("CREATE DATABASE app")
        with server.connect("app") as admin:
            admin.execute("CREATE TABLE public.what_is_left (id integer)")
        yield server


@contextmanager
def new_project(programs: Programs) -> Iterator[Server]:
    """A project of Supabase's in which nobody has made anything yet."""
    with serving(programs) as server:
        folder = server.workplace.path / "share"
        shutil.copytree(supabase_project.SOURCE / "extensions", folder / "extension")
        server.account.own(folder)
        supabase_project._rename_admin(server)
        with server.connect("postgres") as admin:
            path = sql.SQL("ALTER SYSTEM SET extension_control_path = {}").format(f"{folder}:$system")
            admin.execute(path)
            admin.execute("SELECT pg_reload_conf()")
        with server.connect("postgres") as admin:
            for part in ("1_roles", "2_auth", "3_storage", "4_services"):
                admin.execute((supabase_project.SOURCE / f"{part}.sql").read_bytes())
            admin.execute('DROP ROLE "app reporter", app_reader')
        yield server


def commands(kind: str, *, whole: bool = True) -> str:
    """All commands of the section, of the three ways to restore only this one; or this one alone."""
    text = RUNBOOK.read_text(encoding="utf-8")
    section = re.split(r"^## ", text.partition(f"\n## {SECTION}\n")[2], maxsplit=1, flags=re.MULTILINE)[0]
    found = []
    for part in re.split(r"^#### ", section, flags=re.MULTILINE):
        restoring = _RESTORING.match(part)
        if restoring[1] == kind if restoring else whole:
            found += [block for language, block in fences(part) if language == "sh"]
    assert len(found) > 8 * whole
    return "\n".join(found)


def variables(ground: Ground, server: Server, log: str) -> dict[str, str]:
    """What minute 0 has people fill in."""
    passwords = ground.write("pgpass", f"*:*:*:{server.admin}:{server.password}\n")
    passwords.chmod(0o600)
    return {
        "VERIFICATION_LOG_URL": log,
        "VERIFICATION_EXPECTATIONS": str(ground.write("six.toml", expectations_of_the_six())),
        "TARGET": "nightly",
        "NEW_SERVER": f"host={server.socket_folder} user={server.admin}",
        "DATABASE_NAME": "app",
        "PGPASSFILE": str(passwords),
    }


def verified(ground: Ground, backup: Path, log: str) -> None:
    """Leaves the row of a success in the log."""
    situation = ground.situation(backup, reference=ground.reference(), VERIFICATION_LOG_URL=log)
    told = ground.verify(replace(situation, options=situation.options[:1]))
    assert told.code == 0, told.output


def names_like_app(server: Server) -> list[str]:
    query = "SELECT datname FROM pg_database WHERE datname LIKE 'app%' ORDER BY 1"
    with server.connect("postgres") as admin:
        return [name for (name,) in admin.execute(query).fetchall()]


@pytest.mark.parametrize("name", FORMATS)
def test_the_last_verified_backup_comes_back_beside_the_old_database(
    name: str, ground: Ground, empty_server: Server
) -> None:
    file, options = FORMATS[name]
    log = ground.log()
    verified(ground, ground.dump("sample", *options, name=file), log)
    kind = "script" if "script" in name else "archive"
    printed = ground.shell(commands(kind), Situation(variables(ground, empty_server, log)))
    for expected in (
        *("go: nightly: success", "the file that was verified: ", "the restore came to its end"),
        *("SUCCESS: the backup can be restored", "9 tables and ", "definitions are the same"),
    ):
        assert expected in printed, printed
    assert "ANOTHER FILE" not in printed
    with empty_server.connect("app") as database:
        assert database.execute("SELECT count(*) FROM public.appointments").fetchall() == [(1200,)]
    (_, aside) = names_like_app(empty_server)
    with empty_server.connect("postgres") as admin:
        admin.execute(f'ALTER DATABASE "{aside}" WITH ALLOW_CONNECTIONS true'.encode())
    with empty_server.connect(aside) as database:
        assert database.execute("SELECT count(*) FROM public.what_is_left").fetchall() == [(0,)]


def test_a_restore_that_fails_leaves_the_old_database_where_it_is(
    ground: Ground, empty_server: Server
) -> None:
    """The file is another than was verified, and without its reference nobody knows the roles."""
    log, backup = ground.log(), ground.dump("sample")
    verified(ground, backup, log)
    beside(backup).unlink()
    shutil.copy(ground.dump(ground.database("DROP TABLE public.webhook_logs")), backup)
    printed = ground.shell(commands("archive"), Situation(variables(ground, empty_server, log)))
    assert "ANOTHER FILE" in printed
    assert 'role "supabase_auth_admin" does not exist' in printed
    assert "the restore came to its end" not in printed
    (old, _) = names_like_app(empty_server)
    with empty_server.connect(old) as database:
        assert database.execute("SELECT count(*) FROM public.what_is_left").fetchall() == [(0,)]


def test_a_set_of_the_supabase_cli_comes_back_in_a_new_project(programs: Programs, ground: Ground) -> None:
    folder = ground.path("nightly")
    with supabase_project.project(programs) as server:
        supabase_project.dump_set(server, folder)
    with new_project(programs) as server:
        given = {"BACKUP_LOCATION": str(folder), "NEW": "postgres"}
        found = Situation({**variables(ground, server, ""), **given})
        printed = ground.shell(commands("set", whole=False), found)
        assert "the restore came to its end" in printed, printed
        with server.connect("postgres") as database:
            assert database.execute("SELECT count(*) FROM public.appointments").fetchall() == [(1200,)]
