"""A verification to tell of, what becomes of its delivery, and a Pushgateway."""

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from reporting.delivered import Delivered
from reporting.exchange import ask
from reporting.redaction import Redactor
from reporting.verification import BackupFacts, CheckResult, NotVerified, Target, Verification

MB = 1024 * 1024
PASSWORD = "c4n4ry-gateway"
PASSWORD_HASH = "$2b$04$D1DQbIAD4McxIeiXpt0k2.BqB/XgboM6byW4417wOVjQVXSiSKv3S"
AT = datetime(2026, 1, 28, 5, tzinfo=UTC)

Verified = Callable[..., Verification]


def check(name: str, outcome: Any = "passed", severity: Any = "critical", **details: Any) -> CheckResult:
    return CheckResult(name, name, severity, outcome, seconds=0.5, details=details)


@pytest.fixture
def verified() -> Verified:
    """Makes the verification of a target: a success, or what the named fields make of it."""

    def make(target: str = "nightly", **changes: Any) -> Verification:
        given: dict[str, Any] = {
            "id": "6f1f0b5e-8f0c-4a4e-9d5e-0f6f4b1f6a01",
            "verified_at": AT,
            "partial": False,
            "target": Target("backup", "/backups/nightly.dump", name=target),
            "checks": [
                check("test_critical_tables_exist"),
                check("test_database_size_reasonable", severity="warning", size_mb=12.5),
                check(
                    "test_row_counts_reasonable",
                    severity="warning",
                    rows={"public.t": 7, "public.gone": None},
                ),
            ],
            "backup": BackupFacts("nightly.dump", "custom", AT.replace(hour=3), "header", 2.0, 3 * MB),
            "not_verified": [NotVerified("contents", "no reference")],
            "seconds": {"locate": 0.1, "serve": 0.2, "restore": 61.25, "checks": 1.5},
        }
        return Verification(**{**given, **changes})

    return make


@pytest.fixture
def failed(verified: Verified) -> Verified:
    """Makes the verification of a backup that did not come back: next to nothing is known."""

    def make(target: str = "nightly", **changes: Any) -> Verification:
        nothing: dict[str, Any] = {
            "checks": [check("test_critical_tables_exist", "not run")],
            "backup": None,
            "seconds": {"locate": 0.1},
        }
        return verified(target, **{**nothing, **changes})

    return make


@pytest.fixture
def delivered() -> Delivered:
    return Delivered()


@pytest.fixture
def redactor() -> Redactor:
    return Redactor.of()


@pytest.fixture(scope="session")
def pushgateway(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of a real Pushgateway that asks for a password."""
    found = (
        os.environ.get("PUSHGATEWAY")
        or shutil.which("prometheus-pushgateway")
        or shutil.which("pushgateway")
    )
    if found is None:
        pytest.skip("no Pushgateway here: install prometheus-pushgateway, or name one by PUSHGATEWAY")
    folder = tmp_path_factory.mktemp("pushgateway")
    (folder / "web.yml").write_text(f"basic_auth_users:\n  pusher: {PASSWORD_HASH}\n")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [
        found,
        f"--web.listen-address=127.0.0.1:{port}",
        "--web.config.file=web.yml",
        "--persistence.file=",
    ]
    with subprocess.Popen(command, cwd=folder, stderr=subprocess.DEVNULL) as process:
        url = f"http://pusher:{PASSWORD}@127.0.0.1:{port}"
        while ask(f"{url}/-/ready", method="GET", limit=5).status != 200:
            assert process.poll() is None
            time.sleep(0.05)
        yield url
        process.terminate()
