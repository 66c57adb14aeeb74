"""The exit code of a run: what a scheduler or a pipeline acts upon."""

from reporting.verification import Status

OK = 0
BAD = 1
COULD_NOT_VERIFY = 10
NOT_DELIVERED = 11


def exit_code(
    status: Status,
    *,
    cannot_verify: bool = False,
    delivered: bool = True,
    fail_on_warning: bool = False,
) -> int:
    """The code of a run that came to its end; the stronger reason wins."""
    if cannot_verify:
        return COULD_NOT_VERIFY
    if status == "failure" or (status == "warning" and fail_on_warning):
        return BAD
    return OK if delivered else NOT_DELIVERED
