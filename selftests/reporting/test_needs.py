"""What a check needs: absent where it has nothing to look at, and said so unless it goes without saying."""

from dataclasses import replace
from pathlib import Path

import pytest

from expectations import Call, Exclusion, Expectations, Table, Tenancy
from reporting.needs import NEEDS, met, unmet
from settings import Settings

BARE = Expectations(Path("expectations.toml"), (Table("public", "orders"),))
BACKUP = Settings(backup=Path("a.dump"))


def test_a_backup_alone_meets_one_need() -> None:
    assert met(BACKUP, BARE, reference=False, side_by_side=False) == {"backup"}
    assert met(Settings(sample="whole"), BARE, reference=False, side_by_side=False) == {"backup"}


def test_a_live_database_meets_none() -> None:
    assert met(Settings(database_url="host=h"), BARE, reference=False, side_by_side=False) == set()


@pytest.mark.parametrize(
    ("change", "need"),
    [
        ({"tenancy": Tenancy("SELECT 1", {"public.orders": "org"})}, "tenancy"),
        ({"calls": (Call("SELECT 1"),)}, "calls"),
        ({"tables": (Table("public", "orders", newest_column="at"),)}, "newest"),
        ({"max_restore_minutes": 1.0}, "recovery time"),
    ],
)
def test_expectations_meet_a_need_each(change: dict[str, object], need: str) -> None:
    assert met(BACKUP, replace(BARE, **change), reference=False, side_by_side=False) == {"backup", need}  # type: ignore[arg-type]


def test_without_privileges_nobody_can_act_as_a_tenant_of_a_backup() -> None:
    tenancy = Tenancy("SELECT 1", {"public.orders": "org"})
    bare = replace(BARE, tenancy=tenancy, excluded=(Exclusion("privileges", "as documented"),))
    assert met(BACKUP, bare, reference=False, side_by_side=False) == {"backup"}
    assert met(Settings(database_url="host=h"), bare, reference=False, side_by_side=False) == {"tenancy"}


def test_a_reference_meets_its_need() -> None:
    assert met(BACKUP, BARE, reference=True, side_by_side=False) == {"backup", "reference"}


def test_every_need_can_be_met() -> None:
    full = replace(
        BARE,
        tenancy=Tenancy("SELECT 1", {"public.orders": "org"}),
        calls=(Call("SELECT 1"),),
        tables=(Table("public", "orders", newest_column="at"),),
        max_restore_minutes=1.0,
    )
    log = replace(BACKUP, log_database_url="host=log")
    with_reference, without = (
        met(log, full, reference=True, side_by_side=False),
        met(log, full, reference=False, side_by_side=False),
    )
    assert with_reference | without == NEEDS.keys()
    assert with_reference & without == NEEDS.keys() - {"reference", "earlier"}


def test_what_goes_without_saying_is_not_said() -> None:
    assert unmet(["backup", "reference"], set()) == ["backup"]
    assert unmet(["backup", "reference"], {"backup"}) == ["reference"]
    assert unmet(["backup", "reference"], {"backup", "reference"}) == []
