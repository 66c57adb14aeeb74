"""References: what was written is read again, and what cannot be read is said in a sentence."""

import gzip
import json
import stat
from pathlib import Path

import pytest

from reference.contents import Skipped, TableContents
from reference.definitions import Definition
from reference.reference import Reference, ReferenceError, document, parse, read_reference, write_document
from reference.sequences import Position

SMALL = Reference(
    taken_at="2024-05-01T12:00:00+00:00",
    server_version="15.4",
    database="shop",
    probe="-5",
    definitions=(Definition("function", "public.f()", "two\nlines, and ä"), Definition("table", "t", "")),
    tables={"public.a": TableContents(3, "-12345678901234567890123", "record")},
    large_objects=TableContents(0, "0", "text"),
    sequences={"public.s": Position(1 << 62, True)},
    newest={"public.a.at": "2024-05-01 00:00:00+00", "public.a.n": None},
    skipped=(Skipped("public.b", "permission denied"),),
)
LARGE = [Definition("table", f"t{n}", "x" * 1000) for n in range(2000)]


def written(reference: Reference, folder: Path) -> Path:
    path = folder / "backup.dump.reference.json"
    write_document(document(reference), path)
    return path


def changed(**changes: object) -> bytes:
    return json.dumps({**document(SMALL), **changes}).encode()


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    path = written(SMALL, tmp_path)
    found = read_reference(path)
    assert json.dumps(document(found)) == json.dumps(document(SMALL))
    assert found.tables == SMALL.tables
    assert list(found.definitions) == list(SMALL.definitions)
    assert [file.name for file in tmp_path.iterdir()] == [path.name]
    assert stat.S_IMODE(path.stat().st_mode) == 0o644


def test_a_person_finds_one_thing_on_a_line(tmp_path: Path) -> None:
    lines = written(SMALL, tmp_path).read_text().splitlines()
    assert '["table", "t", ""]' in lines
    assert '"public.s": {"last_value": 4611686018427387904, "is_called": true}' in lines


def test_a_large_one_is_compressed_under_the_same_name(tmp_path: Path) -> None:
    large = Reference("", "", "", "", LARGE, {})
    path = written(large, tmp_path)
    assert path.read_bytes()[:2] == b"\x1f\x8b"
    assert list(read_reference(path).definitions) == LARGE
    whole = path.read_bytes()
    for cut in (whole[:2], whole[: len(whole) // 2], whole[:-1], whole + b"x", whole[:99] + whole[100:]):
        with pytest.raises(ReferenceError, match=r"damaged or cut short"):
            parse(cut)


def test_what_stood_there_stays_when_writing_fails(tmp_path: Path) -> None:
    path = written(SMALL, tmp_path)
    before = path.read_bytes()
    with pytest.raises(TypeError):
        write_document({"version": object()}, path)
    with pytest.raises(OSError, match="No such file"):
        write_document(document(SMALL), tmp_path / "nowhere" / "reference")
    assert path.read_bytes() == before
    assert len(list(tmp_path.iterdir())) == 1


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "not JSON"),
        (b"PGDMP\x01", "not JSON"),
        (b"\xff\xfe", "not JSON"),
        (b"[" * 100_000, "not JSON"),
        (json.dumps(document(SMALL)).encode()[:-1], "not JSON"),
        (b'{"version": 1, "version": 1}', "not JSON"),
        (b"[]", "not a JSON object"),
        (b"{}", "has version None"),
        (changed(version=2), "has version 2, and 1 is the only one known here"),
        (changed(tables=None), "can read"),
        (changed(tables={"a": {"rows": "3", "checksum": "0", "formula": "text"}}), "whole number"),
        (changed(tables={"a": {"rows": True, "checksum": "0", "formula": "text"}}), "whole number"),
        (changed(tables={"a": {"rows": -1, "checksum": "0", "formula": "text"}}), "whole number"),
        (changed(tables={"a": {"rows": 3, "checksum": 0, "formula": "text"}}), "expected a text"),
        (changed(tables={"a": {"rows": 3, "checksum": "x", "formula": "text"}}), "can read"),
        (
            changed(tables={"a": {"rows": 3, "checksum": "0", "formula": "md5"}}),
            "formula that is not known",
        ),
        (changed(tables={"a": {"rows": 3}}), "KeyError"),
        (changed(definitions=[["table", "t"]]), "can read"),
        (changed(definitions=[["table", "t", None]]), "expected a text"),
        (changed(definitions={}), "expected a list"),
        (changed(sequences={"s": {"last_value": 1, "is_called": 1}}), "is_called"),
        (changed(newest={"a": 1}), "expected a text"),
        (changed(skipped=[{"what": "a"}]), "KeyError"),
        (changed(taken_at=None), "expected a text"),
    ],
)
def test_what_is_no_reference_is_said_in_a_sentence(content: bytes, sentence: str) -> None:
    with pytest.raises(ReferenceError, match=sentence) as caught:
        parse(content)
    assert len(str(caught.value)) < 250


def test_zipped_or_not_it_is_the_same() -> None:
    assert parse(gzip.compress(changed())) == parse(changed())


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ReferenceError, match=r"gone cannot be read: No such file"):
        read_reference(tmp_path / "gone")
    (tmp_path / "bad").write_bytes(b"x")
    with pytest.raises(ReferenceError, match=r"bad: the reference is not JSON"):
        read_reference(tmp_path / "bad")
