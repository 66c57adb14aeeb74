"""The check of constraints: valid, enforced, and with every row of a foreign key joined."""

from __future__ import annotations

from typing import TYPE_CHECKING

import psycopg
import pytest

from restoring.facts import Listed

if TYPE_CHECKING:
    from selftests.checks.restored.conftest import Look

CHECK = "test_constraints_hold"

OFF = "SET session_replication_role = replica;"

PLAIN = """
CREATE TABLE p (a int PRIMARY KEY); INSERT INTO p VALUES (1), (2);
CREATE TABLE t (a int CONSTRAINT key REFERENCES p); INSERT INTO t VALUES (1), (2), (NULL);
"""
COMPOSITE = """
CREATE TABLE p (a int, "B b" text, PRIMARY KEY (a, "B b")); INSERT INTO p VALUES (1, 'x'), (2, 'y');
CREATE TABLE t (x text, y int, CONSTRAINT key FOREIGN KEY (y, x) REFERENCES p);
INSERT INTO t VALUES ('x', 1), (NULL, 1), ('nowhere', NULL), (NULL, NULL);
"""
FULL = COMPOSITE.replace("REFERENCES p", "REFERENCES p MATCH FULL").replace(
    "(NULL, 1), ('nowhere', NULL), ", ""
)
QUOTED = """
CREATE SCHEMA "S %s"; CREATE TABLE "S %s"."P ""p" ("I {}" int PRIMARY KEY);
INSERT INTO "S %s"."P ""p" VALUES (1);
CREATE TABLE t (a int CONSTRAINT key REFERENCES "S %s"."P ""p"); INSERT INTO t VALUES (1);
"""
ITSELF = """
CREATE TABLE t (i int PRIMARY KEY, a int CONSTRAINT key REFERENCES t);
INSERT INTO t VALUES (1, NULL), (2, 1), (3, 3);
"""
PARTITIONED = """
CREATE TABLE p (a int PRIMARY KEY) PARTITION BY RANGE (a);
CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (10); CREATE TABLE p2 PARTITION OF p DEFAULT;
INSERT INTO p VALUES (1), (100);
CREATE TABLE t (a int CONSTRAINT key REFERENCES p) PARTITION BY LIST (a);
CREATE TABLE t1 PARTITION OF t FOR VALUES IN (1); CREATE TABLE t2 PARTITION OF t DEFAULT;
INSERT INTO t VALUES (1), (100);
"""
INHERITED = """
CREATE TABLE p (a int PRIMARY KEY); CREATE TABLE heir () INHERITS (p);
INSERT INTO p VALUES (1); INSERT INTO heir VALUES (5);
CREATE TABLE t (a int CONSTRAINT key REFERENCES p); INSERT INTO t VALUES (1);
CREATE TABLE t_heir () INHERITS (t); INSERT INTO t_heir VALUES (7);
"""
TYPES = """
CREATE COLLATION other (provider = builtin, locale = 'C.UTF-8');
CREATE TABLE p (a text COLLATE other PRIMARY KEY, n numeric UNIQUE);
INSERT INTO p VALUES ('x', 1);
CREATE TABLE t (a varchar(5) CONSTRAINT key REFERENCES p, n int CONSTRAINT n REFERENCES p (n));
INSERT INTO t VALUES ('x', 1);
"""


@pytest.mark.parametrize(
    ("made_by", "broken_by", "to"),
    [
        (PLAIN, "INSERT INTO t VALUES (3)", "public.p"),
        (PLAIN, "DELETE FROM p WHERE a = 1", "public.p"),
        (COMPOSITE, "INSERT INTO t VALUES ('x', 2)", "public.p"),
        (FULL, "INSERT INTO t VALUES (NULL, 1)", "public.p"),
        (FULL, "INSERT INTO t VALUES ('y', 1)", "public.p"),
        (QUOTED, "INSERT INTO t VALUES (2)", 'S %s.P "p'),
        (ITSELF, "INSERT INTO t VALUES (4, 5)", "public.t"),
        (PARTITIONED, "INSERT INTO t VALUES (7)", "public.p"),
        (PARTITIONED, "DELETE FROM p2", "public.p"),
        (INHERITED, "INSERT INTO t VALUES (5)", "public.p"),
        (TYPES, "INSERT INTO t VALUES ('X', 1)", "public.p"),
    ],
)
def test_rows_that_point_nowhere_are_found(
    made_by: str, broken_by: str, to: str, admin: psycopg.Connection, look: Look
) -> None:
    admin.execute(made_by.encode())
    looked = look()
    assert (looked.message, looked.unverified, looked.details["unjoined_rows"]) == (None, [], {})
    assert looked.details["foreign_keys"] == made_by.count("REFERENCES")
    admin.execute((OFF + broken_by).encode())
    looked = look()
    assert looked.message == f"public.t key: 1 rows point to no row of {to}, expected 0"
    assert looked.details["unjoined_rows"] == {"public.t key": 1}


