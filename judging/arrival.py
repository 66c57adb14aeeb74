"""Whether there is a database to look at, and whether all of the backup is in it."""

from collections.abc import Sequence

from database import Access
from judging.findings import Finding
from judging.wording import sentence


def lacks(access: Access) -> list[Finding]:
    """The problem that leaves nothing to look at; for want of one, each thing that the restore lost."""
    reach = access.reach
    if access.problem is not None:
        return [Finding(access.kind, access.problem)]
    if reach.loss is not None and not reach.lost:
        return [Finding("restore-lost-something", reach.loss)]
    return [Finding(kind, line) for line, kind in reach.lost.items()]


def told(access: Access, counting: Sequence[str]) -> str:
    """What counts of it: in the restore's own words where all of it does."""
    if access.problem is not None:
        return access.problem
    whole = len(counting) == len(lacks(access))
    return str(access.reach.loss) if whole else f"the restore lost {sentence(counting)}"
