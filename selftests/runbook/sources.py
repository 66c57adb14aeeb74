"""Sources like the sample, on a server of their own, and what a backup job makes of them."""

from __future__ import annotations

import itertools
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from psycopg import sql

from migrations import migrate
from reference.reference import document, write_document
from reference.taking import Wanted, take
from restoring.server import Server


@dataclass
class Sources:
    """`host` holds the sources and the logs; `folder` is everybody's temporary folder."""

    host: Server
    folder: Path
    _numbers: Iterator[int] = field(default_factory=itertools.count)
    _databases: list[str] = field(default_factory=list)
    _roles: list[str] = field(default_factory=list)
    _folders: list[Path] = field(default_factory=list)

    @property
    def bin(self) -> Path:
        return self.host.programs.bin

    def database(self, statements: str = "", template: str = "sample") -> str:
        """The name of a new database, by default one like the sample, changed by SQL as its owner."""
        name = f"app_{next(self._numbers)}"
        create = sql.SQL("CREATE DATABASE {} TEMPLATE {} OWNER postgres")
        with self.host.connect("postgres") as admin:
            admin.execute(create.format(sql.Identifier(name), sql.Identifier(template)))
        self._databases.append(name)
        self.execute(name, statements)
        return name

    def make_role(self, name: str) -> None:
        """A role that may log in, for as long as the test lasts."""
        self._roles.append(name)
        self.host.create_login(name)

    def execute(self, database: str, statements: str) -> None:
        """Runs SQL as the owner; RESET ROLE in it makes the rest the superuser's."""
        with self.host.connect(database) as admin:
            admin.execute("SET ROLE postgres; SET search_path = public, pg_catalog")
            admin.execute(statements.encode())

    def log(self) -> str:
        """The DSN of a new, empty log."""
        dsn = self.host.dsn(self.database(template="template0"))
        migrate(dsn)
        return dsn

    def dump(self, database: str, *options: str, name: str = "nightly.dump") -> Path:
        """What pg_dump writes of a database: a custom archive, unless the options say otherwise."""
        path = self.path(name)
        self.run("pg_dump", *(options or ("--format=custom",)), f"--file={path}", f"--dbname={database}")
        return path

    def dump_all(self, database: str) -> Path:
        """What pg_dumpall writes of the roles and of this database alone."""
        with self.host.connect("postgres") as admin:
            names = [name for (name,) in admin.execute("SELECT datname FROM pg_database").fetchall()]
        path = self.path("nightly.sql")
        others = [f"--exclude-database={name}" for name in names if name != database]
        self.run("pg_dumpall", *others, f"--file={path}")
        return path

    def run(self, program: str, *options: str) -> None:
        """Runs a program of PostgreSQL's on the host."""
        where = [f"--host={self.host.socket_folder}", f"--username={self.host.admin}"]
        environment = os.environ | {"PGPASSWORD": self.host.password}
        command = [str(self.bin / program), *where, *options]
        subprocess.run(command, check=True, capture_output=True, env=environment)

    def path(self, name: str) -> Path:
        """A path of this name in a new folder, into which other users can look."""
        folder = Path(tempfile.mkdtemp(dir=self.folder))
        folder.chmod(0o755)
        self._folders.append(folder)
        return folder / name

    def write(self, name: str, content: str | bytes) -> Path:
        """A new file."""
        path = self.path(name)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    def reference(self, database: str = "sample") -> Path:
        """The reference of a database; that of the sample is taken once."""
        path = self.folder / f"{database}.reference.json"
        if not path.exists():
            write_document(document(take(Wanted(self.host.dsn(database)), lambda line: None)), path)
        return path

    def keep(self) -> None:
        """Leaves what has been made until now to the whole session."""
        for made in (self._databases, self._roles, self._folders):
            made.clear()

    def clear(self) -> None:
        """Takes away what a test made."""
        with self.host.connect("postgres") as admin:
            for name in self._databases:
                admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))
            for name in self._roles:
                admin.execute(sql.SQL("DROP ROLE {}").format(sql.Identifier(name)))
        for folder in self._folders:
            shutil.rmtree(folder, ignore_errors=True)
        self.keep()
