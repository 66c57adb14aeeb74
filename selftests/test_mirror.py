"""The mirror: each check and each module has its twin among the selftests, and its place in the README."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from reporting.reports import SEVERITIES
from settings import HOME

SELFTESTS = HOME / "selftests"
CHECKS = sorted((HOME / "checks").glob("**/test_*.py"))
QUERIES = sorted((HOME / "checks").glob("**/*.sql"))
ROOMS = ("", "migrations", "reporting", "restoring", "restoring/sample")
MODULES = sorted(file for room in ROOMS for file in (HOME / room).glob("*.py"))
TWINS = sorted((SELFTESTS / "checks").glob("**/test_*.py"))

EXCEPTIONS = {
    "conftest.py": "fixtures, which every module of selftests/checks asks for",
    "restoring/errors.py": "two names without a line of behaviour",
    "restoring/sample/make.py": "its product is what test_sample looks at",
}
PACKAGES = {
    "migrations/__init__.py": "migrations/test_migrations.py",
    "migrations/__main__.py": "migrations/test_migrations.py",
    "restoring/sample/__init__.py": "restoring/test_sample.py",
}
PARTS = (r"\ACatches \S", r"\ARecorded: \S", r"\ASource: \S")


def named(file: Path) -> str:
    return file.relative_to(HOME).as_posix()


def tests_of(file: Path) -> list[ast.FunctionDef]:
    nodes = ast.parse(file.read_text(encoding="utf-8")).body
    return [node for node in nodes if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")]


def constants_of(file: Path) -> Iterator[tuple[str, str]]:
    """The names and texts of a module's constants that are texts."""
    for node in ast.parse(file.read_text(encoding="utf-8")).body:
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Constant(value=str(text))):
                yield name, text


def markers_of(test: ast.FunctionDef) -> list[str]:
    found = [re.fullmatch(r"pytest\.mark\.(\w+)", ast.unparse(node)) for node in test.decorator_list]
    return [marker[1] for marker in found if marker]


def sentences_of(docstring: str) -> list[str]:
    return re.split(r"(?<=[.!])\s+", " ".join(docstring.split()))


@pytest.mark.parametrize("check", CHECKS, ids=named)
def test_a_check_states_one_truth_in_a_file_of_its_name(check: Path) -> None:
    (test,) = tests_of(check)
    assert test.name == check.stem
    assert ast.get_docstring(test) is None, "what it says belongs to the module's docstring"


@pytest.mark.parametrize("check", CHECKS, ids=named)
def test_a_check_has_one_severity(check: Path) -> None:
    (test,) = tests_of(check)
    assert len([marker for marker in markers_of(test) if marker in SEVERITIES]) == 1


@pytest.mark.parametrize("check", CHECKS, ids=named)
def test_a_check_says_what_it_promises_catches_records_and_reads(check: Path) -> None:
    promise, *rest = sentences_of(ast.get_docstring(ast.parse(check.read_text(encoding="utf-8"))) or "")
    assert promise.endswith(".")
    assert not any(re.match(part, promise) for part in PARTS)
    places = [next((i for i, text in enumerate(rest) if re.match(part, text)), None) for part in PARTS]
    assert None not in places
    assert places == sorted(places, key=lambda place: place or 0)


@pytest.mark.parametrize("check", CHECKS, ids=named)
def test_a_check_has_its_row_in_the_readme(check: Path) -> None:
    (test,) = tests_of(check)
    (severity,) = (marker for marker in markers_of(test) if marker in SEVERITIES)
    lines = (HOME / "README.md").read_text(encoding="utf-8").splitlines()
    rows = [line for line in lines if line.startswith(f"| `{check.stem}` |")]
    assert [row.split("|")[2].strip() for row in rows] == [severity]


def test_the_readme_names_no_check_that_is_not_there() -> None:
    readme = (HOME / "README.md").read_text(encoding="utf-8")
    assert set(re.findall(r"^\| `(test_\w+)` \|", readme, re.MULTILINE)) == {check.stem for check in CHECKS}


def test_a_check_has_one_twin() -> None:
    """A twin names its check by CHECK; other selftests may stand beside it."""
    named_by_twins = [text for twin in TWINS for name, text in constants_of(twin) if name == "CHECK"]
    assert sorted(named_by_twins) == sorted(check.stem for check in CHECKS)


@pytest.mark.parametrize("module", MODULES, ids=named)
def test_a_module_has_its_selftest(module: Path) -> None:
    name = named(module)
    twin = SELFTESTS / PACKAGES.get(name, module.relative_to(HOME).parent / f"test_{module.name}")
    if name in EXCEPTIONS or not module.read_text(encoding="utf-8").strip():
        assert not twin.exists(), "no exception any more"
    else:
        assert twin.exists(), f"{named(twin)} is missing"
        assert tests_of(twin)


def test_an_exception_is_one_of_the_modules() -> None:
    assert {*EXCEPTIONS, *PACKAGES} <= {named(module) for module in MODULES}


@pytest.mark.parametrize("module", [*CHECKS, *MODULES], ids=named)
def test_a_module_says_what_it_is(module: Path) -> None:
    text = module.read_text(encoding="utf-8")
    assert not text.strip() or ast.get_docstring(ast.parse(text))


def test_no_two_selftests_have_one_name() -> None:
    """pytest imports them by their bare names, the checks too."""
    files = [*SELFTESTS.glob("**/test_*.py"), *CHECKS]
    assert [name for name, count in Counter(file.name for file in files).items() if count > 1] == []


@pytest.mark.parametrize("selftest", sorted(SELFTESTS.glob("**/test_*.py")), ids=named)
def test_no_two_tests_of_a_module_have_one_name(selftest: Path) -> None:
    """The second would replace the first, unseen."""
    names = Counter(test.name for test in tests_of(selftest))
    assert [name for name, count in names.items() if count > 1] == []


def statements() -> Iterator[tuple[str, str]]:
    """Where each statement of a check stands, and its text."""
    for file in QUERIES:
        yield named(file), file.read_text(encoding="utf-8")
    for check in CHECKS:
        for name, text in constants_of(check):
            if re.match(r"\s*(SELECT|WITH)\b", text):
                yield f"{named(check)}: {name}", text


@pytest.mark.parametrize(("where", "statement"), statements(), ids=[where for where, _ in statements()])
def test_a_statement_is_one_that_postgresql_understands(
    where: str, statement: str, postgresql: psycopg.Connection
) -> None:
    """Each is parsed and looked up in the catalogue, and not run; a name or an expression is `oid`."""
    text = re.sub(r"\{\}", "oid", statement.replace("FROM {}", "FROM pg_class"))
    numbers = iter(range(1, 100))
    text = re.sub(r"%s", lambda _: f"${next(numbers)}", text).replace("%%", "%")
    result = postgresql.pgconn.prepare(b"", text.encode())
    assert result.status == psycopg.pq.ExecStatus.COMMAND_OK, f"{where}: {result.error_message.decode()}"
    described = postgresql.pgconn.describe_prepared(b"")
    assert described.nfields > 0


def test_every_query_of_a_file_belongs_to_a_check() -> None:
    used = {text for check in CHECKS for text in re.findall(r"\"(\w+\.sql)\"", check.read_text())}
    assert used == {file.name for file in QUERIES}
