"""Pages as files: one for a target or one for each of many, whole or not at all."""

from datetime import timedelta
from pathlib import Path

import pytest

from reporting.page import PageNotWritten, write_page, write_site
from reporting.page.pages import file_names
from reporting.redaction import Redactor
from selftests.reporting.page.a_year import CHANGED, NOW, Document, a_year, document
from selftests.reporting.page.elements import answer_of

CANARY = "c4n4ry-0f-th3-l0g"


def site(folder: Path, *documents: object, redactor: Redactor | None = None) -> list[str]:
    written = write_site(folder, documents, runbook_url="RUNBOOK.md", now=NOW, redactor=redactor)
    return [file.relative_to(folder).as_posix() for file in written]


def named(*names: str) -> list[Document]:
    return [document(name) for name in names]


def test_one_target_is_the_index(tmp_path: Path) -> None:
    assert site(tmp_path / "deep" / "site", *named("a", "a")) == ["index.html"]
    assert '<h1 id="target">a</h1>' in (tmp_path / "deep" / "site" / "index.html").read_text()


def test_many_have_a_file_each_and_an_overview(tmp_path: Path) -> None:
    assert sorted(site(tmp_path, *named("b", "a"))) == ["a.html", "b.html", "index.html"]
    assert 'href="index.html"' in (tmp_path / "a.html").read_text()


def test_a_year_of_four_targets_weighs_less_than_a_fifth_of_three_million_bytes(tmp_path: Path) -> None:
    years = [made for seed in range(4) for made in a_year(f"app-{seed}", seed=seed)]
    assert len(site(tmp_path, *years)) == 5
    assert sum(file.stat().st_size for file in tmp_path.iterdir()) < 600_000


def test_no_run_makes_a_page_that_says_so(tmp_path: Path) -> None:
    assert site(tmp_path) == ["index.html"]
    assert "No verification has been recorded" in (tmp_path / "index.html").read_text()
    assert site(tmp_path / "broken", None, {}) == ["index.html"]


def test_files_are_named_alike_every_day_and_never_overwrite_each_other() -> None:
    targets = ["app", "index", "App", "a/b", "a b", "../../etc/passwd", "…", "x" * 300, ".hidden", ""]
    files = file_names(targets)
    assert files["app"] == "app.html"
    assert file_names(["a/b"])["a/b"] == files["a/b"]
    lower = [file.lower() for file in files.values()]
    assert len(set(lower)) == len(targets)
    assert all("/" not in file and not file.startswith(".") and len(file) < 100 for file in lower)
    assert "index.html" not in lower


def test_a_record_that_names_no_target_takes_the_answer_of_all(tmp_path: Path) -> None:
    site(tmp_path, *named("a", "b"), {"verified_at": NOW.isoformat()})
    for name in ("a.html", "b.html"):
        assert answer_of((tmp_path / name).read_text()) == "unknown"


def test_a_record_that_names_its_target_takes_no_others(tmp_path: Path) -> None:
    site(tmp_path, *named("a", "b"), {"verified_at": NOW.isoformat(), "target": {"name": "a"}})
    assert answer_of((tmp_path / "a.html").read_text()) == "unknown"
    assert answer_of((tmp_path / "b.html").read_text()) == "yes"


def test_no_secret_of_the_log_is_on_a_page(tmp_path: Path) -> None:
    found = CHANGED | {"text": f"password {CANARY} in clear", "diff": [f"- {CANARY}"]}
    redactor = Redactor.of(f"postgresql://log:{CANARY}@db.example.test/log")
    for name in (f"a {CANARY}", "b"):
        site(tmp_path, document(name, found=[found]), document("c"), redactor=redactor)
    for file in tmp_path.iterdir():
        assert CANARY not in file.name
        assert CANARY not in file.read_text()


def test_one_run_makes_a_page_of_its_own(tmp_path: Path) -> None:
    file = tmp_path / "run.html"
    write_page(file, named("a"), runbook_url="https://example.test/r", now=NOW)
    assert file.read_text().count("<h1") == 1
    assert file.stat().st_mode & 0o777 == 0o644


def test_the_page_of_a_run_is_of_its_target_alone(tmp_path: Path) -> None:
    file = tmp_path / "run.html"
    other = document("other", NOW - timedelta(hours=9), [CHANGED])
    write_page(file, [other, *named("mine")], runbook_url="", now=NOW)
    assert '<h1 id="target">mine</h1>' in file.read_text()
    assert "policy-changed" not in file.read_text()
    write_page(file, [], runbook_url="", now=NOW)
    assert "No verification has been recorded" in file.read_text()


def test_a_page_that_cannot_be_written_leaves_the_old_one_and_no_rest(tmp_path: Path) -> None:
    (tmp_path / "page.html").mkdir()
    with pytest.raises(PageNotWritten, match=r"page\.html was not written: "):
        write_page(tmp_path / "page.html", named("a"), runbook_url="", now=NOW)
    assert [file.name for file in tmp_path.iterdir()] == ["page.html"]
    (tmp_path / "file").touch()
    with pytest.raises(PageNotWritten, match="was not written"):
        write_page(tmp_path / "file" / "page.html", named("a"), runbook_url="", now=NOW)
