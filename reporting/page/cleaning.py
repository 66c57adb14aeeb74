"""Secrets taken out of documents once more: what the log holds may have been written by anybody."""

from collections.abc import Callable, Mapping
from functools import lru_cache

from reporting.redaction import DEEPEST, Redactor


def cleaner(redactor: Redactor) -> Callable[[object], object]:
    """A function that takes the secrets out of any JSON value; the same text is looked at once."""
    clean = lru_cache(maxsize=100_000)(redactor.text)
    return lambda value: _cleaned(value, clean, DEEPEST)


def _cleaned(value: object, clean: Callable[[str], str], depth: int) -> object:
    if isinstance(value, str):
        return clean(value)
    if not isinstance(value, Mapping | list | tuple):
        return value
    if depth == 0:
        return None
    if isinstance(value, Mapping):
        return {clean(str(key)): _cleaned(item, clean, depth - 1) for key, item in value.items()}
    return [_cleaned(item, clean, depth - 1) for item in value]
