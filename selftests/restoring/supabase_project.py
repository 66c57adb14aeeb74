"""A server that is made up as a Supabase project, and the ways in which its backups are taken."""

import gzip
import re
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from psycopg import sql

from restoring.programs import Programs
from restoring.server import Server, serving

SOURCE = Path(__file__).parent / "supabase" / "source"
SAMPLE = Path(__file__).parents[2] / "restoring" / "sample"

INTERNAL = re.findall(
    r"\S+",
    """
    information_schema pg_* _analytics _realtime _supavisor auth etl extensions pgbouncer realtime storage
    supabase_functions supabase_migrations cron dbdev graphql graphql_public net pgmq pgsodium
    pgsodium_masks pgtle repack tiger tiger_data timescaledb_* _timescaledb_* topology vault
    """,
)
"""What the CLI leaves out of schema.sql, as patterns of pg_dump."""

_WITH_DATA = {"auth", "cron", "dbdev", "net", "pgmq", "storage", "supabase_functions"}
WITHOUT_DATA = [name for name in INTERNAL if name not in _WITH_DATA]
NEVER_DUMPED = ("auth.schema_migrations", "storage.migrations", "supabase_functions.migrations")

_RESERVED = (
    "anon|authenticated|authenticator|cli_login_.*|dashboard_user|pgbouncer|postgres|service_role|"
    "supabase_.*|pgsodium_keyholder|pgsodium_keyiduser|pgsodium_keymaker|pgtle_admin"
)
_SETTINGS = r"pgaudit\.*|pgrst\.*|session_replication_role|statement_timeout|track_io_timing"

Edits = Sequence[tuple[str, str]]

EDITS_OF_SCHEMA: Edits = (
    (r"^\\(?:un)?restrict .*$", r"-- \g<0>"),
    (r'^CREATE (SCHEMA|TABLE|SEQUENCE) "', r'CREATE \1 IF NOT EXISTS "'),
    (r'^CREATE (VIEW|FUNCTION|TRIGGER) "', r'CREATE OR REPLACE \1 "'),
    (r'^CREATE PUBLICATION "supabase_realtime', r"-- \g<0>"),
    (r"^(CREATE EVENT TRIGGER |         WHEN TAG IN |   EXECUTE FUNCTION |ALTER EVENT TRIGGER )", r"-- \1"),
    (r'^ALTER PUBLICATION "supabase_realtime_', r"-- \g<0>"),
    (r"^ALTER FOREIGN DATA WRAPPER (.+) OWNER TO ", r"-- \g<0>"),
    (r'^ALTER DEFAULT PRIVILEGES FOR ROLE "supabase_admin"', r"-- \g<0>"),
    (r'^GRANT ALL ON FOREIGN DATA WRAPPER (.+) TO "postgres" WITH GRANT OPTION', r"-- \g<0>"),
    (rf'^(?:GRANT|REVOKE) (.+) ON (.+) "({"|".join(INTERNAL)})"', r"-- \g<0>"),
    (r'^(CREATE EXTENSION IF NOT EXISTS "(?:pg_tle|pgsodium|pgmq)").+', r"\1;"),
    (r"^COMMENT ON EXTENSION (.+)", r"-- \g<0>"),
    (r'^CREATE POLICY "cron_job_', r"-- \g<0>"),
    (r'^ALTER TABLE "cron"', r"-- \g<0>"),
    (r"^SET transaction_timeout = 0;", r"-- \g<0>"),
)
EDITS_OF_ROLES: Edits = (
    (r"^\\(?:un)?restrict .*$", r"-- \g<0>"),
    (rf'^(?:CREATE|ALTER) ROLE "({_RESERVED})"', r"-- \g<0>"),
    (r" (?:NOSUPERUSER|NOREPLICATION)", ""),
    (rf'^-- (.* SET "({_SETTINGS})" .*)', r"\1"),
    (rf'GRANT ".*" TO "({_RESERVED})"', r"-- \g<0>"),
)


