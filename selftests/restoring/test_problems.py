"""What a complaint means: lost is the rule, and harmless or omitted need a reason."""

import pytest

from restoring.problems import Meaning, Problem, followed, judge, lines, summary

LACKING: dict[str, str | None] = {"postgis": "public", "pg_cron": "pg_catalog", "pgmq": "pgmq"}


@pytest.mark.parametrize(
    ("kind", "message", "meaning"),
    [
        ("CREATE SCHEMA", 'schema "public" already exists', "harmless"),
        ("CREATE ROLE", 'role "postgres" already exists', "harmless"),
        ("CREATE DATABASE", 'database "postgres" already exists', "harmless"),
        ("SET", 'unrecognized configuration parameter "transaction_timeout"', "harmless"),
        ("COMMENT ON EXTENSION", "must be owner of extension plpgsql", "harmless"),
        ("DROP PUBLICATION", 'publication "p" does not exist', "harmless"),
        ("ALTER OWNER", 'relation "public.t" does not exist', "harmless"),
        ("ALTER OWNER", "refused: no backup may have that done by a superuser", "lost"),
        ("CREATE TABLE", 'relation "t" already exists', "lost"),
        ("CREATE DATABASE", 'database "app" already exists', "lost"),
        ("CREATE TABLE", 'schema "app" does not exist', "lost"),
        ("CREATE POLICY", 'role "authenticated" does not exist', "lost"),
        ("CREATE POLICY", "function auth.uid() does not exist", "lost"),
        ("CREATE TABLE", 'type "public.geometry" does not exist', "omitted"),
        ("COPY", 'relation "cron.job" does not exist', "omitted"),
        ("CREATE INDEX", 'type "public.geometry_of_ours" does not exist', "lost"),
        ("COPY", 'relation "pgmq.queue" does not exist', "omitted"),
        ("COPY", 'duplicate key value violates unique constraint "geometry"', "lost"),
        ("CREATE FUNCTION", "permission denied for language c", "omitted"),
        ("CREATE AGGREGATE", "aggregate transition data type cannot be internal", "omitted"),
        ("CREATE AGGREGATE", "aggregate transition data type cannot be anyelement", "lost"),
        ("REPEATED GRANT", 'relation "public.t" does not exist', "harmless"),
        ("CREATE SUBSCRIPTION", "must be superuser to create subscriptions", "omitted"),
        ("GRANT", 'permission denied for schema "app"', "omitted"),
        ("COPY", "permission denied for table t", "lost"),
        ("CREATE TABLE", "permission denied for schema app", "lost"),
        ("CREATE POLICY", "must be owner of table t", "lost"),
        ("CREATE INDEX", "permission denied for table t", "lost"),
        ("CREATE TRIGGER", "permission denied for function f", "lost"),
        ("ALTER TABLE", "permission denied for table t", "lost"),
        ("CREATE VIEW", "permission denied for table t", "lost"),
        ("INSERT INTO", "must be superuser", "lost"),
        ("TABLE DATA", "permission denied for table t", "lost"),
        ("unknown", "anything at all", "lost"),
        ("COPY", "extra data after last expected column", "lost"),
        ("ALTER TABLE", "could not create unique index", "lost"),
    ],
)
def test_what_a_complaint_means(kind: str, message: str, meaning: Meaning) -> None:
    problem = judge(kind, f"{kind} x", message, LACKING)
    assert problem.meaning == meaning
    assert bool(problem.reason) is (meaning != "lost")


@pytest.mark.parametrize(
    ("message", "kept"),
    [
        ('invalid input syntax for type integer: "c4n4ry"', "invalid input syntax for type integer: …"),
        ('invalid input syntax for type json: "c4n4ry\nmore"', "invalid input syntax for type json: …"),
        ('value "c4n4ry" is out of range for type integer', "value … is out of range for type integer"),
        ('relation "public.t" does not exist', 'relation "public.t" does not exist'),
    ],
)
def test_a_value_is_taken_out_of_a_message(message: str, kept: str) -> None:
    assert judge("COPY", "COPY t", message, {}).message == kept


def test_nothing_is_omitted_for_an_extension_that_is_there() -> None:
    assert judge("CREATE TABLE", "x", 'type "public.geometry" does not exist', {}).meaning == "lost"


NO_CLASS = 'operator class "a.Own ops" does not exist for access method "btree"'
NO_CALL = "function a.listed(integer) does not exist"
ON_TABLE = "ALTER TABLE ONLY a.t ADD CONSTRAINT k EXCLUDE USING gist"


