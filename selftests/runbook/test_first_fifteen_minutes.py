"""The commands of the first fifteen minutes, run as written, bring a database back beside the old one."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import pytest
from psycopg import sql

from reference.finding import beside
from reporting.row import row_of, write_row
from restoring.programs import Programs
from restoring.sample import expectations_of_the_six
from restoring.server import Server, serving
from selftests.restoring import supabase_project
from selftests.runbook.backups import expecting
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
TARGET = "nightly"
EXEMPTION = """
[[exemptions]]
finding = "rows-above-most"
reason = "an import"
until = 2999-12-31
"""
OLDER = "/backups/of-the-day-before.dump"
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


def parts(title: str) -> list[str]:
    """A section of the runbook, as its parts under headings of the fourth level."""
    text = RUNBOOK.read_text(encoding="utf-8")
    section = re.split(r"^## ", text.partition(f"\n## {title}\n")[2], maxsplit=1, flags=re.MULTILINE)[0]
    return re.split(r"^#### ", section, flags=re.MULTILINE)


def commands(kind: str, *, whole: bool = True) -> str:
    """All commands of the section, of the three ways to restore only this one; or this one alone."""
    found = []
    for part in parts(SECTION):
        restoring = _RESTORING.match(part)
        if restoring[1] == kind if restoring else whole:
            found += [block for language, block in fences(part) if language == "sh"]
    assert len(found) > 8 * whole
    return "\n".join(found)


def which_backup() -> str:
    """The commands that name the backup, and the step that goes back to the one before."""
    (part,) = [part for part in parts(SECTION) if part.startswith("Minutes 1 to 3")]
    name, step_back = [block for _, block in fences(part)]
    return f"{name}echo 'NEXT OLDER'\n{step_back}{name}"


def variables(ground: Ground, server: Server, log: str) -> dict[str, str]:
    """What minute 0 has people fill in."""
    passwords = ground.write("pgpass", f"*:*:*:{server.admin}:{server.password}\n")
    passwords.chmod(0o600)
    return {
        "VERIFICATION_LOG_URL": log,
        "VERIFICATION_EXPECTATIONS": str(ground.write("six.toml", expectations_of_the_six())),
        "TARGET": TARGET,
        "NEW_SERVER": f"host={server.socket_folder} user={server.admin}",
        "DATABASE_NAME": "app",
        "BEFORE": "",
        "PGPASSFILE": str(passwords),
    }


def verified(ground: Ground, backup: Path, log: str) -> None:
    """Leaves the row of a success in the log."""
    situation = ground.situation(
        backup, reference=ground.reference(), VERIFICATION_LOG_URL=log, VERIFICATION_TARGET=TARGET
    )
    told = ground.verify(replace(situation, options=situation.options[:1]))
    assert told.code == 0, told.output


def warned(ground: Ground, log: str) -> None:
    """Leaves the row of a warning in the log, and of the backup before it that of a success."""
    expected = expecting(
        ("min_size_mb = 10 ", "min_size_mb = 500 "),
        ("[tables.call_logs]\n", "[tables.call_logs]\nmax_rows = 2000\n"),
        more=EXEMPTION,
    )
    situation = ground.situation(
        ground.dump("sample"), expectations=expected, VERIFICATION_LOG_URL=log, VERIFICATION_TARGET=TARGET
    )
    told = ground.verify(replace(situation, options=situation.options[:1]))
    assert told.verification["status"] == "warning", told.output
    found, then = told.verification, "2026-01-01T00:00:00+00:00"
    older: dict[str, object] = {"id": str(uuid4()), "status": "success", "verified_at": then, "checks": []}
    older["target"] = {**found["target"], "location": OLDER}
    older["backup"] = {**found["backup"], "taken_at": then}
    write_row(log, row_of({**found, **older}, None))


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
    """The file is another than was verified, lacks a table, and has no reference that knows the roles."""
    log, backup = ground.log(), ground.dump("sample")
    verified(ground, backup, log)
    beside(backup).unlink()
    shutil.copy(ground.dump(ground.database("DROP TABLE public.knowledge_base_chunks")), backup)
    printed = ground.shell(commands("archive"), Situation(variables(ground, empty_server, log)))
    assert "ANOTHER FILE" in printed
    assert "NO ROLES WERE MADE" in printed
    assert "NOT COMPARED" in printed
    assert "Traceback" not in printed, printed
    assert len(re.findall("^FAILURE: ", printed, re.MULTILINE)) == len(("the file", "the new database"))
    assert 'role "supabase_auth_admin" does not exist' in printed
    assert "the restore came to its end" not in printed
    (old, _) = names_like_app(empty_server)
    with empty_server.connect(old) as database:
        assert database.execute("SELECT count(*) FROM public.what_is_left").fetchall() == [(0,)]


def test_what_was_found_in_the_backup_is_said_before_it_is_restored(ground: Ground, server: Server) -> None:
    log = ground.log()
    warned(ground, log)
    found = Situation(variables(ground, server, log))
    newest, _, older = ground.shell(which_backup(), found).partition("NEXT OLDER\n")
    assert re.search(r"^the last good backup: .*/nightly\.dump .* warning$", newest, re.MULTILINE), newest
    odd, exempted = re.findall(r"^FOUND IN IT: .*", newest, re.MULTILINE)
    assert "warning: " in odd, newest
    assert "exempted" not in odd
    assert exempted.endswith(" (exempted until 2999-12-31: an import)")
    assert f"the last good backup: {OLDER} " in older, older
    assert "no check found anything in it" in older
    assert "FOUND IN IT" not in older


def test_where_no_backup_is_old_enough_nothing_is_said_to_be_sound(ground: Ground, server: Server) -> None:
    situation = Situation(variables(ground, server, ground.log()))
    printed = ground.shell(which_backup(), situation)
    assert "NO BACKUP" in printed, printed
    assert "no check found anything" not in printed
    assert "Traceback" not in printed


def test_the_good_backups_are_listed_with_their_targets(ground: Ground) -> None:
    """Of each target the newest one, with the words of its first warning."""
    log = ground.log()
    warned(ground, log)
    _, command = fences(parts("How to use this")[0])[0]
    printed = ground.shell(command, Situation({"VERIFICATION_LOG_URL": log}))
    assert re.search(r"^ nightly +\| .* \| warning +\| .*500", printed, re.MULTILINE), printed
    assert "(1 row)" in printed


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
