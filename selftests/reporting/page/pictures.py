"""The pictures of the page in docs/pictures: python -m selftests.reporting.page.pictures.

The newest run on each is a real one: `pytest checks/ --sample` and `--sample=broken` are run, and what they
report is shown. The months before are made up, by `a_year`, led to the sizes that the real run measured;
so are the names of the overview's targets, and the two of them whose newest run is neither.
"""

import json
import shutil
import subprocess
import sys
import tempfile
import uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, sync_playwright

from reporting.page import write_page, write_site
from selftests.reporting.page.a_year import FEW_ROWS, SLOW, Document, a_year, document
from settings import HOME

PICTURES = HOME / "docs" / "pictures"
RUNBOOK = "RUNBOOK.md"
EXEMPTED = FEW_ROWS | {
    "text": "public.call_logs: 2400 rows, expected at least 3000",
    "exempted": {"reason": "old logs were purged on purpose", "until": "2027-01-31"},
}

SEEDS = {"app-production": 0, "billing": 1, "crm": 5, "identity": 9}

_PROGRAMS = ("chromium", "chromium-browser", "google-chrome")


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        good, broken = (real_run(folder, option) for option in ("--sample", "--sample=broken"))
        now = datetime.now(UTC)
        success = [*before(good, good, now), good]
        failure = [*before(good, broken, now), broken]
        write_page(folder / "success.html", success, runbook_url=RUNBOOK, now=now)
        write_page(folder / "failure.html", failure, runbook_url=RUNBOOK, now=now)
        write_site(folder / "many", overview(good, broken, now), runbook_url=RUNBOOK, now=now)
        with sync_playwright() as playwright:
            program = next(filter(None, map(shutil.which, _PROGRAMS)), None)
            browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
            photograph(browser, folder / "success.html", "page-light.png", (1120, 1540))
            photograph(browser, folder / "failure.html", "page-dark.png", (1120, 1540), dark=True)
            photograph(browser, folder / "success.html", "page-phone.png", (390, 1500))
            photograph(browser, folder / "many" / "index.html", "page-overview.png", (1120, 800))
            browser.close()


def real_run(folder: Path, option: str) -> Document:
    """What a run of the suite on the bundled sample reports; its name is the same for both."""
    report = folder / "report.json"
    command = [sys.executable, "-m", "pytest", "checks/", option, f"--json-report-file={report}"]
    subprocess.run([*command, "-p", "no:cacheprovider"], cwd=HOME, capture_output=True, check=False)
    made: Document = json.loads(report.read_text(encoding="utf-8"))["verification"]
    made["target"]["name"] = "app-production"
    return made


def before(good: Document, newest: Document, now: datetime) -> list[Document]:
    """A year before today that leads to what the good run measured."""
    name = newest["target"]["name"]
    history = a_year(name, now=now - timedelta(days=1), seed=SEEDS[name])
    last, real = details(history[-1]), details(good)
    rows = {table: real["rows"].get(table, count) / count for table, count in last["rows"].items()}
    factors = {
        "size": real["size_mb"] / last["size_mb"],
        "backup": good["backup"]["size_bytes"] / history[-1]["backup"]["size_bytes"],
        "restore": good["seconds"]["restore"] / history[-1]["seconds"]["restore"],
        "age": good["backup"]["age_hours"] / history[-1]["backup"]["age_hours"],
    }
    for made in history:
        scale(made, rows, factors)
        known = {check["name"] for check in made["checks"]}
        made["checks"] += [
            check | {"details": {}} for check in good["checks"] if check["name"] not in known
        ]
    return history


def scale(made: Document, rows: dict[str, float], factors: dict[str, float]) -> None:
    for check in made["checks"]:
        found = check["details"]
        if "rows" in found:
            found["rows"] = {table: round(count * rows[table]) for table, count in found["rows"].items()}
        if "size_mb" in found:
            found["size_mb"] *= factors["size"]
    made["backup"]["size_bytes"] *= factors["backup"]
    made["seconds"]["restore"] *= factors["restore"]
    made["backup"]["age_hours"] *= factors["age"]
    age = timedelta(hours=made["backup"]["age_hours"])
    made["backup"]["taken_at"] = (datetime.fromisoformat(made["verified_at"]) - age).isoformat()


def details(made: Document) -> dict[str, Any]:
    merged: dict[str, Any] = {}
    for check in made["checks"]:
        kept = {name: value for name, value in check["details"].items() if name in ("rows", "size_mb")}
        merged |= kept if isinstance(kept.get("rows", {}), dict) else {}
    return merged


def overview(good: Document, broken: Document, now: datetime) -> list[Document]:
    """Six targets: three with the good run, one with the broken, one with a warning, one gone silent."""
    made: list[Document] = []
    for name, newest in [("app-production", good), ("billing", good), ("crm", broken), ("identity", good)]:
        target = newest["target"] | {"name": name}
        made += before(good, newest | {"target": target}, now)
        made.append(newest | {"target": target, "id": str(uuid.uuid4())})
    made += a_year("search", now=now - timedelta(days=3), days=200, seed=11)
    made += a_year("webhooks", now=now - timedelta(days=1), days=120, seed=12)
    return [*made, document("webhooks", now - timedelta(hours=2), [SLOW, EXEMPTED])]


def photograph(
    browser: Browser, file: Path, name: str, size: tuple[int, int], *, dark: bool = False
) -> None:
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]},
        color_scheme="dark" if dark else "light",
        reduced_motion="reduce",
    )
    page = context.new_page()
    page.goto(file.as_uri())
    if page.locator(".trend").count():
        page.wait_for_selector("html[data-drawn]")
    page.screenshot(path=PICTURES / name)
    print(f"{PICTURES / name}: {(PICTURES / name).stat().st_size / 1024:.0f} kB")
    context.close()


if __name__ == "__main__":
    main()