@pytest.mark.parametrize(
    ("kind", "what", "message", "told"),
    [
        ("CREATE INDEX", "CREATE INDEX i ON a.t USING btree", NO_CLASS, "INDEX i"),
        ("CREATE UNIQUE INDEX", 'CREATE UNIQUE INDEX "My i" ON a.t', NO_CLASS, 'INDEX "My i"'),
        ("ALTER TABLE", ON_TABLE, NO_CLASS, "constraint a.t.k"),
        ("CREATE VIEW", "CREATE VIEW a.v", NO_CALL, "CREATE VIEW a.v"),
        ("CREATE TABLE", "CREATE TABLE a.t", NO_CALL, None),
        ("COPY", "COPY a.t", NO_CALL, None),
        ("CREATE INDEX", "CREATE INDEX i ON a.t", NO_CLASS.replace("Own", "Other"), None),
        ("CREATE INDEX", "CREATE INDEX i ON a.t", "could not create unique index", None),
    ],
)
def test_what_leans_upon_something_left_out_is_left_out_too(
    kind: str, what: str, message: str, told: str | None
) -> None:
    why = "it needs a superuser"
    left_out = [
        Problem("omitted", "CREATE OPERATOR CLASS", 'CREATE OPERATOR CLASS a."Own ops"', "no", why),
        Problem("omitted", "CREATE AGGREGATE", "CREATE AGGREGATE a.listed", "no", why),
    ]
    leaning = Problem("lost", kind, what, message)
    *before, found = followed([*left_out, leaning])
    assert before == left_out
    assert (found.meaning, found.what) == (("omitted", told) if told else ("lost", what))
    assert followed([leaning]) == [leaning]


def test_a_summary_counts_all_and_shows_the_first() -> None:
    problems = [Problem("lost", "CREATE POLICY", f"policy {n}", "gone\nfor good") for n in range(5)]
    problems.append(Problem("lost", "COPY", "COPY t", "cut"))
    assert summary(problems) == (
        "5 CREATE POLICY, 1 COPY: policy 0: gone for good; policy 1: gone for good; "
        "policy 2: gone for good; and 3 more"
    )


def test_a_summary_is_bounded() -> None:
    problems = [Problem("lost", f"KIND {n}", "x" * 100, "y" * 10_000) for n in range(1000)]
    assert len(summary(problems)) < 1200


@pytest.mark.parametrize(
    ("kind", "what", "found"),
    [
        ("COPY", "COPY public.t", "restore-lost-rows"),
        ("INSERT INTO", "INSERT INTO public.t", "restore-lost-rows"),
        ("TABLE DATA", "TABLE DATA t", "restore-lost-rows"),
        ("CREATE TABLE", "CREATE TABLE public.t", "restore-lost-rows"),
        ("SELECT", "SELECT pg_catalog.lo_create", "restore-lost-rows"),
        ("BEGIN", "a transaction", "restore-lost-rows"),
        ("unknown", "unknown", "restore-lost-rows"),
        ("CREATE POLICY", "CREATE POLICY p ON public.t", "restore-lost-protection"),
        ("GRANT", "GRANT SELECT ON TABLE public.t TO app", "restore-lost-protection"),
        ("CREATE ROLE", "CREATE ROLE app", "restore-lost-protection"),
        ("ALTER TABLE", "ALTER TABLE public.t ENABLE ROW LEVEL SECURITY", "restore-lost-protection"),
        ("ALTER TABLE", "ALTER TABLE ONLY public.t ADD CONSTRAINT k", "restore-lost-something"),
        ("CREATE INDEX", "CREATE INDEX i ON public.t", "restore-lost-something"),
        ("SELECT", "SELECT pg_catalog.setval", "restore-lost-something"),
    ],
)
def test_what_is_lost_decides_the_kind_of_finding(kind: str, what: str, found: str) -> None:
    assert lines([Problem("lost", kind, what, "gone")]) == {f"{what}: gone": found}


def test_many_losses_are_told_in_few_lines_the_gravest_first() -> None:
    lost = [Problem("lost", "CREATE INDEX", f"CREATE INDEX i{n}", "gone") for n in range(300)]
    found = lines([*lost, Problem("lost", "COPY", "COPY t", "gone")])
    assert next(iter(found.items())) == ("COPY t: gone", "restore-lost-rows")
    assert list(found.items())[-1] == ("and 101 more (restore-lost-something)", "restore-lost-something")
    assert len(found) == 201
