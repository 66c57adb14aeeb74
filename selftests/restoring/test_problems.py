"""What a complaint means: lost is the rule, and harmless or omitted need a reason."""

import pytest

from restoring.problems import Meaning, Problem, judge, summary

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
