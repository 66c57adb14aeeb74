"""What a statement misses of the platform is prepared and said; nothing of the backup's own is made up."""

from collections.abc import Iterator

import psycopg
import pytest

from restoring.prepared import ensure_platform
from restoring.programs import Programs
from restoring.remedies import WHY_NOT_VALIDATED, Remedies
from restoring.server import Server, serving
from restoring.stage import Omission, Stage, set_stage

DATABASE = "restored"


@pytest.fixture(scope="module")
def stage(programs: Programs, server: Server) -> Iterator[Stage]:
    with pytest.MonkeyPatch.context() as beside:
        beside.setattr("tempfile.tempdir", str(server.workplace.path.parents[1]))
        with serving(programs) as own:
            stage = set_stage(own, "remedies")
            stage.begin(DATABASE, "UTF8")
            with own.connect(DATABASE, stage.loader) as loader:
                loader.execute("CREATE TABLE public.t (id uuid)")
                loader.execute("INSERT INTO public.t VALUES (gen_random_uuid())")
            yield stage


def fails(stage: Stage, statement: bytes) -> psycopg.Error | None:
    with stage.server.connect(DATABASE, stage.loader) as loader:
        try:
            loader.execute(statement)
        except psycopg.Error as error:
            return error
    return None


def comes_through(stage: Stage, statement: bytes) -> bool:
    remedies = Remedies(stage, DATABASE)
    for _ in range(20):
        error = fails(stage, statement)
        if error is None or not remedies.apply(error, statement):
            return error is None
    raise AssertionError("it is repeated for ever")


@pytest.mark.parametrize(
    "statement",
    [
        b"CREATE POLICY a ON public.t TO someone USING (true)",
        b'CREATE POLICY b ON public.t TO "Some one" USING (true)',
        b"CREATE POLICY c ON public.t TO authenticated USING (auth.uid() = id)",
        b"CREATE TABLE public.u (id uuid REFERENCES auth.users (id))",
        b"CREATE TABLE public.v (v extensions.vector(3))",
        b"CREATE TABLE public.w (id uuid DEFAULT extensions.uuid_generate_v4())",
        b"INSERT INTO auth.of_tomorrow (id, \"My name\") VALUES ('1', 'a')",
        b"INSERT INTO auth.users (id, of_tomorrow) VALUES (gen_random_uuid(), 'a')",
        b"SELECT pg_catalog.setval('auth.ids_of_tomorrow', 7, true)",
        b"INSERT INTO cron.job (jobid, command) VALUES (1, 'x')",
    ],
    ids=lambda text: text.decode()[:40],
)
def test_what_the_platform_has_is_prepared(stage: Stage, statement: bytes) -> None:
    assert comes_through(stage, statement)


@pytest.mark.parametrize(
    "statement",
    [
        b"INSERT INTO public.nothing (a) VALUES (1)",
        b"INSERT INTO public.t (nothing) VALUES (1)",
        b"INSERT INTO ours.nothing (a) VALUES (1)",
        b"SELECT pg_catalog.setval('public.nothing', 7, true)",
        b"CREATE TABLE ours.t (a integer)",
        b"CREATE POLICY d ON public.t USING (public.nothing())",
        b"CREATE TABLE public.x (a public.nothing)",
        b"CREATE TABLE public.x (a extensions.nothing)",
        b"ALTER TABLE auth.nothing ADD PRIMARY KEY (id)",
        b"SELECT 1 FROM auth.nothing",
        b"COPY nonsense",
    ],
    ids=lambda text: text.decode()[:40],
)
def test_what_is_the_backups_own_is_not_made_up(stage: Stage, statement: bytes) -> None:
    assert not comes_through(stage, statement)


def test_what_was_added_to_the_platform_is_said(stage: Stage) -> None:
    assert comes_through(stage, b"INSERT INTO auth.added (id) VALUES ('1')")
    assert (
        Omission("columns of auth.added", "defined by the platform; held here as text") in stage.omissions
    )


ADD = b"ALTER TABLE ONLY public.%s ADD CONSTRAINT %s FOREIGN KEY (id) REFERENCES %s(id)"


def test_a_key_to_rows_of_the_platform_is_kept_without_being_validated(stage: Stage) -> None:
    ensure_platform(stage, DATABASE, "auth")
    statement = ADD % (b"t", b"k", b"auth.users")
    error = fails(stage, statement)
    assert error is not None
    weaker = Remedies(stage, DATABASE).without_validation(error, statement)
    assert weaker is not None
    assert weaker == statement + b" NOT VALID"
    assert fails(stage, weaker) is None
    assert Omission("rows behind k", WHY_NOT_VALIDATED) in stage.omissions
    assert Remedies(stage, DATABASE).without_validation(error, weaker) is None


def test_a_key_to_rows_of_the_backup_stays_a_loss(stage: Stage) -> None:
    with stage.server.connect(DATABASE, stage.loader) as loader:
        loader.execute("CREATE TABLE public.target (id uuid PRIMARY KEY)")
    statement = ADD % (b"t", b"l", b"public.target")
    error = fails(stage, statement)
    assert error is not None
    assert error.sqlstate == "23503"
    assert Remedies(stage, DATABASE).without_validation(error, statement) is None


def test_another_error_of_a_key_to_the_platform_stays_a_loss(stage: Stage) -> None:
    statement = ADD % (b"nothing", b"k", b"auth.users")
    error = fails(stage, statement)
    assert error is not None
    assert Remedies(stage, DATABASE).without_validation(error, statement) is None
