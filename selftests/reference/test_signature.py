"""Signatures: whatever is altered is found out, and nothing else."""

import json
import stat
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key

from reference.reference import ReferenceError, write_document
from reference.signature import make_key, sign, verify

DOCUMENT = {"version": 1, "tables": {"public.ä": {"rows": 3}}, "definitions": [["table", "t", "x"]]}


@pytest.fixture
def key(tmp_path: Path) -> Path:
    make_key(tmp_path / "key")
    return tmp_path / "key"


@pytest.fixture
def public(key: Path) -> Path:
    return key.with_name("key.pub")


@pytest.fixture
def signed(key: Path, tmp_path: Path) -> bytes:
    write_document(sign(DOCUMENT, key), tmp_path / "signed")
    return (tmp_path / "signed").read_bytes()


def test_what_was_signed_is_verified(signed: bytes, public: Path) -> None:
    verify(signed, public)


def test_the_layout_of_the_file_does_not_count(signed: bytes, public: Path) -> None:
    verify(json.dumps(json.loads(signed), indent=3, sort_keys=True).encode(), public)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'"rows": 3', b'"rows": 4'),
        (b'"rows": 3', b'"rows": 3.0'),
        (b'"rows": 3', b'"rows": 3, "more": 1'),
        (b'"version": 1', b'"version": 2'),
        (b'"signature": "', b'"signature": "A'),
        (b'["table", "t", "x"]', b""),
    ],
)
def test_whatever_is_altered_is_found_out(old: bytes, new: bytes, signed: bytes, public: Path) -> None:
    assert old in signed
    with pytest.raises(ReferenceError, match="was altered"):
        verify(signed.replace(old, new), public)


def test_one_that_is_not_signed_is_not_taken_for_one(public: Path) -> None:
    with pytest.raises(ReferenceError, match="is not signed"):
        verify(json.dumps(DOCUMENT).encode(), public)


def test_another_key_does_not_do(signed: bytes, tmp_path: Path) -> None:
    with pytest.raises(ReferenceError, match="another key"):
        verify(signed, make_key(tmp_path / "other"))


def test_a_private_key_is_its_owners_and_is_never_written_over(key: Path, public: Path) -> None:
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    before = key.read_bytes(), public.read_bytes()
    public.unlink()
    with pytest.raises(FileExistsError):
        make_key(key)
    assert key.read_bytes() == before[0]
    assert not public.exists()
    public.write_bytes(before[1])
    with pytest.raises(FileExistsError):
        make_key(key)
    assert public.read_bytes() == before[1]


def test_what_is_no_key_is_said_to_be_none(signed: bytes, key: Path, public: Path, tmp_path: Path) -> None:
    other = tmp_path / "curve"
    other.write_bytes(
        generate_private_key(SECP256R1()).private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    with pytest.raises(ReferenceError, match="holds no ed25519 key"):
        sign(DOCUMENT, other)
    with pytest.raises(ReferenceError, match="holds no private key"):
        sign(DOCUMENT, public)
    with pytest.raises(ReferenceError, match="holds no public key"):
        verify(signed, key)
    with pytest.raises(ReferenceError, match="cannot be read"):
        verify(signed, tmp_path / "nowhere")
