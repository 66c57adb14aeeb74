"""The bundled sample: what its files hold, and that building it again gives the same database."""

import gzip
import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from expectations import MEGABYTE, Expectations, read_expectations
from restoring.programs import Programs
from restoring.sample import BROKEN, EXPECTATIONS, SAMPLE, make
from restoring.server import Server, serving

TABLES = (
    "agents",
    "appointments",
    "call_logs",
    "contacts",
    "knowledge_base_chunks",
    "organizations",
    "profiles",
)
OTHER_ENTRIES = (
    "ACL public",
    "EXTENSION - vector",
    "FK CONSTRAINT public profiles",
    "SEQUENCE SET public",
    "TRIGGER public agents",
    "TYPE public appointment_status",
)
STRUCTURE = """
    SELECT
        (SELECT count(*) FROM pg_policies),
        (SELECT count(*) FROM pg_class WHERE relrowsecurity),
        (SELECT count(*) FROM pg_constraint
         WHERE connamespace = 'public'::regnamespace AND contype IN ('p', 'f', 'u')),
        (SELECT count(*) FROM pg_indexes WHERE schemaname = 'public')
"""


@pytest.fixture(scope="module")
def host(programs: Programs) -> Iterator[Server]:
    """A server of this module's own: the roles of the sample would stay behind on a shared one."""
    with serving(programs) as running:
        yield running


@pytest.fixture(scope="module")
def built(host: Server) -> str:
    make.build(host, "built")
    return "built"


@pytest.fixture(scope="module")
def restored(host: Server, built: str) -> str:
    create(host, "restored")
    assert run(host, "pg_restore", "--exit-on-error", "--dbname=restored", str(SAMPLE)).stderr == ""
    return "restored"


