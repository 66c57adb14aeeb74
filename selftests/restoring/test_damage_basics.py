"""A damaged backup is never green, whatever its format and wherever it is cut."""

import gzip
import shutil
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from restoring.errors import BackupBad
from restoring.restored import Restored

Dump = Callable[..., Path]
Restore = Callable[..., AbstractContextManager[Restored]]


@pytest.mark.parametrize("kept", [0.5, 0.995])
def test_a_cut_custom_archive_is_bad(
    small: str, dump: Dump, restoring: Restore, tmp_path: Path, kept: float
) -> None:
    whole = dump(small, "-Fc").read_bytes()
    path = tmp_path / "cut.dump"
    path.write_bytes(whole[: int(len(whole) * kept)])
    with pytest.raises(BackupBad, match="cut"), restoring(path):
        pass


@pytest.mark.parametrize("around", [lambda content: content, gzip.compress], ids=["bare", "gzip"])
def test_a_cut_tar_archive_is_bad_at_once(
    small: str, dump: Dump, restoring: Restore, tmp_path: Path, around: Callable[[bytes], bytes]
) -> None:
    """pg_restore reads on in it for ever."""
    whole = dump(small, "-Ft").read_bytes()
    path = tmp_path / "cut.tar"
    path.write_bytes(around(whole[: len(whole) // 2]))
    with pytest.raises(BackupBad, match="the tar archive ends before its end"), restoring(path, seconds=20):
        pass


def test_a_directory_with_a_file_cut_between_rows_is_bad(
    small: str, dump: Dump, restoring: Restore, tmp_path: Path
) -> None:
    folder = shutil.copytree(dump(small, "-Fd", "-Z0"), tmp_path / "copy")
    path = max(Path(folder).glob("*.dat"), key=lambda path: path.stat().st_size)
    path.write_bytes(path.read_bytes()[: path.read_bytes().index(b"\n", 20_000) + 1])
    with (
        pytest.raises(BackupBad, match="the rows of public.b do not come to their end"),
        restoring(Path(folder)),
    ):
        pass


@pytest.mark.parametrize("marker", ["-- Name: b b_pkey", "-- PostgreSQL database dump complete"])
def test_a_plain_dump_cut_between_statements_is_bad(
    small: str, dump: Dump, restoring: Restore, tmp_path: Path, marker: str
) -> None:
    text = dump(small).read_text()
    path = tmp_path / "cut.sql"
    path.write_text(text[: text.index(marker)])
    with (
        pytest.raises(
            BackupBad,
            match="ends without the trailer line",
            check=lambda error: error.kind == "backup-cut-short",
        ),
        restoring(path),
    ):
        pass


def test_two_dumps_in_one_file_are_a_loss(
    small: str, dump: Dump, restoring: Restore, tmp_path: Path
) -> None:
    path = tmp_path / "twice.sql"
    path.write_text(dump(small).read_text() * 2)
    with restoring(path) as restored:
        assert 'relation "a" already exists' in str(restored.loss)


def test_a_transaction_that_is_never_committed_is_a_loss(restoring: Restore, tmp_path: Path) -> None:
    path = tmp_path / "open.sql"
    path.write_text(
        "-- PostgreSQL database dump\nCREATE TABLE public.t (i int);\n"
        "BEGIN;\nINSERT INTO public.t VALUES (1);\n-- PostgreSQL database dump complete\n"
    )
    with restoring(path) as restored:
        assert "never committed" in str(restored.loss)


def test_thousands_of_errors_become_one_sentence_without_values(restoring: Restore, tmp_path: Path) -> None:
    lines = "".join(f"INSERT INTO public.t VALUES ('canary{number}');\n" for number in range(5000))
    path = tmp_path / "errors.sql"
    path.write_text(
        f"-- PostgreSQL database dump\nCREATE TABLE public.t (i int);\n{lines}"
        "-- PostgreSQL database dump complete\n"
    )
    with restoring(path) as restored:
        assert restored.loss is not None
    assert "5000 INSERT INTO" in restored.loss
    assert "and 4997 more" in restored.loss
    assert "canary" not in restored.loss
    assert len(restored.loss) < 700
