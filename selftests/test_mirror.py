"""The mirror: each check and each module has its twin among the selftests, and its place in the README."""

from __future__ import annotations

import ast
import itertools
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg.pq import ExecStatus

from reporting.reports import SEVERITIES
from settings import HOME

SELFTESTS = HOME / "selftests"
CHECKS = sorted((HOME / "checks").glob("**/test_*.py"))
QUERIES = sorted((HOME / "checks").glob("**/*.sql"))
ROOMS = ["", "expectations", "judging", "migrations", "reference", "reporting", "restoring"]
ROOMS += ["restoring/sample", *(f"reporting/{name}" for name in ("channels", "history", "page", "watch"))]
MODULES = sorted(file for room in ROOMS for file in (HOME / room).glob("*.py"))
TWINS = sorted((SELFTESTS / "checks").glob("**/test_*.py"))

EXCEPTIONS = {
    "conftest.py": "fixtures, which every module of selftests/checks asks for",
    "reporting/channels/__init__.py": "a sentence without a line of behaviour",
    "reporting/history/__init__.py": "a sentence without a line of behaviour",
    "reporting/watch/__init__.py": "a sentence without a line of behaviour",
    "reporting/delivered.py": "two fields; what fills them is what the tests of each delivery look at",
    "judging/__init__.py": "a sentence without a line of behaviour",
    "reference/__init__.py": "a sentence without a line of behaviour",
    "restoring/errors.py": "its kinds are what test_aim looks at",
    "restoring/sample/make.py": "its product is what test_sample looks at",
}
PACKAGES = {
    "expectations/__init__.py": "expectations/test_reading.py",
    "expectations/model.py": "expectations/test_reading.py",
    "expectations/tables.py": "expectations/test_reading.py",
    "expectations/values.py": "expectations/test_reading.py",
    "judging/batches.py": "judging/test_budgets.py",
    "judging/catalogue.py": "checks/restored/test_shape_of_database.py",
    "judging/contents.py": "checks/restored/test_contents_of_tables.py",
    "judging/definitions.py": "checks/restored/test_definitions_alike.py",
    "judging/age.py": "checks/restored/test_backup_age.py",
    "judging/calls.py": "checks/restored/test_function_answers.py",
    "judging/completeness.py": "checks/restored/test_completeness_of_restores.py",
    "judging/keys.py": "checks/restored/test_constraints.py",
    "judging/newest.py": "checks/restored/test_newest_data.py",
    "judging/sequences.py": "checks/restored/test_sequence_positions.py",
    "judging/storage.py": "checks/restored/test_storage.py",
    "migrations/__init__.py": "migrations/test_migrations.py",
    "migrations/__main__.py": "migrations/test_migrations.py",
    "reference/__main__.py": "reference/test_taking.py",
    "reference/contents.py": "reference/test_table_contents.py",
    "reference/finding.py": "reference/test_places.py",
    "reporting/channels/sending.py": "reporting/channels/test_others.py",
    "reporting/history/reading.py": "reporting/history/test_log_documents.py",
    "reporting/page/__init__.py": "reporting/page/test_pages.py",
    "reporting/page/__main__.py": "reporting/page/test_page_command.py",
    "reporting/sample_log.py": "endtoend/test_full_run.py",
    "reporting/assembly.py": "reporting/test_run.py",
    "reporting/elsewhere.py": "endtoend/test_everyone_told.py",
    "reporting/watch/pulse.py": "endtoend/test_everyone_told.py",
    "restoring/foreign.py": "restoring/test_stage.py",
    "restoring/prepared.py": "restoring/test_stage.py",
    "restoring/probes.py": "checks/restored/test_storage.py",
    "restoring/sample/__init__.py": "restoring/test_sample.py",
}
PARTS = (r"Catches \S", r"Recorded: \S", r"Source: \S")
BRANCHES = (ast.If, ast.For, ast.While, ast.Try, ast.Match)


def named(file: Path) -> str:
    return file.relative_to(HOME).as_posix()


def text_of(file: Path) -> str:
    return file.read_text(encoding="utf-8")


def functions_of(text: str) -> list[ast.FunctionDef]:
    """The tests of a module."""
    nodes = ast.parse(text).body
    return [node for node in nodes if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")]


def constants_of(text: str) -> Iterator[tuple[str, str]]:
    """The names and texts of a module's constants that are texts."""
    for node in ast.parse(text).body:
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Constant(value=str(value))):
                yield name, value


def severities_of(check: str) -> list[str]:
    (test,) = functions_of(check)
    return [name for name in SEVERITIES if f"pytest.mark.{name}" in map(ast.unparse, test.decorator_list)]


def example() -> str:
    """The check that CONTRIBUTING shows."""
    (code,) = re.findall(r"```python\n(.+?)```", text_of(HOME / "CONTRIBUTING.md"), re.DOTALL)
    return str(code)


SOURCES = {check.stem: text_of(check) for check in CHECKS}
SOURCES |= {test.name: example() for test in functions_of(example())}
each_check = pytest.mark.parametrize("name", SOURCES)


