"""What was found and does not count for now, by the word of the expectations; pure."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date

from expectations import Exemption
from reporting.verification import CheckResult, Exempted, FindingResult

RAISED = "check-raised"
GENERIC = "check-failed"
"""The kind of a finding that says none: one of a check of the user's own."""


def weighed(
    findings: Iterable[str], check: str, exemptions: Sequence[Exemption], day: date
) -> list[FindingResult]:
    """Each finding with its kind, and with the exemption that covers it on this day."""
    fitting = [each for each in exemptions if each.lasts(day) and (each.finding or each.object)]
    return [_weighed(finding, _plain(check), fitting) for finding in findings]


def counting(findings: Iterable[FindingResult]) -> list[FindingResult]:
    """Those that no exemption covers."""
    return [finding for finding in findings if finding.exempted is None]


def exempted_as_a_whole(result: CheckResult, exemptions: Sequence[Exemption], day: date) -> CheckResult:
    """The result, marked where its check is exempted; only what failed is, never what
    has not run or could not judge.
    """
    raised = any(finding.kind == RAISED for finding in result.findings)
    if result.outcome != "failed" or raised:
        return result
    name = _plain(result.name)
    for each in exemptions:
        if each.check == name and each.object is None and each.lasts(day):
            return replace(result, exempted=_exempted(each))
    return result


def _weighed(finding: str, check: str, exemptions: Iterable[Exemption]) -> FindingResult:
    kind, text = getattr(finding, "kind", GENERIC), str(finding)
    covering = (_exempted(each) for each in exemptions if each.covers(check, kind, text))
    return FindingResult(kind, text, next(covering, None))


def _exempted(exemption: Exemption) -> Exempted:
    return Exempted(exemption.reason, exemption.until.isoformat())


def _plain(check: str) -> str:
    """The name without parameters."""
    return check.split("[", 1)[0]
