"""The image holds the product and runs it unprivileged; the Kubernetes job gives it what it needs."""

import re
import tomllib
from fnmatch import fnmatch
from pathlib import PurePosixPath
from typing import Any

import pytest
import yaml

from settings import HOME, SETTINGS

DEPLOY = HOME / "deploy"
KNOWN = {"FROM", "RUN", "WORKDIR", "COPY", "ENV", "VOLUME", "USER", "ENTRYPOINT"}
PROJECT = tomllib.loads((HOME / "pyproject.toml").read_text(encoding="utf-8"))
VARIABLES = {setting.variable: setting for setting in SETTINGS if setting.variable}


def instructions() -> list[tuple[str, str]]:
    """The Dockerfile's instructions in their order, each with its arguments on one line."""
    text = re.sub(r"^#.*\n", "", (DEPLOY / "Dockerfile").read_text(encoding="utf-8"), flags=re.MULTILINE)
    lines = re.sub(r"\\\n\s*", "", text).splitlines()
    return [(line.split()[0], line.split(None, 1)[1]) for line in lines if line.strip()]


def arguments(instruction: str) -> list[str]:
    return [rest for name, rest in instructions() if name == instruction]


def copied() -> set[str]:
    return {source for rest in arguments("COPY") for source in rest.split()[:-1]}


CLAIM, CRONJOB = yaml.safe_load_all((DEPLOY / "kubernetes-cronjob.yaml").read_text(encoding="utf-8"))
JOB: dict[str, Any] = CRONJOB["spec"]["jobTemplate"]["spec"]
POD: dict[str, Any] = JOB["template"]["spec"]
(CONTAINER,) = POD["containers"]


def after(code: int) -> str:
    """What becomes of the job when its container exits with a code, by the first rule that matches."""
    for rule in JOB["podFailurePolicy"]["rules"]:
        codes = rule.get("onExitCodes")
        if codes and (code in codes["values"]) == (codes["operator"] == "In"):
            return str(rule["action"])
    return "try again"


def test_every_instruction_is_known() -> None:
    assert {name for name, _ in instructions()} <= KNOWN
    assert instructions()[0] == ("FROM", "python:3.13-slim")


def test_nothing_is_built_or_run_as_root_after_the_user() -> None:
    assert [name for name, _ in instructions()][-2:] == ["USER", "ENTRYPOINT"]
    assert int(arguments("USER")[-1].split(":")[0]) > 0
    assert arguments("ENTRYPOINT") == ['["pytest", "checks/"]']


def test_the_user_has_its_entry() -> None:
    (user,) = arguments("USER")
    number, group = user.split(":")
    assert f"useradd --uid {number} --gid {group} " in " ".join(arguments("RUN"))


def test_the_image_holds_the_whole_product() -> None:
    packages = {name.split(".")[0] for name in PROJECT["tool"]["setuptools"]["packages"]}
    modules = {file.name for file in HOME.glob("*.py")}
    metadata = {PROJECT["project"]["readme"], *PROJECT["project"]["license-files"], "pyproject.toml"}
    assert copied() == packages | modules | metadata | {"checks", "expectations.toml", "RUNBOOK.md"}
    assert [source for source in copied() if not (HOME / source).exists()] == []


def test_nothing_that_is_copied_is_ignored() -> None:
    ignored = (HOME / ".dockerignore").read_text(encoding="utf-8").split()
    assert [
        s for s in copied() if any(fnmatch(s, pattern.removeprefix("**/")) for pattern in ignored)
    ] == []
    assert {".*", "**/__pycache__", "**/*.env", "**/*.key", "KEY"} <= set(ignored)


def test_the_image_can_tell_every_channel() -> None:
    """Without the extra, NOTIFY_URLS is refused."""
    assert "notify" in PROJECT["project"]["optional-dependencies"]
    assert 'pip install --no-cache-dir --editable ".[notify]"' in arguments("RUN")


def test_the_image_writes_to_its_volumes_alone() -> None:
    (variables,) = arguments("ENV")
    assert "VERIFICATION_SPOOL=/spool" in variables
    assert 'PYTEST_ADDOPTS="-p no:cacheprovider --json-report-file=/tmp/report.json"' in variables
    assert arguments("VOLUME") == ['["/spool"]']


def test_the_job_runs_the_image_of_this_version_as_its_user() -> None:
    image = f"backup-verification:{PROJECT['project']['version']}"
    assert CONTAINER["image"] == image
    assert f"-t {image} " in (DEPLOY / "Dockerfile").read_text(encoding="utf-8")
    (user,) = arguments("USER")
    security = POD["securityContext"]
    assert f"{security['runAsUser']}:{security['runAsGroup']}" == user


def test_the_job_has_no_privilege() -> None:
    assert POD["securityContext"]["runAsNonRoot"] is True
    assert POD["automountServiceAccountToken"] is False
    assert CONTAINER["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }


@pytest.mark.parametrize("code", [1, 2, 3, 4, 5, 11, 137])
def test_a_verdict_or_a_mistake_ends_the_job(code: int) -> None:
    assert after(code) == "FailJob"


def test_what_could_not_be_verified_is_tried_again() -> None:
    assert after(10) == "try again"
    assert JOB["backoffLimit"] > 0
    # The policy needs it: a restarted container would hide its exit code.
    assert POD["restartPolicy"] == "Never"


def test_every_mount_has_its_volume_and_only_two_can_be_written() -> None:
    mounts = {mount["name"]: mount for mount in CONTAINER["volumeMounts"]}
    assert mounts.keys() == {volume["name"] for volume in POD["volumes"]}
    writable = {mount["mountPath"] for mount in mounts.values() if not mount.get("readOnly")}
    assert writable == {"/tmp", "/spool"}
    volumes = {volume["name"]: volume for volume in POD["volumes"]}
    assert volumes["tmp"]["emptyDir"]["sizeLimit"]
    assert volumes["spool"]["persistentVolumeClaim"]["claimName"] == CLAIM["metadata"]["name"]
    assert volumes["backups"]["persistentVolumeClaim"]["readOnly"] is True


def test_the_variables_of_the_job_exist_and_secrets_come_from_the_secret() -> None:
    given = {variable["name"] for variable in CONTAINER["env"]}
    assert given <= VARIABLES.keys()
    assert not [name for name in given if VARIABLES[name].secret]
    assert "VERIFICATION_TARGET" in given
    text = (DEPLOY / "kubernetes-cronjob.yaml").read_text(encoding="utf-8")
    (secret,) = re.findall(r"create secret generic (\S+) --from-env-file", text)
    # Every key of the Secret, and no start without it.
    assert CONTAINER["envFrom"] == [{"secretRef": {"name": secret}}]
    named = set(re.findall(r"\b[A-Z]+(?:_[A-Z]+)+\b", text.split("apiVersion", 1)[0]))
    assert named <= VARIABLES.keys()
    assert {n for n, setting in VARIABLES.items() if setting.secret} - named == {"DATABASE_URL"}


def test_what_the_variables_name_is_mounted() -> None:
    paths = [v["value"] for v in CONTAINER["env"] if v.get("value", "").startswith("/")]
    mounted = {mount["mountPath"] for mount in CONTAINER["volumeMounts"]}
    assert [p for p in paths if not mounted & {p, str(PurePosixPath(p).parent)}] == []
    assert len(paths) == 3
    (page,) = (argument.removeprefix("--page=") for argument in CONTAINER["args"])
    assert str(PurePosixPath(page).parent) in mounted
