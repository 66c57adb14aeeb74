"""What a check looks at, what it needs, and how it is tuned: told without running anything.

The checks are read as text, and never imported: what explains verifies nothing and gives no verdict.
"""

import ast
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from judging.findings import ANY_CHECK, KINDS
from reporting.needs import NEEDS
from reporting.outcomes import title_of
from reporting.tunable import EVERY, TUNABLES, Tunable, as_toml, tunables_of

_SEVERITIES = {
    "critical": "when it does not pass, the run fails (exit code 1)",
    "warning": "when it does not pass, the run warns (exit code 0, or 1 with --fail-on-warning)",
    "info": "it is recorded, and counted in neither number",
}
_SENTENCE = re.compile(r"(?<=\.) (?=[A-Z])")


class UnknownCheckError(ValueError):
    """No check has such a name; the text lists the names that there are."""


@dataclass(frozen=True)
class Check:
    """A check as its file tells of it; `words` are the sentences of its docstring."""

    file: str
    name: str
    words: Sequence[str]
    severity: str
    needs: Sequence[str]
    asks_a_database: bool

    @property
    def title(self) -> str:
        return title_of(self.name)


def read_checks(folder: Path) -> list[Check]:
    """Every check below a folder; a file that is no Python holds none."""
    found = []
    for file in sorted(folder.rglob("test_*.py")):
        try:
            module = ast.parse(file.read_text(encoding="utf-8"))
        except (OSError, SyntaxError, ValueError):
            continue
        place = file.relative_to(folder.parent).as_posix()
        tests = [node for node in module.body if isinstance(node, ast.FunctionDef)]
        found += [_check(place, module, test) for test in tests if test.name.startswith("test_")]
    return found


def chosen(named: str, checks: Sequence[Check]) -> list[Check]:
    """The checks meant by a name, a title, or the beginning of either; raises UnknownCheckError."""
    wanted = named.strip().lower()
    exact = [check for check in checks if wanted in (check.name.lower(), check.title.lower())]
    begun = [check for check in checks if any(name.startswith(wanted) for name in _names(check))]
    if wanted and (exact or begun):
        return exact or begun
    names = "\n".join(f"  {check.name}" for check in checks)
    raise UnknownCheckError(f"--explain: no check is called {named!r}; there are\n{names}")


def explained(check: Check, runbook: str = "RUNBOOK.md") -> Iterator[str]:
    """What there is to know of a check, in lines; `runbook` is where the entries for findings are."""
    yield f"{check.name}: {check.title}"
    yield ""
    yield from (f"  {sentence}" for sentence in check.words or ["It says nothing of itself."])
    yield ""
    yield f"severity: {check.severity}: {_SEVERITIES[check.severity]}"
    yield from _needed(check)
    yield ""
    yield from _tuned(check)
    yield ""
    yield "findings, each with its entry in the runbook:"
    yield from (f"  {runbook}#{kind}" for kind, finder in KINDS.items() if finder == check.name)
    common = ", ".join(kind for kind, finder in KINDS.items() if finder == ANY_CHECK)
    yield f"  as of any check: {common}"
    yield ""
    yield f"alone: pytest {check.file} --sample   (a part of the suite: nothing is logged, nothing sent)"


def _names(check: Check) -> tuple[str, ...]:
    name = check.name.lower()
    return name, name.removeprefix("test_"), check.title.lower()


def _check(place: str, module: ast.Module, test: ast.FunctionDef) -> Check:
    words = " ".join((ast.get_docstring(test) or ast.get_docstring(module) or "").split())
    marks = [mark for each in test.decorator_list if (mark := _mark(each)) is not None]
    severities = [name for name, _ in marks if name in _SEVERITIES]
    return Check(
        file=place,
        name=test.name,
        words=[sentence for sentence in _SENTENCE.split(words) if sentence],
        severity=severities[0] if severities else "critical",
        needs=[value for name, values in marks if name == "needs" for value in values],
        asks_a_database=any(argument.arg == "database" for argument in test.args.args),
    )


def _mark(decorator: ast.expr) -> tuple[str, list[str]] | None:
    """Name and texts of a pytest.mark."""
    arguments = decorator.args if isinstance(decorator, ast.Call) else []
    named = decorator.func if isinstance(decorator, ast.Call) else decorator
    if not ast.unparse(named).startswith("pytest.mark."):
        return None
    texts = [arg.value for arg in arguments if isinstance(arg, ast.Constant) and isinstance(arg.value, str)]
    return ast.unparse(named).removeprefix("pytest.mark."), texts


def _needed(check: Check) -> Iterator[str]:
    lines = [_need(name) for name in check.needs]
    if check.asks_a_database:
        lines.append("a database that answers: else it is not run, which counts as not passed")
    yield f"needs: {'nothing' if not lines else ''}".rstrip()
    yield from (f"  {line}" for line in lines)


def _need(name: str) -> str:
    need = NEEDS.get(name)
    if need is None:
        return name
    if need.what is None:
        return f"{name}: else it is absent ({need.why})"
    return f'{name}: else it is absent, and "{need.what}" is listed as not verified ({need.why})'


def _tuned(check: Check) -> Iterator[str]:
    keys = tunables_of(check.name)
    if keys:
        yield "tuned by the expectations (--expectations FILE):"
        yield from map(_key, keys)
        yield from ("", "  as in", *(f"    {line}" for line in as_toml(keys)), "")
    else:
        yield "tuned by no key of the expectations."
    yield "exempted for a time, with a reason, by"
    exemption = [key for key in TUNABLES if EVERY in key.checks and key.name in ("reason", "until")]
    section, *rest = as_toml(exemption)
    yield from (f"    {line}" for line in (section, f'check = "{check.name}"', *rest))


def _key(key: Tunable) -> str:
    name = f"{key.section} {key.name}".strip()
    without = key.default if key.default.endswith("needed") else f"without it: {key.default}"
    return f"  {name}: {key.meaning} ({without})"
