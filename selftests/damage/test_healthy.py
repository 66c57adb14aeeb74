"""No healthy backup raises a false alarm, and each was compared with its reference."""

from __future__ import annotations

import pytest

from selftests.damage.bench import OF_THE_REFERENCE, Bench
from selftests.damage.healthy import HEALTHY
from selftests.damage.healthy_variant import Variant
from settings import HOME


@pytest.mark.parametrize("variant", [pytest.param(each, id=each.name) for each in HEALTHY])
def test_a_healthy_backup_ends_in_success(variant: Variant, bench: Bench) -> None:
    backup = variant.make(bench)
    verified = bench.verify(backup, *variant.options, expectations=variant.expectations)
    unhappy = {name: check.message for name, check in verified.checks.items() if check.outcome != "passed"}
    assert (verified.exit_code, verified.status, unhappy) == (0, "success", {}), verified.output
    assert set(OF_THE_REFERENCE) <= set(verified.checks)


def test_the_variants_are_many_and_each_has_its_own_name() -> None:
    names = {variant.name for variant in HEALTHY}
    assert len(names) == len(HEALTHY) >= 40
    assert f"- {len(HEALTHY)} healthy and odd backups raise no alarm" in (HOME / "README.md").read_text()
