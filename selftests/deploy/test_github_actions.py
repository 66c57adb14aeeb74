"""The workflow: fails by the exit code, keeps its reports whatever happens, and hands no secret around."""

import re
from typing import Any

import yaml

from settings import HOME, SETTINGS

WORKFLOW: dict[Any, Any] = yaml.safe_load(
    (HOME / "deploy" / "github-actions.yml").read_text(encoding="utf-8")
)
(JOB,) = WORKFLOW["jobs"].values()
STEPS: list[dict[str, Any]] = JOB["steps"]
VARIABLES = {setting.variable: setting for setting in SETTINGS if setting.variable}


def step_of(action: str) -> dict[str, Any]:
    (found,) = (step for step in STEPS if step.get("uses", "").startswith(f"actions/{action}@"))
    return found


def verifying() -> dict[str, Any]:
    (found,) = (step for step in STEPS if "pytest" in step.get("run", ""))
    return found


def test_it_can_be_started_by_hand_too() -> None:
    # YAML 1.1 reads the key `on` as true.
    assert WORKFLOW[True].keys() == {"schedule", "workflow_dispatch"}


def test_it_may_read_the_repository_and_nothing_else() -> None:
    assert WORKFLOW["permissions"] == {"contents": "read"}
    assert "permissions" not in JOB
    assert step_of("checkout")["with"]["persist-credentials"] is False


def test_every_action_is_pinned_to_a_major_version() -> None:
    actions = [step["uses"] for step in STEPS if "uses" in step]
    assert len(actions) == 3
    assert all(re.fullmatch(r"actions/[a-z-]+@v\d+", action) for action in actions)


def test_what_is_installed_is_cached_by_what_is_asked_for() -> None:
    python = step_of("setup-python")["with"]
    assert (python["cache"], python["cache-dependency-path"]) == ("pip", "pyproject.toml")
    assert isinstance(python["python-version"], str)


def test_the_exit_code_decides() -> None:
    step = verifying()
    assert re.fullmatch(r"pytest checks/( --[a-z-]+=[\w.]+)*", step["run"])
    assert not any("continue-on-error" in part for part in (JOB, *STEPS))
    assert "if" not in step


def test_secrets_come_by_the_environment_of_the_one_step_that_needs_them() -> None:
    given: dict[str, str] = verifying()["env"]
    assert given.keys() <= VARIABLES.keys()
    secret = {name: value for name, value in given.items() if VARIABLES[name].secret}
    assert secret == {name: f"${{{{ secrets.{name} }}}}" for name in secret}
    # The heartbeat is what notices that GitHub has switched the schedule off.
    assert secret.keys() == {"VERIFICATION_LOG_URL", "SLACK_WEBHOOK_URL", "HEARTBEAT_URL"}
    assert "env" not in WORKFLOW.keys() | JOB.keys()
    assert not any("${{" in step.get("run", "") for step in STEPS)


def test_the_reports_and_the_spool_are_kept_whatever_happens() -> None:
    step = verifying()
    reports = re.findall(r"--(?:json-report-file|junit-xml|page)=(\S+)", step["run"])
    kept = step_of("upload-artifact")
    assert kept is STEPS[-1]
    assert kept["if"] == "always()"
    paths = kept["with"]["path"].split()
    assert paths == [*reports, step["env"]["VERIFICATION_SPOOL"] + "/"]
    # upload-artifact leaves hidden files out.
    assert len(reports) == 3
    assert not [path for path in paths if path.startswith(".")]