@pytest.fixture(scope="module")
def naive(host: Server, built: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    create(host, "naive")
    plain = tmp_path_factory.mktemp("naive") / "broken.sql"
    plain.write_bytes(gzip.decompress(BROKEN.read_bytes()))
    done = run(host, "psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", "naive", "-f", str(plain))
    assert done.stderr == ""
    return "naive"


@pytest.fixture
def expected() -> Expectations:
    return read_expectations(EXPECTATIONS)


def create(host: Server, database: str) -> None:
    with host.connect("postgres") as admin:
        name = sql.Identifier(database)
        admin.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0 OWNER postgres").format(name))


def run(host: Server, program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {
        "PGHOST": str(host.socket_folder),
        "PGUSER": host.admin,
        "PGPASSWORD": host.password,
    }
    command = [str(host.programs.bin / program), *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=True)


def contents(host: Server, database: str) -> dict[str, tuple[int, int]]:
    """Rows and checksum of each table of public and auth."""
    found: dict[str, tuple[int, int]] = {}
    with host.connect(database) as admin:
        names = admin.execute(
            "SELECT schemaname, tablename FROM pg_tables WHERE schemaname IN ('public', 'auth')"
        ).fetchall()
        for schema, table in names:
            question = sql.SQL("SELECT count(*), sum(hashtextextended(t::text, 0)) FROM {} AS t")
            row = admin.execute(question.format(sql.Identifier(schema, table))).fetchone()
            assert row is not None
            found[f"{schema}.{table}"] = (row[0], row[1])
    return found


def sequences(host: Server, database: str) -> list[tuple[str, int]]:
    with host.connect(database) as admin:
        question = "SELECT sequencename, last_value FROM pg_sequences ORDER BY 1"
        return admin.execute(question).fetchall()


def definitions(host: Server, database: str) -> str:
    return make.dump(host, database, "--schema-only", "--restrict-key=same").decode()


def structure(host: Server, database: str) -> tuple[int, ...]:
    with host.connect(database) as admin:
        return admin.execute(STRUCTURE).fetchone() or ()


def become(connection: psycopg.Connection, role: str, user: str | None = None) -> None:
    claims = f'{{"sub": "{user}", "role": "{role}"}}' if user else ""
    connection.execute(
        "SELECT set_config('role', %s, true), set_config('request.jwt.claims', %s, true)",
        [role, claims],
    )


@pytest.mark.parametrize("path", [SAMPLE, BROKEN], ids=lambda path: path.name)
def test_each_file_is_under_a_megabyte(path: Path) -> None:
    assert 100_000 < path.stat().st_size < 1_000_000


def test_the_sample_is_an_archive_that_lists_what_a_supabase_project_has(host: Server) -> None:
    listed = run(host, "pg_restore", "--list", str(SAMPLE)).stdout
    assert "Format: CUSTOM" in listed
    for table in TABLES:
        for kind in ("TABLE", "TABLE DATA", "ROW SECURITY", "POLICY"):
            assert f" {kind} public {table} " in listed
    for entry in OTHER_ENTRIES:
        assert f" {entry} " in listed


def test_the_sample_spells_out_vectors_policies_and_functions(host: Server) -> None:
    text = run(host, "pg_restore", "--schema-only", "--file=-", str(SAMPLE)).stdout
    assert "embedding extensions.vector(1536) NOT NULL" in text
    assert re.search(r"POLICY .+ TO authenticated USING .+ auth\.uid\(\)", text)
    assert "FUNCTION public.book_appointment_with_lock(" in text
    assert "FUNCTION public.cleanup_old_webhook_logs(days integer" in text
    assert "REFERENCES auth.users(id)" in text


def test_the_restored_sample_weighs_what_it_should(host: Server, restored: str) -> None:
    with host.connect(restored) as admin:
        row = admin.execute("SELECT pg_database_size(current_database())").fetchone()
    assert row is not None
    assert 14 <= row[0] / MEGABYTE <= 20


def test_the_restored_sample_has_every_definition_of_the_source(
    host: Server, built: str, restored: str
) -> None:
    assert definitions(host, restored) == definitions(host, built)
    assert structure(host, restored) == structure(host, built)
    assert structure(host, restored)[0] == 19


def test_building_twice_gives_the_contents_of_the_bundled_sample(
    host: Server, built: str, restored: str
) -> None:
    make.build(host, "built_again")
    assert contents(host, "built_again") == contents(host, built) == contents(host, restored)
    assert sequences(host, "built_again") == sequences(host, built) == sequences(host, restored)


def test_writing_again_gives_the_same_two_files(host: Server, tmp_path: Path) -> None:
    sample, broken = tmp_path / "sample.dump", tmp_path / "broken.sql.gz"
    make.write(host, sample, broken)
    assert statements(gzip.decompress(broken.read_bytes())) == statements(
        gzip.decompress(BROKEN.read_bytes())
    )
    assert spelled_out(host, sample) == spelled_out(host, SAMPLE)


def spelled_out(host: Server, archive: Path) -> list[bytes]:
    text = run(host, "pg_restore", "--file=-", "--restrict-key=same", str(archive)).stdout
    return statements(text.encode())


def statements(plain: bytes) -> list[bytes]:
    """Without the comments, which name the version of pg_dump."""
    return [line for line in plain.split(b"\n") if not line.startswith(b"--")]


def test_the_broken_copy_has_every_row_and_nothing_else(host: Server, built: str, naive: str) -> None:
    assert contents(host, naive) == contents(host, built)
    assert structure(host, naive) == (0, 0, 0, 0)


def test_the_broken_copy_ends_with_a_data_block() -> None:
    plain = gzip.decompress(BROKEN.read_bytes())
    assert plain.endswith(b"\n\\.\n")
    assert plain.count(b"\n\\.\n") == len(TABLES) + 2


def test_a_dump_without_rows_cannot_be_cut() -> None:
    with pytest.raises(ValueError, match="not found"):
        make.cut(b"CREATE TABLE t ();\n")


def test_a_dump_is_cut_after_its_last_rows() -> None:
    rows = b"COPY a FROM stdin;\n1\n\\.\nCOPY b FROM stdin;\n2\n\\.\n"
    assert make.cut(rows + b"ALTER TABLE a ADD PRIMARY KEY (i);\n") == rows


def test_the_expectations_name_what_is_there(host: Server, restored: str, expected: Expectations) -> None:
    found = contents(host, restored)
    assert sorted(table.name for table in expected.tables) == sorted(TABLES)
    for table in expected.tables:
        rows = found[table.full_name][0]
        assert 0.8 * rows <= table.min_rows <= rows
    assert expected.min_size_mb == 10


def test_the_expected_functions_are_there(host: Server, restored: str, expected: Expectations) -> None:
    by_name, by_signature = expected.functions
    with host.connect(restored) as admin:
        admin.execute("SET search_path = public")
        row = admin.execute(
            "SELECT to_regproc(%s) IS NOT NULL, to_regprocedure(%s) IS NOT NULL",
            [by_name, by_signature],
        ).fetchone()
    assert row == (True, True)
    assert (by_name, by_signature) == (
        "book_appointment_with_lock",
        "cleanup_old_webhook_logs(integer)",
    )


@pytest.mark.parametrize("table", TABLES)
def test_members_see_their_own_tenant_alone(host: Server, restored: str, table: str) -> None:
    tenant = "id" if table == "organizations" else "organization_id"
    question = sql.SQL("SELECT DISTINCT {} FROM {}").format(
        sql.Identifier(tenant), sql.Identifier("public", table)
    )
    with host.connect(restored) as admin:
        members = "SELECT id::text, organization_id FROM public.profiles ORDER BY 2, 1"
        people = admin.execute(members).fetchall()
        assert len({organization for _, organization in people}) == 24
        for user, organization in (people[0], people[-1]):
            with admin.transaction(force_rollback=True):
                become(admin, "authenticated", user)
                assert admin.execute(question).fetchall() == [(organization,)]


@pytest.mark.parametrize("table", ["organizations", "agents"])
def test_strangers_see_nothing_of_what_they_may_ask_for(host: Server, restored: str, table: str) -> None:
    with host.connect(restored) as admin, admin.transaction(force_rollback=True):
        become(admin, "anon")
        question = sql.SQL("SELECT * FROM {}").format(sql.Identifier("public", table))
        assert admin.execute(question).fetchall() == []


def test_an_agent_is_booked_once_for_one_hour(host: Server, restored: str) -> None:
    book = "SELECT public.book_appointment_with_lock(%s, %s, %s, %s)"
    with host.connect(restored) as admin, admin.transaction(force_rollback=True):
        agent, contact, user = admin.execute(
            "SELECT a.id, c.id, p.id FROM public.agents AS a"
            " JOIN public.contacts AS c USING (organization_id)"
            " JOIN public.profiles AS p USING (organization_id) LIMIT 1"
        ).fetchone() or (None, None, None)
        become(admin, "authenticated", str(user))
        admin.execute(book, [agent, contact, "2027-01-04 10:00+00", "2027-01-04 11:00+00"])
        admin.execute(book, [agent, contact, "2027-01-04 11:00+00", "2027-01-04 12:00+00"])
        with pytest.raises(psycopg.errors.ExclusionViolation), admin.transaction():
            admin.execute(book, [agent, contact, "2027-01-04 10:59+00", "2027-01-04 11:01+00"])


def test_nobody_books_the_agent_of_another_tenant(host: Server, restored: str) -> None:
    with host.connect(restored) as admin, admin.transaction(force_rollback=True):
        agent, contact, user = admin.execute(
            "SELECT a.id, c.id, p.id FROM public.agents AS a"
            " JOIN public.contacts AS c USING (organization_id)"
            " JOIN public.profiles AS p ON p.organization_id <> a.organization_id LIMIT 1"
        ).fetchone() or (None, None, None)
        become(admin, "authenticated", str(user))
        with pytest.raises(psycopg.errors.NoDataFound, match="no such agent"):
            admin.execute(
                "SELECT public.book_appointment_with_lock(%s, %s, %s, %s)",
                [agent, contact, "2027-01-04 10:00+00", "2027-01-04 11:00+00"],
            )


def test_old_webhook_logs_are_cleaned_up(host: Server, restored: str) -> None:
    with host.connect(restored) as admin, admin.transaction(force_rollback=True):
        admin.execute("UPDATE public.webhook_logs SET received_at = now()")
        admin.execute(
            "UPDATE public.webhook_logs SET received_at = now() - interval '8 days' WHERE id <= 5"
        )
        become(admin, "service_role")
        row = admin.execute("SELECT public.cleanup_old_webhook_logs(7)").fetchone()
    assert row == (5,)