def test_each_key_is_named_with_its_rows(admin: psycopg.Connection, look: Look) -> None:
    admin.execute((PLAIN + "CREATE TABLE u (a int CONSTRAINT second REFERENCES p)").encode())
    admin.execute((OFF + "INSERT INTO u SELECT generate_series(1, 12); INSERT INTO t VALUES (9)").encode())
    assert look().message == (
        "public.t key: 1 rows point to no row of public.p, expected 0; "
        "public.u second: 10 rows point to no row of public.p, expected 0"
    )


def test_a_key_that_is_not_valid_has_to_be_declared_so(admin: psycopg.Connection, look: Look) -> None:
    admin.execute(PLAIN.replace("CONSTRAINT key REFERENCES p", "").encode())
    admin.execute(
        "INSERT INTO t VALUES (3); ALTER TABLE t ADD CONSTRAINT key FOREIGN KEY (a) REFERENCES p NOT VALID"
    )
    looked = look()
    assert looked.message == (
        "public.t key: NOT VALID, expected valid; "
        "public.t key: 1 rows point to no row of public.p, expected 0"
    )
    assert looked.kinds == ["constraint-not-valid", "orphaned-rows"]
    looked = look(listed=(Listed("NOT VALID", "public", "t key"),))
    assert looked.message is None
    assert looked.unverified == [
        ("constraint public.t key", "the backup itself declares it NOT VALID"),
        ("rows of public.t key", "1 point to no row of public.p; it is NOT VALID"),
    ]


def test_a_check_that_is_not_valid_has_to_be_declared_so(admin: psycopg.Connection, look: Look) -> None:
    admin.execute("CREATE TABLE t (a int); ALTER TABLE t ADD CONSTRAINT positive CHECK (a > 0) NOT VALID")
    assert look().message == "public.t positive: NOT VALID, expected valid"
    assert look(listed=(Listed("NOT VALID", "public", "u positive"),)).message is not None
    assert look(listed=(Listed("NOT VALID", "public", "t positive"),)).message is None


def test_a_key_that_the_restore_weakened_is_not_verified(admin: psycopg.Connection, look: Look) -> None:
    admin.execute("CREATE SCHEMA auth; CREATE TABLE auth.users (i int PRIMARY KEY); CREATE TABLE t (a int)")
    admin.execute("INSERT INTO t VALUES (1)")
    admin.execute("ALTER TABLE t ADD CONSTRAINT key FOREIGN KEY (a) REFERENCES auth.users NOT VALID")
    left_out = (("rows behind key", "the platform's"),)
    looked = look(left_out=left_out, prepared=("auth",))
    assert looked.message is None
    assert [what for what, _ in looked.unverified] == ["constraint public.t key", "rows of public.t key"]


def test_rows_of_the_platform_count_where_there_are_any(admin: psycopg.Connection, look: Look) -> None:
    """A set of the Supabase CLI brings the rows of auth.users, and loads them with triggers off."""
    admin.execute("CREATE SCHEMA auth; CREATE TABLE auth.users (i int PRIMARY KEY)")
    admin.execute("CREATE TABLE t (a int CONSTRAINT key REFERENCES auth.users)")
    admin.execute((OFF + "INSERT INTO t VALUES (1)").encode())
    looked = look(prepared=("auth",))
    assert (looked.message, [what for what, _ in looked.unverified]) == (None, ["rows of public.t key"])
    admin.execute("INSERT INTO auth.users VALUES (2)")
    expected = "public.t key: 1 rows point to no row of auth.users, expected 0"
    assert look(prepared=("auth",)).message == expected


def test_a_key_whose_trigger_is_off_is_not_enforced(admin: psycopg.Connection, look: Look) -> None:
    admin.execute((PLAIN + "ALTER TABLE t DISABLE TRIGGER ALL").encode())
    looked = look()
    assert looked.message == "public.t key: its trigger is disabled, expected enabled"
    assert looked.kinds == ["trigger-disabled"]


def test_a_key_for_a_period_is_not_looked_at(admin: psycopg.Connection, look: Look) -> None:
    admin.execute("CREATE EXTENSION btree_gist; CREATE TABLE p (a int, d daterange)")
    admin.execute("ALTER TABLE p ADD PRIMARY KEY (a, d WITHOUT OVERLAPS)")
    admin.execute(
        "CREATE TABLE t (a int, d daterange,"
        " CONSTRAINT key FOREIGN KEY (a, PERIOD d) REFERENCES p (a, PERIOD d))"
    )
    looked = look()
    assert looked.message is None
    assert looked.unverified == [("rows of public.t key", "a key WITH PERIOD is not looked at")]


def test_a_domain_that_is_not_valid_has_to_be_declared_so(admin: psycopg.Connection, look: Look) -> None:
    admin.execute(
        "CREATE DOMAIN d AS int; ALTER DOMAIN d ADD CONSTRAINT positive CHECK (VALUE > 0) NOT VALID"
    )
    assert look().message == "public.d positive: NOT VALID, expected valid"
    assert look(listed=(Listed("NOT VALID", "public", "d positive"),)).message is None
