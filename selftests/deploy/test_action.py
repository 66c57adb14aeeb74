"""The composite action: what it declares, and its script as a runner would really start it."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest
import yaml

import migrations
from restoring.sample import EXPECTATIONS, SAMPLE
from settings import HOME, SETTINGS

FOLDER = HOME / "deploy" / "action"
ACTION: dict[str, Any] = yaml.safe_load((FOLDER / "action.yml").read_text(encoding="utf-8"))
STEPS: list[dict[str, Any]] = ACTION["runs"]["steps"]
SCRIPTS = sorted(FOLDER.glob("*.sh"))
VARIABLES = {setting.variable for setting in SETTINGS if setting.variable}
OURS = {"PYTHON", "MODE", "MAX_AGE", "ARGUMENTS", "PAGE"}
SECRETS = {setting.variable for setting in SETTINGS if setting.secret}


def step(name: str) -> dict[str, Any]:
    (found,) = (step for step in STEPS if step.get("id") == name)
    return found


@dataclass
class Runner:
    """A folder for the workspace, one for the runner's own files, and the environment that GitHub gives."""

    folder: Path
    environment: dict[str, str]
    more: dict[str, str] = field(default_factory=dict)

    @property
    def workspace(self) -> Path:
        return self.folder / "work"

    def start(self, script: str, **inputs: str) -> subprocess.CompletedProcess[str]:
        """As the step does, from the workspace."""
        return subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step(script)["run"]],
            cwd=self.workspace,
            env=self.environment | inputs,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )

    @property
    def outputs(self) -> dict[str, str]:
        lines = (self.folder / "output").read_text().splitlines()
        return dict(line.split("=", 1) for line in lines)

    @property
    def summary(self) -> str:
        return (self.folder / "summary").read_text()


@pytest.fixture
def runner(short_tmp: Path, bare_environment: dict[str, str]) -> Runner:
    for name in ("work", "temp"):
        (short_tmp / name).mkdir()
    for name in ("output", "summary"):
        (short_tmp / name).touch()
    given = {
        "CI": "true",
        "GITHUB_ACTIONS": "true",
        "GITHUB_ACTION_PATH": str(FOLDER),
        "GITHUB_WORKSPACE": str(short_tmp / "work"),
        "GITHUB_OUTPUT": str(short_tmp / "output"),
        "GITHUB_STEP_SUMMARY": str(short_tmp / "summary"),
        "RUNNER_TEMP": str(short_tmp / "temp"),
        "HOME": str(short_tmp),
        "PYTHON": sys.executable,
    }
    return Runner(short_tmp, bare_environment | given)


@pytest.fixture
def backup(runner: Runner) -> str:
    """The sample in the workspace of another repository, with expectations beside it."""
    shutil.copy(SAMPLE, runner.workspace / "night ly.dump")
    shutil.copy(EXPECTATIONS, runner.workspace / "expectations.toml")
    return "night ly.dump"


def test_it_is_a_composite_action_of_pinned_actions() -> None:
    assert ACTION["runs"]["using"] == "composite"
    used = [step["uses"] for step in STEPS if "uses" in step]
    assert used
    assert all(re.fullmatch(r"actions/[a-z-]+@v\d+", each) for each in used)


def test_every_input_and_output_is_described() -> None:
    for each in (*ACTION["inputs"].values(), *ACTION["outputs"].values()):
        assert each["description"]
    assert not any(each.get("required") for each in ACTION["inputs"].values())


def test_inputs_come_by_the_environment_and_never_into_a_script() -> None:
    """Text put into a script by GitHub would be run."""
    assert not [step for step in STEPS if "${{" in step.get("run", "")]
    assert all(step["shell"] == "bash" for step in STEPS if "run" in step)
    used = set(re.findall(r"inputs\.([\w-]+)", json.dumps(STEPS)))
    assert used == ACTION["inputs"].keys()


