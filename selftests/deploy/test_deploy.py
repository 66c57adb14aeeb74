"""What deploy/ and README.md say of settings is what the table of settings says; no secret is in them."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from settings import HOME, SETTINGS, resolve

DEPLOY = HOME / "deploy"
FILES = sorted(
    file for folder in (DEPLOY, DEPLOY / "action") for file in folder.iterdir() if file.is_file()
)
EXAMPLE = (DEPLOY / "environment.example").read_text(encoding="utf-8")
COMMAND = re.compile(r'(?:pytest"?|PYTEST_ADDOPTS=|backup-verification:[\d.]+)(?= )?(.*)')
each_file = pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)


@pytest.fixture(scope="session")
def known_options() -> set[str]:
    """The options that this project's pytest really has."""
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "--help"], cwd=HOME, capture_output=True, text=True, check=True
    )
    return set(re.findall(r"(?<![\w-])--[a-z][\w-]*", done.stdout))


def options_in(text: str) -> set[str]:
    """The long options of every pytest command in a file, comments included."""
    return {
        option for rest in COMMAND.findall(text) for option in re.findall(r"(?<=[\s\"])--[a-z-]+", rest)
    }


def settings_of_readme() -> list[tuple[str | None, str | None]]:
    """Option and variable of each row of the table under Settings."""
    (section,) = re.findall(
        r"^## Settings\n(.+?)^## ",
        (HOME / "README.md").read_text(encoding="utf-8"),
        re.DOTALL | re.MULTILINE,
    )
    rows = [line.split("|")[1:3] for line in section.splitlines() if line.startswith("|")][2:]
    return [(first(r"--[a-z-]+", option), first(r"[A-Z_]+", variable)) for option, variable in rows]


def first(pattern: str, cell: str) -> str | None:
    found = re.search(pattern, cell)
    return found[0] if found else None


def test_every_way_to_deploy_is_there() -> None:
    assert {path.name for path in DEPLOY.iterdir()} == {
        *("Dockerfile", "backup-verification.service", "backup-verification.timer", "crontab"),
        *("environment.example", "github-actions.yml", "kubernetes-cronjob.yaml"),
        *("action", "grafana", "prometheus"),
    }


def test_the_environment_names_each_variable_once() -> None:
    named = re.findall(r"^#?([A-Z_]+)=", EXAMPLE, re.MULTILINE)
    assert sorted(named) == sorted(setting.variable for setting in SETTINGS if setting.variable)


def test_each_variable_of_the_environment_has_its_comment() -> None:
    settings = EXAMPLE.split("\n\n", 1)[1].strip().splitlines()
    assert [line[:2] for line in settings[::2]] == ["# "] * (len(settings) // 2)
    assert all(re.fullmatch(r"#?[A-Z_]+='[^']*'", line) for line in settings[1::2])


def test_the_environment_sets_no_secret_and_says_the_defaults() -> None:
    values = dict(re.findall(r"^#?([A-Z_]+)='(.*)'$", EXAMPLE, re.MULTILINE))
    assert {values[str(setting.variable)] for setting in SETTINGS if setting.secret} == {""}
    assert values["RESTORE_TIMEOUT"] == next(s.default for s in SETTINGS if s.name == "restore_timeout")


def test_the_environment_as_it_ships_names_one_source() -> None:
    values = dict(re.findall(r"^([A-Z_]+)='(.*)'$", EXAMPLE, re.MULTILINE))
    assert resolve({}, values).backup == Path("/backups/nightly.dump")


def test_the_readme_names_every_setting_and_no_other() -> None:
    expected = [(setting.option, setting.variable) for setting in SETTINGS]
    assert sorted(settings_of_readme(), key=str) == sorted(expected, key=str)


@each_file
def test_every_option_exists(file: Path, known_options: set[str]) -> None:
    assert options_in(file.read_text(encoding="utf-8")) <= known_options


def test_the_options_are_found() -> None:
    used = {option for file in FILES for option in options_in(file.read_text(encoding="utf-8"))}
    assert used == {"--fail-on-warning", "--json-report-file", "--junit-xml", "--page", "--sample"}


@each_file
def test_no_secret_is_in_a_file_or_on_a_command_line(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    assert not re.search(r"postgres(?:ql)?://|hooks\.slack\.com|password\s*=", text, re.IGNORECASE)
    assert not [s.option for s in SETTINGS if s.secret and s.option and s.option in text]


def git(*arguments: str | Path, lines: str = "") -> list[str]:
    command = ["git", "-c", "safe.directory=*", *arguments]
    done = subprocess.run(command, cwd=HOME, input=lines, capture_output=True, text=True, check=False)
    assert done.returncode in (0, 1), done.stderr
    return done.stdout.splitlines()


@pytest.mark.skipif(not (HOME / ".git").exists(), reason="no checkout")
def test_what_the_readme_makes_here_is_not_committed_and_what_ships_is_not_ignored() -> None:
    made = ["KEY", "signing.key", "site/index.html", "nightly.dump.reference.json", ".spool/row.json"]
    assert git("check-ignore", "--no-index", "--stdin", lines="\n".join(made)) == made
    shipped = git("ls-files")
    assert shipped
    assert git("check-ignore", "--no-index", "--stdin", lines="\n".join(shipped)) == []