@contextmanager
def project(programs: Programs) -> Iterator[Server]:
    """The server of a project with the sample as its public schema; supabase_admin is its superuser."""
    with serving(programs) as server:
        folder = server.workplace.path / "share"
        shutil.copytree(SOURCE / "extensions", folder / "extension")
        server.account.own(folder)
        _rename_admin(server)
        with server.connect("postgres") as admin:
            path = sql.SQL("SET extension_control_path = {}").format(f"{folder}:$system")
            admin.execute(path)
            for part in ("1_roles", "2_auth", "3_storage", "4_services"):
                admin.execute((SOURCE / f"{part}.sql").read_bytes())
            admin.execute(_tables_of_the_sample())
            admin.execute((SAMPLE / "rows.sql").read_bytes())
            admin.execute((SOURCE / "5_project.sql").read_bytes())
        yield server


def _rename_admin(server: Server) -> None:
    with server.connect("postgres") as admin:
        create = sql.SQL("CREATE ROLE helper SUPERUSER LOGIN PASSWORD {}")
        admin.execute(create.format(server.password))
    with server.connect("postgres", "helper") as helper:
        rename = sql.SQL("ALTER ROLE {} RENAME TO supabase_admin")
        helper.execute(rename.format(sql.Identifier(server.admin)))
    server.admin = "supabase_admin"
    with server.connect("postgres") as admin:
        admin.execute("DROP ROLE helper")


def _tables_of_the_sample() -> bytes:
    """Its schema without the little `auth` that it brings for servers of no platform."""
    text = (SAMPLE / "schema.sql").read_bytes()
    return b"SET ROLE postgres;" + text[text.index(b"-- tables") :]


def run(server: Server, program: str, *options: str) -> str:
    """What pg_dump or pg_dumpall writes of the project."""
    target = ["--dbname", "postgres"] if program == "pg_dump" else ["--database", "postgres"]
    command = [str(server.programs.bin / program), "--host", str(server.socket_folder)]
    command += ["--username", server.admin, *target, *options]
    done = subprocess.run(
        command, check=False, capture_output=True, text=True, env={"PGPASSWORD": server.password}
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def dump_whole(server: Server, path: Path, *options: str) -> Path:
    """As people do by hand: pg_dump of the database, a custom archive if nothing else is said."""
    run(server, "pg_dump", "--file", str(path), *(options or ("--format=custom",)))
    return path


def dump_cluster(server: Server, folder: Path) -> Path:
    """As the dashboard gives it for download."""
    path = folder / "db_cluster-20-08-2026@03-00-00.backup.gz"
    path.write_bytes(gzip.compress(run(server, "pg_dumpall").encode()))
    return path


def dump_set(server: Server, folder: Path, *, copies: bool = False) -> Path:
    """As `supabase db dump` does three times: --role-only, with nothing, --data-only (--use-copy)."""
    folder.mkdir()
    quoted = ("--quote-all-identifiers", "--role=postgres")
    roles = run(server, "pg_dumpall", "--roles-only", *quoted, "--no-role-passwords", "--no-comments")
    (folder / "roles.sql").write_text(_once(_edited(roles, EDITS_OF_ROLES)) + "RESET ALL;\n")
    left_out = [f"--exclude-schema={name}" for name in INTERNAL]
    schema = run(server, "pg_dump", "--schema-only", *quoted, *left_out)
    (folder / "schema.sql").write_text(_edited(schema, EDITS_OF_SCHEMA))
    left_out = [f"--exclude-schema={name}" for name in WITHOUT_DATA]
    left_out += [f"--exclude-table={name}" for name in NEVER_DUMPED]
    inserts = () if copies else ("--column-inserts", "--rows-per-insert=100000")
    data = run(server, "pg_dump", "--data-only", *quoted, *left_out, "--schema=*", *inserts)
    data = re.sub(r"^\\(?:un)?restrict .*$", r"-- \g<0>", data, flags=re.MULTILINE)
    (folder / "data.sql").write_text(f"SET session_replication_role = replica;\n\n{data}RESET ALL;\n")
    return folder


def _edited(text: str, edits: Edits) -> str:
    """What sed would make of each line, with the comments deleted in the end."""
    for pattern, replacement in edits:
        text = re.sub(pattern, replacement, text, flags=re.MULTILINE)
    return re.sub(r"^--.*\n", "", text, flags=re.MULTILINE)


def _once(text: str) -> str:
    """The text without lines that repeat the one before, as uniq gives it."""
    lines = text.splitlines(keepends=True)
    return "".join(line for before, line in zip(["", *lines], lines, strict=False) if line != before)