def test_variables_are_those_of_the_settings() -> None:
    given: dict[str, str] = step("verify")["env"]
    assert given.keys() - OURS <= VARIABLES
    named = {name: re.findall(r"inputs\.[\w-]+ \|\| env\.(\w+)", text) for name, text in given.items()}
    fallen_back = {name for name, found in named.items() if found == [name]}
    assert given.keys() - fallen_back == OURS
    # A default of the input would hide the environment's.
    assert not [name for name in ("expectations", "page") if "default" in ACTION["inputs"][name]]


def test_what_is_a_path_is_one_of_the_settings() -> None:
    (names,) = re.findall(r"for name in (.+?); do", (FOLDER / "verify.sh").read_text(), re.DOTALL)
    assert set(names.replace("\\", "").split()) - OURS <= VARIABLES


def test_each_output_is_one_that_the_script_writes() -> None:
    written = re.findall(r'echo "([\w-]+)=', (FOLDER / "conclude.sh").read_text())
    for name in ("verify.sh", "latest.sh"):
        assert (FOLDER / name).read_text().endswith('\nconclude "$folder" "$code" "$status"\n')
    values = {name: f"${{{{ steps.verify.outputs.{name} }}}}" for name in written}
    assert {name: each["value"] for name, each in ACTION["outputs"].items()} == values


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.name)
def test_no_script_names_a_secret_or_is_malformed(script: Path) -> None:
    assert not [name for name in SECRETS if f"${name}" in script.read_text()]
    subprocess.run(["bash", "-n", script], check=True)


def test_a_good_backup_in_the_workspace_succeeds(runner: Runner, backup: str) -> None:
    done = runner.start(
        "verify",
        BACKUP_LOCATION=backup,
        VERIFICATION_EXPECTATIONS="expectations.toml",
        ARGUMENTS="-n0\n  --fail-on-warning ",
        PAGE="my site/my page.html",
    )
    assert done.returncode == 0, done.stdout + done.stderr
    outputs = runner.outputs
    assert (outputs["status"], outputs["exit-code"]) == ("success", "0")
    verification = json.loads(Path(outputs["report"]).read_text())["verification"]
    assert verification["target"]["location"] == str(runner.workspace / backup)
    assert Path(outputs["folder"]).parent == runner.folder / "temp"
    assert (runner.workspace / "my site" / "my page.html").stat().st_size > 1_000
    kept = {file.name for file in Path(outputs["folder"]).iterdir()}
    assert kept == {"junit.xml", "page.html", "report.json"}


def test_what_fails_fails_the_step_and_tells_its_outputs(runner: Runner, backup: str) -> None:
    (runner.workspace / backup).write_bytes(SAMPLE.read_bytes()[:-5_000])
    done = runner.start(
        "verify", BACKUP_LOCATION=backup, VERIFICATION_EXPECTATIONS="expectations.toml", ARGUMENTS="-n0"
    )
    assert done.returncode == 1, done.stdout + done.stderr
    assert (runner.outputs["status"], runner.outputs["exit-code"]) == ("failure", "1")


@pytest.mark.parametrize(
    "inputs",
    [
        {},
        {
            "BACKUP_LOCATION": "$(touch started); `touch started`",
            "ARGUMENTS": "$(touch started) ;touch started",
        },
    ],
    ids=["nothing named", "commands"],
)
def test_what_cannot_be_understood_is_no_success_and_runs_nothing(
    runner: Runner, inputs: dict[str, str]
) -> None:
    done = runner.start("verify", VERIFICATION_EXPECTATIONS="expectations.toml", **inputs)
    assert done.returncode == 4, done.stdout + done.stderr
    assert (runner.outputs["status"], runner.outputs["exit-code"]) == ("none", "4")
    assert not list(HOME.glob("started")) + list(runner.workspace.iterdir())


