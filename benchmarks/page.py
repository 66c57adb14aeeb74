"""A year of 20 targets as pages: python -m benchmarks.page [--quick].

How long they take to make, what they weigh, and how long Chromium takes from opening one from disk until
its last chart is drawn. Needs chromium and the extra `test`.
"""

import argparse
import shutil
import statistics
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from benchmarks.measuring import print_table, spread, verdict
from reporting.page import write_site
from reporting.redaction import Redactor
from selftests.reporting.page.a_year import NOW, a_year

MOST_SECONDS, MOST_MEGABYTES = 1.0, 3.0

_PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
_DRAWN = """new Promise(resolve => {
    const painted = () => performance.getEntriesByName("first-contentful-paint")[0];
    const drawn = () => !document.querySelector(".trend") || document.documentElement.dataset.drawn;
    const look = (last) => {
        last ||= drawn() && performance.now();
        return last && painted() ? resolve([painted().startTime, last]) : setTimeout(look, 1, last);
    };
    look(0);
})"""


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.page", description=__doc__)
    parser.add_argument("--targets", type=int, default=20)
    parser.add_argument("--times", type=int, default=15, help="how often each page is opened")
    parser.add_argument(
        "--quick", action="store_true", help="two targets, opened twice, to see that it works"
    )
    options = parser.parse_args()
    targets, times = (2, 2) if options.quick else (options.targets, options.times)
    with tempfile.TemporaryDirectory() as folder:
        files = made(Path(folder), targets)
        with sync_playwright() as playwright:
            program = next(filter(None, map(shutil.which, _PROGRAMS)), None)
            browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
            report(browser, files, times)
            browser.close()


def made(folder: Path, targets: int) -> list[Path]:
    """The pages, after a line on how long they took."""
    documents = [one for n in range(targets) for one in a_year(f"service-{n:02}", seed=n)]
    redactor = Redactor.of("postgresql://log:a-password-of-the-log@db.example.test/log")
    begun = time.monotonic()
    files = write_site(folder, documents, runbook_url="RUNBOOK.md", now=NOW, redactor=redactor)
    print(f"{len(documents)} verifications of {targets} targets made into {len(files)} pages", end=" ")
    print(f"in {time.monotonic() - begun:.1f} s.\n")
    return files


def report(browser: Browser, files: list[Path], times: int) -> None:
    """What the overview and a target's page weigh, and how long they take to open."""
    index = next(file for file in files if file.name == "index.html")
    target = next(file for file in files if file.name != "index.html")
    rows = [("", "bytes", "seconds to first paint", "seconds to the last chart", "")]
    for name, file in (("overview", index), ("one target", target)):
        first, last = zip(*opened(browser, file, times), strict=True)
        goal = verdict(statistics.median(last), MOST_SECONDS)
        rows.append((name, f"{file.stat().st_size:,}", spread(first), spread(last), goal))
    total = sum(file.stat().st_size for file in files)
    rows.append(("all pages together", f"{total:,}", "", "", f"MB: {verdict(total / 1e6, MOST_MEGABYTES)}"))
    print_table(rows)


def opened(browser: Browser, file: Path, times: int) -> Iterator[tuple[float, float]]:
    """Seconds from navigation to the first paint and to the last chart, in a new context each time."""
    for _ in range(times):
        context = browser.new_context(viewport={"width": 1280, "height": 900})
        page = context.new_page()
        page.goto(file.as_uri(), wait_until="commit")
        first, last = page.evaluate(_DRAWN)
        yield first / 1000, last / 1000
        context.close()


if __name__ == "__main__":
    main()
