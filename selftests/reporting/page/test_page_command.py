"""python -m reporting.page, on a real log and on real files."""

import json
from pathlib import Path

import psycopg
import pytest
from psycopg.types.json import Jsonb

import migrations
from reporting.page.__main__ import main
from selftests.reporting.page.a_year import CHANGED, NOW, document
from selftests.reporting.page.elements import answer_of

INSERT = """
INSERT INTO public.backup_verification_log (id, verified_at, status, verification_details)
VALUES (%(id)s, %(verified_at)s, %(status)s, %(document)s)
"""


@pytest.fixture
def log(dsn: str) -> str:
    migrations.migrate(dsn)
    with psycopg.connect(dsn) as connection:
        for made in (document("a"), document("b", found=[CHANGED])):
            connection.execute(INSERT, made | {"document": Jsonb(made)})
    return dsn


def run(*arguments: str | Path, **environment: str) -> int:
    return main([str(argument) for argument in arguments], environment, NOW)


def report(folder: Path, name: str, content: object) -> Path:
    file = folder / name
    file.write_text(json.dumps(content))
    return file


def test_a_log_becomes_pages(log: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("--output", tmp_path / "site", "--days", "100000", VERIFICATION_LOG_URL=log) == 0
    assert sorted(file.name for file in (tmp_path / "site").glob("*.html")) == [
        "a.html",
        "b.html",
        "index.html",
    ]
    assert f"{tmp_path / 'site' / 'index.html'}: " in capsys.readouterr().out
    assert answer_of((tmp_path / "site" / "b.html").read_text()) == "no"


def test_one_target_of_a_log(log: str, tmp_path: Path) -> None:
    assert run("--output", tmp_path, "--days", "100000", "--log-database-url", log, "--target", "b") == 0
    assert [file.name for file in tmp_path.glob("*.html")] == ["index.html"]
    assert '<h1 id="target">b</h1>' in (tmp_path / "index.html").read_text()


def test_an_empty_log_is_said(dsn: str, tmp_path: Path) -> None:
    migrations.migrate(dsn)
    assert run("--output", tmp_path, "--log-database-url", dsn) == 0
    assert "No verification has been recorded" in (tmp_path / "index.html").read_text()


@pytest.mark.parametrize(
    "log_url", ["host=/nonexistent dbname=x", "postgresql://u:c4n4ry-pw@127.0.0.1:1/x"]
)
def test_a_log_that_cannot_be_read_is_a_sentence(
    log_url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("--output", tmp_path, "--log-database-url", log_url) == 10
    said = capsys.readouterr()
    assert len(said.err.splitlines()) == 1
    assert "c4n4ry" not in said.err
    assert list(tmp_path.iterdir()) == []


def test_a_place_that_cannot_be_written_is_a_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").touch()
    made = report(tmp_path, "report.json", {"verification": document()})
    assert run("--output", tmp_path / "file" / "site", "--report", made) == 10
    assert "was not written" in capsys.readouterr().err


def test_reports_of_runs_become_pages(tmp_path: Path) -> None:
    made = [
        report(tmp_path, f"{n}.json", {"created": 1, "verification": one})
        for n, one in enumerate([document("a"), document("b"), document("b")])
    ]
    assert run("--output", tmp_path / "site", "--report", *made, VERIFICATION_LOG_URL="unused") == 0
    assert (tmp_path / "site" / "b.html").exists()
    assert run("--output", tmp_path / "a", "--report", *made, "--target", "a") == 0
    assert '<h1 id="target">a</h1>' in (tmp_path / "a" / "index.html").read_text()


@pytest.mark.parametrize("text", ["", "[]", "{", '{"verification": null}'])
def test_a_report_that_holds_no_run_takes_the_answer_away(text: str, tmp_path: Path) -> None:
    made = report(tmp_path, "good.json", {"verification": document()})
    (tmp_path / "bad.json").write_text(text)
    assert run("--output", tmp_path, "--report", made, tmp_path / "bad.json") == 0
    assert answer_of((tmp_path / "index.html").read_text()) == "unknown"


def test_the_runbook_lies_beside_the_page_unless_an_address_is_named(tmp_path: Path) -> None:
    made = report(tmp_path, "report.json", {"verification": document(found=[CHANGED])})
    for folder, arguments in (("here", []), ("there", ["--runbook-url", "https://example.test/r"])):
        assert run("--output", tmp_path / folder, "--report", made, *arguments) == 0
    assert 'href="RUNBOOK.md#policy-changed"' in (tmp_path / "here" / "index.html").read_text()
    assert 'href="https://example.test/r#policy-changed"' in (tmp_path / "there" / "index.html").read_text()
    assert not (tmp_path / "there" / "RUNBOOK.md").exists()


def test_the_greatest_age_is_an_option(tmp_path: Path) -> None:
    made = report(tmp_path, "report.json", {"verification": document()})
    for hours, answer in (("2h", "stale"), ("4", "yes")):
        assert run("--output", tmp_path, "--report", made, "--max-age", hours) == 0
        assert answer_of((tmp_path / "index.html").read_text()) == answer


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["--output", "x"],
        ["--output", "x", "--report"],
        ["--output", "x", "--report", "y", "--log-database-url", "z"],
        ["--output", "x", "--log-database-url", "z", "--days", "0"],
        ["--output", "x", "--log-database-url", "z", "--max-age", "soon"],
        ["--outpu", "x", "--log-database-url", "z"],
        ["--output", "x", "--log-database-url", "z", "more"],
    ],
)
def test_what_is_not_understood_is_usage(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        run(*arguments)
    assert ended.value.code == 4
    assert "usage: python -m reporting.page" in capsys.readouterr().err
