"""Policies together: commands, roles, restrictive ones, and what is granted."""

import pytest

from judging.openness import Openness
from judging.policies import Policy, closed, too_wide

ROW, ALWAYS, NEVER = Openness.BY_ROW, Openness.ALWAYS, Openness.NEVER
SESSION = Openness.BY_SESSION
BOTH = ("anon", "authenticated")


def policy(
    using: Openness | None,
    check: Openness | None = None,
    command: str = "*",
    roles: tuple[str, ...] = ("authenticated",),
    permissive: bool = True,
) -> Policy:
    return Policy("public.notes", "p", command, permissive, roles, using, check)


def narrow(using: Openness | None, **more: str | tuple[str, ...]) -> Policy:
    return policy(using, permissive=False, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("wide", "commands"),
    [
        (policy(ALWAYS), "rawd"),
        (policy(ALWAYS, command="r"), "r"),
        (policy(None, ALWAYS, "a"), "a"),
        (policy(ROW, ALWAYS, "w"), "w"),
        (policy(ALWAYS, ROW, "w"), "w"),
        (policy(ROW, ALWAYS), "aw"),
        (policy(ALWAYS, ROW), "rwd"),
        (policy(ROW), ""),
        (policy(ROW, ROW), ""),
        (policy(NEVER), ""),
        (policy(ALWAYS, roles=()), ""),
        (narrow(ALWAYS), ""),
    ],
)
def test_commands_are_named_that_reach_every_row(wide: Policy, commands: str) -> None:
    assert "".join(command for command, _, _ in too_wide(wide, [wide])) == commands


@pytest.mark.parametrize(
    ("others", "left"),
    [
        ([narrow(ROW)], ["anon"]),
        ([narrow(ROW, roles=("PUBLIC",))], []),
        ([narrow(NEVER, roles=("PUBLIC",))], []),
        ([narrow(ROW, roles=BOTH)], []),
        ([narrow(SESSION, roles=BOTH)], list(BOTH)),
        ([narrow(ROW, command="w", roles=BOTH)], list(BOTH)),
        ([policy(ROW, roles=BOTH)], list(BOTH)),
    ],
)
def test_a_restrictive_policy_narrows_for_its_roles_and_commands(
    others: list[Policy], left: list[str]
) -> None:
    wide = policy(ALWAYS, command="r", roles=("PUBLIC", *BOTH))
    assert [role for _, role, _ in too_wide(wide, [wide, *others])] == left


def test_policies_that_only_narrow_let_nobody_in() -> None:
    assert closed([narrow(ROW)])
    assert not closed([])
    assert not closed([narrow(NEVER)]), "shut on purpose"
    assert not closed([narrow(ROW), policy(ROW)])
