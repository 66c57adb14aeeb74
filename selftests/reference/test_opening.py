"""Opening a reference: read and trusted, or refused in a sentence; a source is asked on the spot."""

from pathlib import Path

import psycopg
import pytest

from reference.opening import open_reference
from reference.reference import Reference, ReferenceError, document, write_document
from reference.signature import make_key, sign

EMPTY = Reference("2026-01-01T00:00:00+00:00", "18.6", "app", "1", [], {})


def test_a_file_is_read_and_said_to_be_unsigned(tmp_path: Path) -> None:
    write_document(document(EMPTY), tmp_path / "r.json")
    found = open_reference(tmp_path / "r.json", None)
    assert (found.live, found.signed, found.gaps) == (False, False, [])
    assert found.words == "a reference of 2026-01-01T00:00:00+00:00 (PostgreSQL 18.6)"


def test_a_signed_file_is_trusted_with_its_key_alone(tmp_path: Path) -> None:
    public = make_key(tmp_path / "key")
    write_document(sign(document(EMPTY), tmp_path / "key"), tmp_path / "r.json")
    assert open_reference(tmp_path / "r.json", public).words.startswith("a signed reference")
    with pytest.raises(ReferenceError, match=r"r\.json: .*signed by another key"):
        open_reference(tmp_path / "r.json", make_key(tmp_path / "other"))


def test_an_unsigned_file_is_not_trusted_where_a_key_is_named(tmp_path: Path) -> None:
    write_document(document(EMPTY), tmp_path / "r.json")
    with pytest.raises(ReferenceError, match="is not signed"):
        open_reference(tmp_path / "r.json", make_key(tmp_path / "key"))


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ReferenceError, match=r"none\.json cannot be read \(No such file"):
        open_reference(tmp_path / "none.json", None)


def test_a_source_is_asked_on_the_spot(postgresql: psycopg.Connection, dsn: str) -> None:
    postgresql.execute("CREATE TABLE t AS SELECT 1 AS id")
    postgresql.commit()
    found = open_reference(dsn, None, [("public", "t", "id")])
    assert found.live
    assert found.reference.tables["public.t"].rows == 1
    assert found.reference.newest == {"public.t.id": "1"}
    assert [what for what, _ in found.gaps] == ["checksums of the contents"]


def test_a_source_out_of_reach_is_told_without_its_password() -> None:
    with pytest.raises(ReferenceError, match="cannot be compared with") as caught:
        open_reference("postgresql://u:canary-word@localhost:1/x", None)
    assert "canary" not in str(caught.value)


def test_a_key_without_a_reference_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ReferenceError, match="no reference lies beside the backup"):
        open_reference(None, make_key(tmp_path / "key"))
