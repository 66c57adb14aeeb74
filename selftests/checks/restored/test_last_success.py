"""test_like_last_success: what has gone since the last success is found, what has grown is not."""

from collections.abc import Callable
from typing import Any

import psycopg
import pytest

from judging.catalogue import shape_found
from reporting.earlier import Earlier
from restoring.facts import RestoredFacts

CHECK = "test_like_last_success"
PROTECTION = "protection-changed-since-success"

TABLE = """
CREATE TABLE t AS SELECT generate_series(1, 200) AS id;
ALTER TABLE t ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON t USING (id = 1);
CREATE INDEX i ON t (id);
ANALYZE t
"""


@pytest.fixture
def after(
    postgresql: psycopg.Connection, facts: RestoredFacts, look: Callable[..., Any]
) -> Callable[[str], Any]:
    """Looks after a change, with the shape before it as the earlier one."""
    postgresql.execute(TABLE)
    earlier = Earlier("2026-01-01T05:00:00+00:00", shape_found(postgresql, facts))
    postgresql.commit()

    def after(change: str) -> Any:
        postgresql.execute(change.encode())
        postgresql.execute("ANALYZE")
        postgresql.commit()
        return look(earlier=earlier)

    return after


@pytest.mark.parametrize(
    "change", ["SELECT 1", "CREATE TABLE more (id int)", "DELETE FROM t WHERE id > 100"]
)
def test_the_usual_passes(after: Callable[[str], Any], change: str) -> None:
    looked = after(change)
    assert looked.message is None
    assert looked.details["compared with"] == "the verification of 2026-01-01T05:00:00+00:00"


@pytest.mark.parametrize(
    ("change", "told", "kind"),
    [
        ("DELETE FROM t WHERE id > 99", "public.t: 99 rows, 200 then", "rows-fell-since-success"),
        ("DROP INDEX i", "index public.i: gone", "changed-since-success"),
        ("DROP POLICY own ON t", "policy public.t.own: gone", PROTECTION),
        ("ALTER POLICY own ON t USING (true)", "policy public.t.own: changed", PROTECTION),
        ("ALTER TABLE t DISABLE ROW LEVEL SECURITY", "row security public.t: gone", PROTECTION),
        ("GRANT SELECT ON t TO PUBLIC", "grant table public.t to PUBLIC: new", PROTECTION),
    ],
)
def test_what_should_make_somebody_look_is_found(
    after: Callable[[str], Any], change: str, told: str, kind: str
) -> None:
    looked = after(change)
    assert looked.kinds == [kind]
    assert looked.details["changes"] == [told]
    assert looked.message == (
        f"changes since the verification of 2026-01-01T05:00:00+00:00: 1, expected 0; {told}"
    )
