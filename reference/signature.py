"""Signing a reference, so that one that was altered is found out: ed25519 over its canonical form."""

import base64
import binascii
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from reference.reference import SIGNATURE, ReferenceError, document_of


def make_key(path: Path) -> Path:
    """Writes a new private key, for its owner's eyes alone, and beside it the public one, whose path it
    returns; raises FileExistsError rather than write over a key."""
    key = Ed25519PrivateKey.generate()
    public = path.with_name(f"{path.name}.pub")
    _write(public, 0o644, _public_pem(key.public_key()))
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    try:
        _write(path, 0o600, private)
    except OSError:
        public.unlink()
        raise
    return public


def sign(document: Mapping[str, Any], key: Path) -> dict[str, Any]:
    """The document with its signature; raises ReferenceError where the key is none."""
    loaded = _loaded(key, "private", lambda pem: serialization.load_pem_private_key(pem, None))
    if not isinstance(loaded, Ed25519PrivateKey):
        raise ReferenceError(f"{key} holds no ed25519 key")
    made = base64.b64encode(loaded.sign(_canonical(document))).decode()
    return {**document, SIGNATURE: made}


def verify(content: bytes, key: Path) -> None:
    """Raises ReferenceError where a reference, as its file holds it, is not signed by this key."""
    loaded = _loaded(key, "public", serialization.load_pem_public_key)
    if not isinstance(loaded, Ed25519PublicKey):
        raise ReferenceError(f"{key} holds no ed25519 key")
    document = document_of(content)
    signature = document.get(SIGNATURE)
    if not isinstance(signature, str):
        raise ReferenceError("the reference is not signed, and a signature was expected")
    try:
        loaded.verify(base64.b64decode(signature, validate=True), _canonical(document))
    except (InvalidSignature, binascii.Error, ValueError):
        raise ReferenceError(
            "the reference was altered after it was signed, or signed by another key"
        ) from None


def _canonical(document: Mapping[str, Any]) -> bytes:
    unsigned = {name: value for name, value in document.items() if name != SIGNATURE}
    return json.dumps(unsigned, sort_keys=True, separators=(",", ":")).encode()


def _loaded(path: Path, kind: str, load: Any) -> object:
    try:
        return load(path.read_bytes())
    except OSError as error:
        raise ReferenceError(f"the {kind} key {path} cannot be read: {error.strerror}") from None
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise ReferenceError(f"{path} holds no {kind} key in PEM form without a passphrase") from None


def _public_pem(key: Ed25519PublicKey) -> bytes:
    return key.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)


def _write(path: Path, mode: int, content: bytes) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
        file.write(content)
