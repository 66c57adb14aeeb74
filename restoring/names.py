"""Names in a backup's own encoding: as text, bytes that are not UTF-8 are surrogates, as archives read."""

NAME = rb'(?:(?:"[^"]*+"|(?!))++|[\w$\x80-\xff]++)'
DOTTED = rb"%s(?:\.%s|(?!))*+" % (NAME, NAME)


def name_of(identifier: bytes) -> str:
    """An SQL identifier as the server would read it."""
    if identifier.startswith(b'"'):
        return text_of(identifier[1:-1].replace(b'""', b'"'))
    return text_of(identifier.lower())


def text_of(raw: bytes) -> str:
    return raw.decode("utf-8", "surrogateescape")


def bytes_of(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")


def quoted(name: str) -> bytes:
    """A name as a quoted SQL identifier, in the backup's own encoding."""
    return b'"%s"' % bytes_of(name).replace(b'"', b'""')


def shown(text: str) -> str:
    """What people can be shown of a text, in one line, whatever its encoding was."""
    return " ".join(bytes_of(text).decode("utf-8", "replace").split())