@each_check
def test_a_check_is_one_test_in_a_file_of_its_name(name: str) -> None:
    assert [test.name for test in functions_of(SOURCES[name])] == [name]


@each_check
def test_a_check_has_one_severity(name: str) -> None:
    assert len(severities_of(SOURCES[name])) == 1


@each_check
def test_a_check_says_what_it_promises_catches_records_and_reads(name: str) -> None:
    words = " ".join((ast.get_docstring(ast.parse(SOURCES[name])) or "").split())
    promise, *rest = re.split(r"(?<=\.) (?=[A-Z])", words)
    assert promise.endswith(".")
    places = [[i for i, sentence in enumerate(rest) if re.match(part, sentence)] for part in PARTS]
    assert [len(found) for found in places] == [1, 1, 1]
    assert places == sorted(places)
    assert places[0] == [0]


@each_check
def test_a_check_asserts_with_a_message_and_takes_no_branch(name: str) -> None:
    nodes = list(ast.walk(functions_of(SOURCES[name])[0]))
    assertions = [node for node in nodes if isinstance(node, ast.Assert)]
    assert assertions
    assert all(assertion.msg is not None for assertion in assertions)
    assert not [node for node in nodes if isinstance(node, BRANCHES)]


def test_the_example_is_a_check_in_less_than_30_lines() -> None:
    (test,) = functions_of(example())
    assert len(example().splitlines()) < 30
    assert f"`pytest checks/{test.name}.py --sample`" in text_of(HOME / "CONTRIBUTING.md")


@pytest.mark.parametrize("check", CHECKS, ids=named)
def test_a_check_has_its_row_in_the_readme(check: Path) -> None:
    lines = text_of(HOME / "README.md").splitlines()
    rows = [line for line in lines if line.startswith(f"| `{check.stem}` |")]
    assert [row.split("|")[2].strip() for row in rows] == severities_of(text_of(check))


def test_the_readme_names_no_check_that_is_not_there() -> None:
    named_there = re.findall(r"^\| `(test_\w+)` \|", text_of(HOME / "README.md"), re.MULTILINE)
    assert sorted(named_there) == sorted(check.stem for check in CHECKS)


def test_a_check_has_one_twin() -> None:
    """A twin names its check by CHECK; other selftests may stand beside it."""
    named_by_twins = [
        text for twin in TWINS for name, text in constants_of(text_of(twin)) if name == "CHECK"
    ]
    assert sorted(named_by_twins) == sorted(check.stem for check in CHECKS)


@pytest.mark.parametrize("module", MODULES, ids=named)
def test_a_module_has_its_selftest(module: Path) -> None:
    name = named(module)
    twin = SELFTESTS / PACKAGES.get(name, module.relative_to(HOME).parent / f"test_{module.name}")
    if name in EXCEPTIONS or not text_of(module).strip():
        assert not twin.exists(), "no exception any more"
    else:
        assert twin.exists(), f"{named(twin)} is missing"
        assert functions_of(text_of(twin))


def test_an_exception_is_one_of_the_modules() -> None:
    assert {*EXCEPTIONS, *PACKAGES} <= {named(module) for module in MODULES}


@pytest.mark.parametrize("module", [*CHECKS, *MODULES], ids=named)
def test_a_module_says_what_it_is(module: Path) -> None:
    text = text_of(module)
    assert not text.strip() or ast.get_docstring(ast.parse(text))


def test_no_two_selftests_have_one_name() -> None:
    """pytest imports them by their bare names, the checks too."""
    files = [*SELFTESTS.glob("**/test_*.py"), *CHECKS]
    assert [name for name, count in Counter(file.name for file in files).items() if count > 1] == []


@pytest.mark.parametrize("selftest", sorted(SELFTESTS.glob("**/test_*.py")), ids=named)
def test_no_two_functions_of_a_module_have_one_name(selftest: Path) -> None:
    """The second would replace the first, unseen."""
    names = Counter(test.name for test in functions_of(text_of(selftest)))
    assert [name for name, count in names.items() if count > 1] == []


def statements() -> dict[str, str]:
    """The text of each statement of a check, by where it stands."""
    found = {named(file): text_of(file) for file in QUERIES}
    for check in CHECKS:
        texts = dict(constants_of(text_of(check)))
        found |= {
            f"{named(check)}: {n}": text for n, text in texts.items() if re.match(r"\s*SELECT\b", text)
        }
    return found


@pytest.mark.parametrize("where", statements())
def test_a_statement_is_one_that_postgresql_understands(where: str, postgresql: psycopg.Connection) -> None:
    """Each is parsed and looked up in the catalogue, and not run."""
    numbers = itertools.count(1)
    text = statements()[where].replace("FROM {}", "FROM pg_class").replace("{}", "0")
    text = re.sub("%s", lambda _: f"${next(numbers)}", text).replace("%%", "%")
    result = postgresql.pgconn.prepare(b"", text.encode())
    assert result.status == ExecStatus.COMMAND_OK, result.error_message.decode()


def test_every_file_of_a_query_belongs_to_a_check() -> None:
    used = {name for check in CHECKS for name in re.findall(r"\w+\.sql", text_of(check))}
    assert used == {file.name for file in QUERIES}
