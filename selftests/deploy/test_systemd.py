"""The systemd units: known directives, walls that leave the product room, and the command itself."""

import re
import shlex
import shutil
import subprocess
import sys
from configparser import ConfigParser
from pathlib import Path

import pytest

import migrations
from reporting.verdict import BAD, COULD_NOT_VERIFY, NOT_DELIVERED
from settings import HOME

DEPLOY = HOME / "deploy"
NAMES = ("backup-verification.service", "backup-verification.timer")
KNOWN = {
    "Unit": {
        *("Description", "Documentation", "Wants", "After"),
        *("StartLimitIntervalSec", "StartLimitBurst"),
    },
    "Service": {
        *("Type", "User", "WorkingDirectory", "Environment", "EnvironmentFile", "ExecStart"),
        *("ExecStopPost", "ReadWritePaths"),
        *("StateDirectory", "StateDirectoryMode", "TimeoutStartSec", "TimeoutStopSec", "KillMode"),
        *("Restart", "RestartSec", "RestartPreventExitStatus", "PrivateTmp", "PrivateDevices"),
        *("ProtectSystem", "ProtectHome", "ProtectKernelTunables", "ProtectKernelModules"),
        *("ProtectKernelLogs", "ProtectControlGroups", "ProtectClock", "ProtectHostname"),
        *("NoNewPrivileges", "RestrictAddressFamilies", "RestrictNamespaces", "RestrictRealtime"),
        *("RestrictSUIDSGID", "LockPersonality", "SystemCallArchitectures", "CapabilityBoundingSet"),
        "UMask",
    },
    "Timer": {"OnCalendar", "Persistent", "RandomizedDelaySec"},
    "Install": {"WantedBy"},
}
"""From systemd.unit(5), systemd.service(5), systemd.exec(5), systemd.kill(5) and systemd.timer(5)."""


def unit(text: str) -> ConfigParser:
    """A unit in which no directive is given twice."""
    parser = ConfigParser(interpolation=None, delimiters="=", comment_prefixes="#")
    parser.optionxform = str  # type: ignore[assignment, method-assign]
    parser.read_string(text)
    return parser


def text_of(name: str) -> str:
    return (DEPLOY / name).read_text(encoding="utf-8")


SERVICE = unit(text_of(NAMES[0]))["Service"]
TIMER = unit(text_of(NAMES[1]))["Timer"]


@pytest.mark.parametrize("name", NAMES)
def test_every_directive_is_known(name: str) -> None:
    parsed = unit(text_of(name))
    strange = [(s, key) for s in parsed.sections() for key in parsed[s] if key not in KNOWN.get(s, set())]
    assert strange == []


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="no systemd here")
def test_systemd_takes_the_units(tmp_path: Path) -> None:
    for name in NAMES:
        text = text_of(name)
        for key in ("ExecStart", "ExecStopPost"):
            text = text.replace(shlex.split(SERVICE[key])[0].removeprefix("-"), "/bin/true")
        (tmp_path / name).write_text(text)
    command = ["systemd-analyze", "verify", *(str(tmp_path / name) for name in NAMES)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
    # What it says of other units is no concern of ours.
    assert [line for line in done.stderr.splitlines() if "backup-verification" in line] == []


def test_a_missed_day_is_made_up_for() -> None:
    assert TIMER["Persistent"] == "true"
    assert TIMER["RandomizedDelaySec"] == "5min"


def test_only_what_could_not_be_verified_is_tried_again() -> None:
    final = {int(code) for code in SERVICE["RestartPreventExitStatus"].split()}
    assert (SERVICE["Type"], SERVICE["Restart"]) == ("oneshot", "on-failure")
    assert {BAD, NOT_DELIVERED, *map(int, pytest.ExitCode)} - {0} <= final
    assert COULD_NOT_VERIFY not in final


def test_the_walls_are_up_and_leave_the_network() -> None:
    assert SERVICE["User"] not in ("root", "0")
    assert SERVICE["ProtectSystem"] == "strict"
    assert SERVICE["PrivateTmp"] == SERVICE["NoNewPrivileges"] == "true"
    assert "PrivateNetwork" not in SERVICE
    assert {"AF_UNIX", "AF_INET", "AF_INET6"} <= set(SERVICE["RestrictAddressFamilies"].split())


def test_the_metrics_of_the_example_can_be_written() -> None:
    """Past ProtectSystem=strict, and where a folder that is not there stops no run."""
    (file,) = re.findall(
        r"^#?VERIFICATION_METRICS_FILE='(.+)'", text_of("environment.example"), re.MULTILINE
    )
    assert SERVICE["ReadWritePaths"].split() == [f"-{Path(file).parent}"]


def test_all_that_is_written_goes_to_the_state_directory() -> None:
    state = f"%S/{SERVICE['StateDirectory']}/"
    assert SERVICE["Environment"] == f"VERIFICATION_SPOOL={state}spool"
    assert f"--json-report-file={state}report.json" in SERVICE["ExecStart"]
    assert SERVICE["ExecStopPost"].endswith(f" --output {state}site")
    assert "-p no:cacheprovider" in SERVICE["ExecStart"]


def test_the_command_verifies(
    bare_environment: dict[str, str], program: Path, environment_file: Path, tmp_path: Path
) -> None:
    deployed, *arguments = shlex.split(SERVICE["ExecStart"].replace("%S", str(tmp_path)))
    assert deployed == f"{SERVICE['WorkingDirectory']}/.venv/bin/pytest"
    settings = shlex.split(
        SERVICE["Environment"].replace("%S", str(tmp_path)) + "\n" + environment_file.read_text()
    )
    done = subprocess.run(
        [program, *arguments],
        env=bare_environment | dict(setting.split("=", 1) for setting in settings),
        cwd=HOME,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "SUCCESS" in done.stdout
    assert (tmp_path / SERVICE["StateDirectory"] / "report.json").exists()


def test_the_pages_are_made_after_it(bare_environment: dict[str, str], dsn: str, tmp_path: Path) -> None:
    deployed, *arguments = shlex.split(SERVICE["ExecStopPost"].replace("%S", str(tmp_path)))
    # The dash: a page that cannot be made changes no verdict.
    assert deployed == f"-{SERVICE['WorkingDirectory']}/.venv/bin/python"
    migrations.migrate(dsn)
    done = subprocess.run(
        [sys.executable, *arguments],
        env=bare_environment | {"VERIFICATION_LOG_URL": dsn},
        cwd=HOME,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert (tmp_path / SERVICE["StateDirectory"] / "site" / "index.html").exists()
