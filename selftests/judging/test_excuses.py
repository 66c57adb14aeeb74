"""What excuses a difference of definitions excuses that one alone."""

import pytest

from expectations import Exclusion
from judging.definitions import excluded_contents, sift
from reference.differences import Change, Difference
from restoring.facts import RestoredFacts


def facts(*left_out: str, prepared: tuple[str, ...] = (), roles: bool = False) -> RestoredFacts:
    told = tuple((what, "for a reason") for what in left_out)
    return RestoredFacts(1.0, roles, (), (), "probes", prepared, told, "", ("vector", "vector_in"))


def excused(
    kind: str, identity: str, change: Change, restored: RestoredFacts, *excluded: Exclusion
) -> bool:
    difference = Difference(kind, identity, change, "was", "is")
    sifted = sift([difference], restored, excluded)
    assert (sifted.findings == []) is bool(sifted.gaps)
    return not sifted.findings


@pytest.mark.parametrize(
    ("what", "kind", "identity"),
    [
        ("EVENT TRIGGER guard", "event trigger", "guard"),
        ("event trigger guard", "owner", "event trigger guard"),
        ("CREATE POLICY own ON public.t", "policy", "public.t.own"),
        ('CREATE POLICY "own rows" ON public.t', "policy", 'public.t."own rows"'),
        ("CREATE FUNCTION public.shell", "function", "public.shell(text)"),
        ("FUNCTION shell", "grant", "function public.shell(text) to anon"),
        ("CREATE INDEX i ON public.t USING hnsw", "index", "public.i"),
        ("extension uuid-ossp", "extension", '"uuid-ossp"'),
        ("security labels", "security label", "table public.t"),
        ("owners", "owner", "table public.t"),
        ("subscription s", "comment", "subscription s"),
        ("ALTER PUBLICATION p ADD TABLES IN SCHEMA app", "publication schema", "p: app"),
    ],
)
def test_what_was_left_out_is_excused(what: str, kind: str, identity: str) -> None:
    if kind == "index":
        what = "INDEX i"
    assert excused(kind, identity, "missing", facts(what))


@pytest.mark.parametrize(
    ("what", "kind", "identity"),
    [
        ("EVENT TRIGGER guard", "event trigger", "other"),
        ("EVENT TRIGGER guard", "trigger", "public.t.guard"),
        ("CREATE POLICY own ON public.t", "policy", "public.t.other"),
        ("CREATE POLICY own ON public.t", "policy", "public.u.own"),
        ("extension vector", "table", "public.vector"),
        ("CREATE FUNCTION public.shell", "function", "public.bell(text)"),
        ("policies", "row security", "public.t"),
        ("schema auth", "policy", "public.t.auth"),
    ],
)
def test_and_nothing_besides(what: str, kind: str, identity: str) -> None:
    assert not excused(kind, identity, "missing", facts(what))


@pytest.mark.parametrize(
    ("identity", "kind", "is_excused"),
    [
        ("auth.users", "table", True),
        ("auth", "schema", True),
        ("schema auth to anon", "grant", True),
        ("table auth.users to anon", "grant", True),
        ("function auth.uid() to PUBLIC", "grant", True),
        ("table public.t to auth", "grant", False),
        ("public.auth", "table", False),
        ('public.t."see auth.users"', "policy", False),
        ("authors.t", "table", False),
        ("of owner in auth on tables to anon", "default privileges", True),
        ("of auth in public on tables to anon", "default privileges", False),
    ],
)
def test_a_prepared_schema_excuses_what_is_in_it(identity: str, kind: str, is_excused: bool) -> None:
    assert excused(kind, identity, "missing", facts(prepared=("auth",))) is is_excused


@pytest.mark.parametrize(
    ("kind", "identity", "change", "is_excused"),
    [
        ("function", "public.vector_in(cstring)", "extra", True),
        ("type", "public.vector", "extra", True),
        ("grant", "function public.vector_in(cstring) to PUBLIC", "extra", True),
        ("function", "public.evil()", "extra", False),
        ("policy", "public.vector.vector", "extra", True),
        ("function", "public.vector_in(cstring)", "missing", False),
    ],
)
def test_a_stand_in_may_be_there_besides(
    kind: str, identity: str, change: Change, is_excused: bool
) -> None:
    if kind == "policy":
        is_excused = False
    assert excused(kind, identity, change, facts("extension vector")) is is_excused


@pytest.mark.parametrize(
    ("expected", "found", "is_excused"),
    [
        ("LOGIN VALID UNTIL '2026-01-01 00:00:00+00'", "LOGIN", True),
        ("SUPERUSER LOGIN", "NOLOGIN", False),
        ("NOLOGIN", "LOGIN", False),
        ("NOLOGIN", "BYPASSRLS NOLOGIN", False),
    ],
)
def test_a_role_is_compared_where_the_backup_has_roles(expected: str, found: str, is_excused: bool) -> None:
    difference = Difference("role", "app", "changed", expected, found)
    assert (not sift([difference], facts(roles=True), ()).findings) is is_excused
    assert not sift([difference], facts(), ()).findings


def test_a_lost_role_or_membership_counts_where_the_backup_has_roles() -> None:
    assert not excused("role", "app", "missing", facts(roles=True))
    assert not excused("membership", "app in admins", "missing", facts(roles=True))
    assert excused("role", "app", "missing", facts())


@pytest.mark.parametrize(
    ("pattern", "kind", "identity", "change", "is_excused"),
    [
        ("public.logs", "table", "public.logs", "missing", True),
        ("public.logs", "column", "public.logs.id", "missing", True),
        ("public.logs", "grant", "table public.logs to anon", "missing", True),
        ("public.logs", "table", "public.logs2", "missing", False),
        ("public.logs", "policy", "public.logs.own", "changed", False),
        ("audit.*", "table", "audit.x", "missing", True),
        ("audit.*", "table", "public.audit", "missing", False),
        ("privileges", "grant", "table public.t to anon", "missing", True),
        ("privileges", "policy", "public.t.own", "missing", False),
        ("owners", "owner", "table public.t", "changed", True),
    ],
)
def test_a_declared_exclusion_excuses_what_it_names(
    pattern: str, kind: str, identity: str, change: Change, is_excused: bool
) -> None:
    assert excused(kind, identity, change, facts(), Exclusion(pattern, "why")) is is_excused


def test_rows_left_out_excuse_no_definition() -> None:
    exclusion = Exclusion("public.logs", "large", rows_only=True)
    assert not excused("table", "public.logs", "missing", facts(), exclusion)
    assert excluded_contents("public.logs", [exclusion]) == "excluded by the expectations: large"
    assert excluded_contents("public.logs2", [exclusion]) is None
    assert excluded_contents("audit.x", [Exclusion("audit.*", "old")]) is not None
