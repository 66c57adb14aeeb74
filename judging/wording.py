"""How findings become one sentence of bounded length, and how gaps are told."""

from collections.abc import Callable, Iterable, Sequence

Gap = tuple[str, str]
"""What could not be looked at, and why."""

MOST = 10


def printable(text: str) -> str:
    """The text with a mark for each character that does not print: names may hold line ends and escapes."""
    return "".join(char if char.isprintable() else "\ufffd" for char in text)


def sentence(findings: Sequence[str], most: int = MOST) -> str:
    """The first findings and the number of the others, on one line."""
    more = len(findings) - most
    return "; ".join(findings[:most]) + (f"; and {more} more" if more > 0 else "")


def tell(unverified: Callable[[str, str], None], gaps: Iterable[Gap]) -> None:
    """Lists gaps as not verified."""
    for what, why in gaps:
        unverified(what, why)
