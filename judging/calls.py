"""Whether a call answers what it is expected to, as the role that it is made for."""

from psycopg import Connection, Error, sql
from psycopg.pq.abc import PGresult

from expectations import Call
from judging.findings import Finding

SECONDS = 60
"""How long one call may take."""

DENIED = "42501"


def answer(connection: Connection, call: Call) -> Finding | None:
    """What is wrong with a call's answer, None where nothing is; whatever it does is undone."""
    try:
        with connection.transaction(force_rollback=True):
            _become(connection, call)
            cursor = connection.execute(call.statement.encode())
            found = _first_value(cursor.pgresult)
    except Error as error:
        words = error.diag.message_primary or type(error).__name__
        advice = ": name a role" if call.role is None and error.sqlstate == DENIED else ""
        raised = f"raises {error.sqlstate or 'an error'} ({words})"
        return Finding("call-failed", f"{_title(call)}: {raised}, expected an answer{advice}")
    if call.returns is None or found == call.returns:
        return None
    shown = "nothing" if found is None else repr(_clipped(found))
    return Finding("call-answered-otherwise", f"{_title(call)}: {shown}, expected {call.returns!r}")


def _become(connection: Connection, call: Call) -> None:
    connection.execute("SELECT pg_catalog.set_config('statement_timeout', %s, true)", [f"{SECONDS}s"])
    for name, value in call.settings.items():
        connection.execute("SELECT pg_catalog.set_config(%s, %s, true)", [name, value])
    if call.role is not None:
        connection.execute(sql.SQL("SET LOCAL ROLE {}").format(sql.Identifier(call.role)))


def _first_value(result: PGresult | None) -> str | None:
    """The first column of the first row as the server writes it; None where there is none, or NULL."""
    if result is None or not result.ntuples or not result.nfields:
        return None
    value = result.get_value(0, 0)
    return None if value is None else bytes(value).decode("utf-8", "replace")


def _title(call: Call) -> str:
    return _clipped(" ".join(call.statement.split()))


def _clipped(text: str) -> str:
    return text if len(text) <= 120 else text[:119] + "…"
