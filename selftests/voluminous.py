"""A backup that takes its time to restore by its volume alone: a plain dump of tables of numbers."""

from collections.abc import Sequence
from pathlib import Path

EXPECTED = """\
[database]
min_size_mb = 1
[tables.{}]
row_security = false
reason = "numbers of a selftest"
"""
_AT_ONCE = 100_000


def write_backup(folder: Path, tables: Sequence[str], rows: int) -> tuple[Path, Path]:
    """Writes a dump of these tables, of so many rows of some 70 bytes each, and what is expected of it."""
    backup, expectations = folder / "voluminous.sql", folder / "voluminous.toml"
    expectations.write_text(EXPECTED.format(tables[0]))
    with backup.open("w") as file:
        file.write("--\n-- PostgreSQL database dump\n--\n\n")
        for name in tables:
            file.write(f"CREATE TABLE public.{name} (a int, b text, c text);\n")
        for name in tables:
            file.write(f"COPY public.{name} (a, b, c) FROM stdin;\n")
            for begin in range(0, rows, _AT_ONCE):
                file.writelines(map(_row, range(begin, min(begin + _AT_ONCE, rows))))
            file.write("\\.\n")
        for name in tables:
            file.write(f"CREATE INDEX {name}_b ON public.{name} USING btree (b);\n")
        file.write("--\n-- PostgreSQL database dump complete\n--\n")
    return backup, expectations


def _row(number: int) -> str:
    return f"{number}\t{number * 7919 % 1_000_003:032d}\t{number * 104_729 % 999_983:032d}\n"
