"""Foreign data and publications: they arrive as data, and nothing is ever reached by them."""

from typing import TYPE_CHECKING

import psycopg
from psycopg import sql

if TYPE_CHECKING:
    from restoring.stage import Stage

_ABSENT_WRAPPER = "absent"
_WITHOUT_HANDLER = "it is without its handler, so it reaches nothing"


def ensure_server(stage: "Stage", database: str, name: str) -> None:
    """Makes a foreign server that a backup of single schemas has tables of and does not bring."""
    with stage.server.connect(database) as admin:
        if admin.execute("SELECT FROM pg_foreign_server WHERE srvname = %s", (name,)).rowcount:
            return
    ensure_wrapper(stage, database, _ABSENT_WRAPPER)
    create = sql.SQL("CREATE SERVER {} FOREIGN DATA WRAPPER {}")
    with stage.server.connect(database, stage.loader) as loader:
        loader.execute(create.format(sql.Identifier(name), sql.Identifier(_ABSENT_WRAPPER)))
    stage.omit(f"foreign server {name}", "not in the backup, which brings tables of it")


def ensure_wrapper(stage: "Stage", database: str, name: str) -> None:
    """Lets the loader define servers of a wrapper; one that is not there is made without a handler."""
    wrapper, loader = sql.Identifier(name), sql.Identifier(stage.loader)
    grant = "GRANT USAGE ON FOREIGN DATA WRAPPER {} TO {} WITH GRANT OPTION"
    with stage.server.connect(database) as admin:
        found = admin.execute("SELECT FROM pg_foreign_data_wrapper WHERE fdwname = %s", (name,))
        if found.fetchone() is None:
            admin.execute(sql.SQL("CREATE FOREIGN DATA WRAPPER {}").format(wrapper))
            stage.omit(f"foreign data wrapper {name}", _WITHOUT_HANDLER)
        admin.execute(sql.SQL(grant).format(wrapper, loader))


def ensure_publication(stage: "Stage", database: str, name: str) -> None:
    """Makes an empty publication that a backup adds tables to and does not create."""
    with stage.server.connect(database, stage.loader) as loader:
        loader.execute(sql.SQL("CREATE PUBLICATION {}").format(sql.Identifier(name)))
    stage.omit(f"options of publication {name}", "its definition stays with the platform")


def silence_wrappers(stage: "Stage", admin: psycopg.Connection) -> None:
    """Foreign servers arrive as data: without a handler none is ever connected to."""
    reaching = "SELECT fdwname FROM pg_foreign_data_wrapper WHERE fdwhandler <> 0"
    for (name,) in admin.execute(reaching).fetchall():
        admin.execute(sql.SQL("ALTER FOREIGN DATA WRAPPER {} NO HANDLER").format(sql.Identifier(name)))
        stage.omit(f"foreign data wrapper {name}", _WITHOUT_HANDLER)
