"""Once all is in: statistics, the reader's way in, and owners, who come last."""

import time
from collections.abc import Iterator

import pytest

from restoring.backup_roles import REFUSED
from restoring.finishing import finish
from restoring.programs import Programs
from restoring.server import Server, serving
from restoring.stage import Stage, set_stage


@pytest.fixture(scope="module")
def stage(programs: Programs, server: Server) -> Iterator[Stage]:
    with pytest.MonkeyPatch.context() as beside:
        beside.setattr("tempfile.tempdir", str(server.workplace.path.parents[1]))
        with serving(programs) as own:
            stage = set_stage(own, "finishing")
            stage.begin("one", "UTF8")
            stage.create_database("two")
            stage.roles.ensure("app")
            for name in stage.databases:
                with own.connect(name, stage.loader) as loader:
                    loader.execute("CREATE TABLE public.t AS SELECT generate_series(1, 500) AS a")
                    loader.execute("CREATE VIEW public.broken AS SELECT 1")
                    loader.execute(f"ALTER DATABASE {name} SET default_transaction_read_only = on".encode())
                    loader.execute(f"REVOKE ALL ON DATABASE {name} FROM PUBLIC".encode())
            yield stage


def test_each_database_is_finished(stage: Stage) -> None:
    owners = {
        "one": [b"ALTER TABLE public.t OWNER TO app", b"ALTER TABLE public.gone OWNER TO app"],
        "two": [b"ALTER TABLE public.t OWNER TO app; DROP TABLE public.t"],
    }
    problems = finish(stage, owners, time.monotonic() + 60)
    assert [(problem.meaning, problem.message) for problem in problems] == [
        ("harmless", 'relation "public.gone" does not exist'),
        ("lost", REFUSED),
    ]
    query = "SELECT reltuples, relowner::regrole::text FROM pg_class WHERE relname = 't'"
    for name, owner in (("one", "app"), ("two", stage.loader)):
        with stage.server.connect(name, stage.reader) as reader:
            assert reader.execute(query).fetchall() == [(500, owner)]
            assert reader.execute("SHOW default_transaction_read_only").fetchall() == [("off",)]


def test_statistics_run_the_backups_code_as_the_loader_and_what_fails_loses_nothing(stage: Stage) -> None:
    """ANALYZE evaluates the expression of an index."""
    stage.omissions.clear()
    function = "FUNCTION public.who(a integer) RETURNS integer IMMUTABLE LANGUAGE plpgsql"
    with stage.server.connect("two", stage.loader) as loader:
        loader.execute("CREATE TABLE public.x AS SELECT 1 AS a")
        loader.execute(f"CREATE {function} AS $$ BEGIN RETURN a; END $$".encode())
        loader.execute("CREATE INDEX ON public.x (public.who(a))")
        body = "BEGIN RAISE EXCEPTION '%', current_user; END"
        loader.execute(f"CREATE OR REPLACE {function} AS $${body}$$".encode())
    assert finish(stage, {}, time.monotonic() + 60) == []
    assert [item.why for item in stage.omissions] == [f"ANALYZE failed: {stage.loader}"]


def test_statistics_that_hang_end_at_the_limit(stage: Stage) -> None:
    with stage.server.connect("one", stage.loader) as loader:
        loader.execute("CREATE TABLE public.slow AS SELECT 1 AS a")
        loader.execute(
            "CREATE FUNCTION public.nap(a integer) RETURNS integer IMMUTABLE LANGUAGE sql AS 'SELECT a'"
        )
        loader.execute("CREATE INDEX ON public.slow (public.nap(a))")
        loader.execute(
            "CREATE OR REPLACE FUNCTION public.nap(a integer) RETURNS integer IMMUTABLE LANGUAGE plpgsql "
            "AS $$ BEGIN PERFORM pg_sleep(60); RETURN a; END $$"
        )
    with pytest.raises(TimeoutError):
        finish(stage, {}, time.monotonic())
