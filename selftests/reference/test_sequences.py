"""Sequences: where each stands, in one statement for hundreds, and which cannot be read."""

import psycopg

from reference.contents import Skipped
from reference.sequences import Position, read_sequences


def test_positions_and_whether_they_were_handed_out(postgresql: psycopg.Connection) -> None:
    postgresql.execute(
        "CREATE SEQUENCE fresh START 5; CREATE SEQUENCE used; CREATE SEQUENCE back INCREMENT -1"
    )
    postgresql.execute("CREATE SEQUENCE put; SELECT nextval('used'), nextval('used'), nextval('back')")
    postgresql.execute(
        "SELECT setval('put', 9, false); CREATE TABLE \"T.x\" (id int GENERATED ALWAYS AS IDENTITY)"
    )
    postgresql.execute("CREATE TEMPORARY SEQUENCE fleeting")
    assert read_sequences(postgresql, 10) == (
        {
            "public.back": Position(-1, True),
            "public.fresh": Position(5, False),
            "public.put": Position(9, False),
            "public.used": Position(2, True),
            'public."T.x_id_seq"': Position(1, False),
        },
        [],
    )


def test_what_cannot_be_read_is_named(postgresql: psycopg.Connection) -> None:
    postgresql.execute("CREATE SEQUENCE mine; CREATE SEQUENCE theirs; CREATE ROLE sequence_reader")
    postgresql.execute("GRANT SELECT ON SEQUENCE mine TO sequence_reader; SET ROLE sequence_reader")
    found, skipped = read_sequences(postgresql, 10)
    assert found.keys() == {"public.mine"}
    assert skipped == [Skipped("public.theirs", "no right to read it")]


def test_more_sequences_than_one_statement_takes(postgresql: psycopg.Connection) -> None:
    postgresql.execute(
        "DO $$ BEGIN FOR i IN 1..501 LOOP EXECUTE 'CREATE SEQUENCE s' || i; END LOOP; END $$"
    )
    assert len(read_sequences(postgresql, 10)[0]) == 501


def test_none_at_all(postgresql: psycopg.Connection) -> None:
    assert read_sequences(postgresql, 10) == ({}, [])
