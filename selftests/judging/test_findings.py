"""The kinds of findings: each is made somewhere, each that is made is known, and each check has one."""

from __future__ import annotations

import ast
import json
import pickle
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from judging.findings import ANY_CHECK, KINDS, Finding
from settings import HOME

REGISTRY = HOME / "judging" / "findings.py"
ROOMS = ("checks", "expectations", "judging", "reference", "reporting", "restoring")
SOURCES = [HOME / "database.py", HOME / "conftest.py"]
SOURCES += [file for room in ROOMS for file in sorted((HOME / room).rglob("*.py")) if file != REGISTRY]
QUERIES = sorted((HOME / "checks").rglob("*.sql"))
CHECKS = [file.stem for file in sorted((HOME / "checks").rglob("test_*.py"))]
KEBAB = r"[a-z]+(?:-[a-z]+)+"


def texts_in(file: Path) -> set[str]:
    """What stands in a module as a text of its own, in a query between quotes."""
    text = file.read_text(encoding="utf-8")
    if file.suffix == ".sql":
        return set(re.findall(rf"'({KEBAB})'", text))
    nodes = ast.walk(ast.parse(text))
    return {node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)}


def kinds_given(file: Path) -> Iterator[str]:
    """The texts that are given as a kind: to a Finding, by `kind=`, or as a class's `kind`."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        match node:
            case ast.Call(
                func=ast.Name(id="Finding") | ast.Attribute(attr="find"),
                args=[ast.Constant(value=str(kind)), _, *_],
            ):
                yield kind
            case ast.keyword(arg="kind", value=ast.Constant(value=str(kind))) if "-" in kind:
                yield kind
            case ast.ClassDef(body=body):
                yield from class_kinds(body)


def class_kinds(body: list[ast.stmt]) -> Iterator[str]:
    for statement in body:
        match statement:
            case ast.Assign(targets=[ast.Name(id="kind")], value=ast.Constant(value=str(kind))):
                yield kind


def test_every_kind_is_made_somewhere() -> None:
    made = set().union(*map(texts_in, [*SOURCES, *QUERIES]))
    assert KINDS.keys() - made == set()


@pytest.mark.parametrize("file", SOURCES, ids=lambda file: file.relative_to(HOME).as_posix())
def test_every_kind_that_is_made_is_registered(file: Path) -> None:
    assert set(kinds_given(file)) - KINDS.keys() == set()


def test_the_places_where_kinds_are_given_are_seen() -> None:
    """Else the test above would pass on nothing."""
    given = {kind for file in SOURCES for kind in kinds_given(file)}
    assert {"table-missing", "backup-missing", "reference-unusable", "write-accepted"} - given == set()
    assert len(given) > len(KINDS) / 2


@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_says_what_is_wrong_in_words_that_make_an_anchor(kind: str) -> None:
    assert re.fullmatch(KEBAB, kind)
    assert KINDS[kind] in [ANY_CHECK, *CHECKS]


def test_no_kind_is_registered_twice() -> None:
    (table,) = (
        node.value
        for node in ast.parse(REGISTRY.read_text(encoding="utf-8")).body
        if isinstance(node, ast.AnnAssign) and isinstance(node.value, ast.Dict)
    )
    assert len(table.keys) == len(KINDS)


@pytest.mark.parametrize("check", CHECKS)
def test_each_check_has_a_kind_of_its_own(check: str) -> None:
    assert check in KINDS.values()


def test_a_finding_is_its_text() -> None:
    finding = Finding("table-missing", "public.t: missing")
    assert finding == "public.t: missing"
    assert f"{finding}; {finding.kind}" == "public.t: missing; table-missing"
    assert json.loads(json.dumps([finding])) == ["public.t: missing"]


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_a_finding_survives_pickling(protocol: int) -> None:
    finding = Finding("table-missing", "public.t: missing")
    found = pickle.loads(pickle.dumps(finding, protocol))
    assert (type(found), found.kind, str(found)) == (Finding, "table-missing", "public.t: missing")


def test_a_kind_that_is_none_is_refused() -> None:
    with pytest.raises(KeyError, match="no-such-kind"):
        Finding("no-such-kind", "x")
