"""A reference: what a source looked like, in one JSON file, without any row's data in it."""

import dataclasses
import gzip
import json
import os
import tempfile
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from reference.contents import Skipped, TableContents
from reference.definitions import Definition
from reference.sequences import Position
from reference.tables import FORMULAS

VERSION = 1
SIGNATURE = "signature"

_LARGE = 1 << 20
_MOST = 2 << 30
_GZIP = b"\x1f\x8b"
_T = TypeVar("_T")


class ReferenceError(Exception):
    """A reference cannot be used, or not be taken; the text is one sentence for people."""

    kind = "reference-unusable"


@dataclass(frozen=True)
class Reference:
    """`taken_at` is ISO-8601 in UTC; tables and sequences by their labels, `newest` by a column's.

    Its checksums say something only beside those of a server that answers the same `probe`.
    """

    taken_at: str
    server_version: str
    database: str
    probe: str
    definitions: Sequence[Definition]
    tables: Mapping[str, TableContents]
    large_objects: TableContents | None = None
    sequences: Mapping[str, Position] = field(default_factory=dict)
    newest: Mapping[str, str | None] = field(default_factory=dict)
    skipped: Sequence[Skipped] = ()
    version: int = VERSION


def read_reference(path: Path) -> Reference:
    """Reads and validates a file; raises ReferenceError."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise ReferenceError(f"the reference {path} cannot be read: {error.strerror}") from None
    try:
        return parse(content)
    except ReferenceError as error:
        raise ReferenceError(f"{path}: {error}") from None


def parse(content: bytes) -> Reference:
    """A reference from what its file holds, compressed or not; raises ReferenceError."""
    document = document_of(content)
    if document.get("version") != VERSION:
        known = f"{document.get('version')!r:.20}, and {VERSION} is the only one known here"
        raise ReferenceError(f"the reference has version {known}")
    try:
        return _reference(document)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        what = f"{type(error).__name__}: {error}"
        raise ReferenceError(f"the reference is not one that this version can read ({what:.100})") from None


def document_of(content: bytes) -> dict[str, Any]:
    """The JSON object in a file's bytes; raises ReferenceError."""
    try:
        text = _unzipped(content) if content.startswith(_GZIP) else content
        document = json.loads(text, object_pairs_hook=_each_once)
    except (EOFError, OSError, zlib.error):
        raise ReferenceError("the reference's compressed content is damaged or cut short") from None
    except (ValueError, RecursionError):
        raise ReferenceError("the reference is not JSON: cut short, or another file") from None
    if not isinstance(document, dict):
        raise ReferenceError("the reference is not a JSON object")
    return document


def document(reference: Reference) -> dict[str, Any]:
    """The JSON object of a reference, not signed."""
    made = {"version": reference.version, **_plain(reference)}
    made["definitions"] = [[d.kind, d.identity, d.definition] for d in reference.definitions]
    return made


def write_document(made: Mapping[str, Any], path: Path) -> None:
    """Writes it whole or not at all, compressed where it is large; raises OSError."""
    content = _written(made).encode()
    content = gzip.compress(content, mtime=0) if len(content) > _LARGE else content
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(name).chmod(0o644)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _plain(reference: Reference) -> dict[str, Any]:
    return dataclasses.asdict(dataclasses.replace(reference, definitions=()))


def _written(made: Mapping[str, Any]) -> str:
    """One line for each definition, table and sequence, so that a person can read and compare it."""
    parts = [f"{json.dumps(name)}: {_lines(value)}" for name, value in made.items()]
    return "{\n" + ",\n".join(parts) + "\n}\n"


def _lines(value: object) -> str:
    if isinstance(value, dict) and any(isinstance(inner, dict) for inner in value.values()):
        inside = [f"{json.dumps(name)}: {json.dumps(inner)}" for name, inner in value.items()]
        return "{\n" + ",\n".join(inside) + "\n}"
    if isinstance(value, list | tuple) and value:
        return "[\n" + ",\n".join(map(json.dumps, value)) + "\n]"
    return json.dumps(value)


def _unzipped(content: bytes) -> bytes:
    stream = zlib.decompressobj(wbits=31)
    text = stream.decompress(content, _MOST)
    if not stream.eof or stream.unused_data:
        raise EOFError
    return text


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A name that comes twice would be read one way here and another way elsewhere."""
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a name comes twice")
    return found


def _reference(document: Mapping[str, Any]) -> Reference:
    objects = document["large_objects"]
    return Reference(
        taken_at=_text(document["taken_at"]),
        server_version=_text(document["server_version"]),
        database=_text(document["database"]),
        probe=_text(document["probe"]),
        definitions=[Definition(*map(_text, row)) for row in _list(document["definitions"])],
        tables=_each(document["tables"], _contents),
        large_objects=None if objects is None else _contents(objects),
        sequences=_each(document["sequences"], _position),
        newest=_each(document["newest"], lambda value: None if value is None else _text(value)),
        skipped=[Skipped(_text(row["what"]), _text(row["why"])) for row in _list(document["skipped"])],
    )


def _each(values: Any, read: Callable[[Any], _T]) -> dict[str, _T]:
    return {name: read(value) for name, value in values.items()}


def _contents(value: Mapping[str, Any]) -> TableContents:
    if value["formula"] not in FORMULAS:
        raise ValueError("a formula that is not known")
    return TableContents(_count(value["rows"]), str(int(_text(value["checksum"]))), value["formula"])


def _position(value: Mapping[str, Any]) -> Position:
    if not isinstance(value["is_called"], bool):
        raise TypeError("is_called is true or false")
    return Position(_whole(value["last_value"]), value["is_called"])


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"expected a text, found {value!r:.40}")
    return value


def _whole(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError(f"expected a whole number, found {value!r:.40}")
    return value


def _count(value: object) -> int:
    if (count := _whole(value)) < 0:
        raise ValueError(f"expected a whole number, 0 or more, found {count}")
    return count


def _list(value: object) -> list[Any]:
    if not isinstance(value, list):
        raise TypeError(f"expected a list, found {value!r:.40}")
    return value