def test_paths_are_made_absolute_and_addresses_are_not(runner: Runner) -> None:
    """Told by a Python that tells its environment in place of a run."""
    program = runner.folder / "python"
    program.write_text('#!/bin/sh\n[ "$2" = pytest ] && env && echo "arguments: $*"\nexit 0\n')
    program.chmod(0o755)
    given = {
        "PYTHON": str(program),
        "BACKUP_LOCATION": "sub/nightly.dump",
        "VERIFICATION_EXPECTATIONS": "/etc/expectations.toml",
        "BACKUP_REFERENCE": "postgresql://db.example.com/app?a=b",
        "PAGE": "my site/index.html",
        "ARGUMENTS": "-x  --tb=short\n*",
    }
    done = runner.start("verify", **given)
    # Nothing was verified, whatever the exit code of what ran.
    assert (done.returncode, runner.outputs["exit-code"]) == (4, "4")
    told = done.stdout.splitlines()
    assert f"BACKUP_LOCATION={runner.workspace}/sub/nightly.dump" in told
    assert "VERIFICATION_EXPECTATIONS=/etc/expectations.toml" in told
    assert "BACKUP_REFERENCE=postgresql://db.example.com/app?a=b" in told
    assert f"PAGE={runner.workspace}/my site/index.html" in told
    assert told[-1].endswith("/page.html -x --tb=short *")
    assert f"PWD={HOME}" in told


def test_it_installs_the_suite_beside_the_pipelines_own(runner: Runner) -> None:
    """By a Python that tells what it is asked; a package index is not asked here."""
    program = runner.folder / "python"
    program.write_text(
        '#!/bin/sh\necho "$*"\nif [ "$2" = venv ]; then mkdir -p "$3/bin"; cp "$0" "$3/bin/python"; fi\n'
    )
    program.chmod(0o755)
    done = runner.start("install", PYTHON=str(program))
    assert done.returncode == 0, done.stderr
    made, installed = done.stdout.splitlines()
    assert re.fullmatch(rf"-m venv {runner.folder}/temp/backup-verification-python-\w+", made)
    assert installed == f"-m pip install --quiet --disable-pip-version-check -e {HOME}"
    assert runner.outputs["python"].startswith(f"{runner.folder}/temp/")
    told = runner.start("install", PYTHON=str(program), NOTIFY_URLS="json://h").stdout
    assert told.endswith(f" -e {HOME}[notify]\n")


def logged(dsn: str, status: str) -> None:
    """A verification of now, in a log of our own."""
    migrations.migrate(dsn)
    details = json.dumps({"target": {"name": "nightly"}, "checks": []})
    with psycopg.connect(dsn) as connection:
        connection.execute(
            "INSERT INTO public.backup_verification_log (verified_at, status, checks_passed, checks_failed,"
            " verification_details) VALUES (%s, %s, 6, 0, %s)",
            (datetime.now(UTC), status, details),
        )


@pytest.mark.parametrize(
    ("status", "inputs", "expected"),
    [
        ("success", {}, ("success", "0")),
        ("warning", {"ARGUMENTS": " --fail-on-warning"}, ("warning", "1")),
        ("failure", {}, ("failure", "1")),
        ("success", {"MAX_AGE": "0.0001s"}, ("none", "10")),
        ("success", {"ARGUMENTS": "--help"}, ("none", "4")),
    ],
    ids=["success", "a warning that counts", "failure", "stale", "nothing asked"],
)
def test_a_deployment_asks_for_the_latest_verification(
    runner: Runner, dsn: str, status: str, inputs: dict[str, str], expected: tuple[str, str]
) -> None:
    logged(dsn, status)
    done = runner.start("verify", MODE="latest", VERIFICATION_LOG_URL=dsn, **inputs)
    outputs = runner.outputs
    assert (outputs["status"], outputs["exit-code"]) == expected, done.stdout + done.stderr
    assert done.returncode == int(outputs["exit-code"])
    assert Path(outputs["report"]).parent == Path(outputs["folder"])
    assert "nightly" in done.stderr or "--help" in inputs.values()


def test_a_mode_that_is_none_asks_and_verifies_nothing(runner: Runner) -> None:
    done = runner.start("verify", MODE="lattest", BACKUP_LOCATION=str(SAMPLE))
    assert (done.returncode, done.stdout) == (4, "")
    assert "lattest" in done.stderr
