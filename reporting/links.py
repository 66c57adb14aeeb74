"""Where more is to be read: the page of a verification, and the runbook's entry for a finding."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote

from reporting.exempting import GENERIC, counting
from reporting.verification import CheckResult, FindingResult

RUNBOOK = "RUNBOOK.md"
"""The file in this repository: good for whoever has it, and no link for anybody else."""

_IN_URLS = ":/?#[]@!$&'*+,;=%~"


@dataclass(frozen=True)
class Links:
    """Web addresses, or None where the user gave none."""

    page: str | None = None
    runbook: str | None = None

    @classmethod
    def given(cls, page_url: str | None, runbook_url: str | None) -> "Links":
        """Of the settings; the runbook's default is not given."""
        return cls(_clean(page_url), _clean(None if runbook_url == RUNBOOK else runbook_url))

    def of_run(self, verification_id: str) -> str | None:
        """The page, opened at this run."""
        return f"{self.page}#run-{verification_id}" if self.page else None

    def entry(self, check: CheckResult) -> str | None:
        """The runbook's entry for the first finding of a check that counts."""
        return f"{self.runbook}#{kind_of(check)}" if self.runbook else None


NONE = Links()


def kind_of(check: CheckResult) -> str:
    """The kind of what a check found first."""
    findings: Sequence[FindingResult] = counting(check.findings) or check.findings
    return findings[0].kind if findings else GENERIC


def _clean(url: str | None) -> str | None:
    """The address without what would end it in a text: spaces, brackets, what does not print."""
    return quote(url.strip(), safe=_IN_URLS).partition("#")[0] if url and url.strip() else None
