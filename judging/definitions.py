"""Which differences of definitions are the backup's fault, and which nobody could have avoided here.

What is not its fault is *not verified*: it is told, with the reason, and never taken for equal.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field

from expectations import Exclusion
from judging.findings import Finding
from judging.wording import Gap
from reference.definitions import OF_THE_SERVER
from reference.differences import Difference
from restoring.facts import RestoredFacts

_ROLE_KINDS = frozenset({"role", "membership", "role setting"})
_KINDS_OF_WORDS = {
    "privileges": frozenset({"grant", "default privileges"}),
    "owners": frozenset({"owner", "large objects"}),
    "comments": frozenset({"comment"}),
    "publications": frozenset(
        {"publication", "publication table", "publication schema", "publication filter"}
    ),
    "subscriptions": frozenset({"subscription"}),
}
_FINDINGS = {
    "row security": ("row-security-changed", "row-security-changed", "row-security-changed"),
    "policy": ("policy-lost", "policy-changed", "policy-changed"),
    "grant": ("grant-lost", "grant-changed", "grant-changed"),
    "default privileges": ("grant-lost", "grant-changed", "grant-changed"),
    "owner": ("owner-changed", "owner-changed", "owner-changed"),
    "function": ("function-changed", "function-changed", "definition-added"),
    "procedure": ("function-changed", "function-changed", "definition-added"),
    "aggregate": ("function-changed", "function-changed", "definition-added"),
    "column": ("column-changed", "column-changed", "column-changed"),
    "column order": ("column-changed", "column-changed", "column-changed"),
    "constraint": ("constraint-lost", "constraint-lost", "definition-added"),
    "domain constraint": ("constraint-lost", "constraint-lost", "definition-added"),
    "trigger": ("constraint-lost", "constraint-lost", "definition-added"),
    "foreign key trigger": ("constraint-lost", "constraint-lost", "definition-added"),
    "rule": ("constraint-lost", "constraint-lost", "definition-added"),
    **dict.fromkeys(_ROLE_KINDS, ("role-changed", "role-changed", "role-changed")),
}
"""The kinds of findings that a definition makes that is missing, changed or extra."""
_OTHERWISE = ("definition-missing", "definition-changed", "definition-added")
_CHANGES = ("missing", "changed", "extra")
_CREATES = re.compile(r"^(create|alter) (or replace )?(trusted )?", re.IGNORECASE)
_WORDS = re.compile(r'[^\s().,:"]+')
_FILLERS = frozenset({"on", "only", "unique", "concurrently", "constraint", "add", "alter", "tables", "in"})
_SCHEMA = re.compile(
    r'schema (?P<schema>"[^"]+"|\S+)|(?:[a-z]+ )*?(?P<qualifier>"(?:[^"]|"")+"|[^\s."]+)\.'
)
_VALID_UNTIL = re.compile(r" ?VALID UNTIL '[^']*'")
_NOT_GIVEN = "it is a role of the server itself, or how long it is valid"
_OF_A_DATABASE = "a backup of one database does not carry it"


@dataclass
class Sifted:
    """`findings` are the backup's; `gaps` what could not be compared, many under one line."""

    findings: list[Difference] = field(default_factory=list)
    gaps: list[Gap] = field(default_factory=list)

    @property
    def counts(self) -> dict[str, int]:
        """How many findings of each kind, such as "policy missing"."""
        return dict(Counter(f"{each.kind} {each.change}" for each in self.findings))


def finding(difference: Difference) -> Finding:
    """That a definition differs."""
    kinds = _FINDINGS.get(difference.kind, _OTHERWISE)
    words = f"{difference.change}: {difference.kind} {difference.identity}"
    return Finding(kinds[_CHANGES.index(difference.change)], words)


def counting(differences: Iterable[Difference], findings: Sequence[str]) -> list[Difference]:
    """Those of the differences whose findings these are."""
    counted = set(findings)
    return [difference for difference in differences if finding(difference) in counted]


def sift(
    differences: Iterable[Difference], restored: RestoredFacts, excluded: Sequence[Exclusion]
) -> Sifted:
    """Parts what the backup lost or changed from what a throw-away server cannot show."""
    excuses = (_of_the_server(restored), _prepared(restored), _left_out(restored), _excluded(excluded))
    sifted = Sifted()
    excused: defaultdict[str, list[Difference]] = defaultdict(list)
    for difference in differences:
        if _comes_with_an_extension(difference):
            continue
        why = next((why for excuse in excuses if (why := excuse(difference))), None)
        if why is None:
            sifted.findings.append(difference)
        else:
            excused[why].append(difference)
    sifted.gaps = [(_told(same), why) for why, same in excused.items()]
    return sifted


_Excuse = Callable[[Difference], str | None]


def _of_the_server(restored: RestoredFacts) -> _Excuse:
    def excuse(difference: Difference) -> str | None:
        if difference.kind not in OF_THE_SERVER:
            return None
        if not restored.carries_roles or difference.kind not in _ROLE_KINDS:
            return _OF_A_DATABASE
        return _NOT_GIVEN if _is_withheld(difference) else None

    return excuse


def _is_withheld(difference: Difference) -> bool:
    """Whether a role has become ours, or differs only in how a date or a list of names is spelt."""
    if (difference.kind, difference.change) == ("role", "extra"):
        return True
    texts = (difference.expected or "", difference.found or "")
    then, now = (_VALID_UNTIL.sub("", text).replace('"', "") for text in texts)
    return difference.kind in ("role", "role setting") and difference.change == "changed" and then == now


def _prepared(restored: RestoredFacts) -> _Excuse:
    def excuse(difference: Difference) -> str | None:
        named = [schema for schema in restored.prepared if _is_in(schema, difference)]
        return f"the backup leaves schema {named[0]} to the platform; it was prepared" if named else None

    return excuse


def _left_out(restored: RestoredFacts) -> _Excuse:
    entries = [(_CREATES.sub("", what).lower(), why) for what, why in restored.left_out]

    def excuse(difference: Difference) -> str | None:
        if difference.change == "extra":
            ours = _stands_in(difference, restored.standing_in)
            return "it belongs to what stands in for an extension" if ours else None
        named = [
            difference.identity.lower(),
            f"{difference.kind.removeprefix('window ')} {difference.identity}",
        ]
        spoken_of = (why for what, why in entries for told in named if _speaks_of(what, told.lower()))
        return next(spoken_of, None)

    return excuse


def _excluded(excluded: Sequence[Exclusion]) -> _Excuse:
    def excuse(difference: Difference) -> str | None:
        for exclusion in excluded:
            if _is_of_kind(exclusion.object, difference):
                return f"excluded by the expectations: {exclusion.reason}"
            if difference.change == "missing" and not exclusion.rows_only and _names(exclusion, difference):
                return f"excluded by the expectations: {exclusion.reason}"
        return None

    return excuse


def _is_of_kind(word: str, difference: Difference) -> bool:
    """Whether a difference is of a kind such as `publications`, or the owner of, or words on, one."""
    kinds = _KINDS_OF_WORDS.get(word, frozenset())
    belongs = difference.kind in ("owner", "comment") and bool(kinds)
    return difference.kind in kinds or (belongs and difference.identity.startswith(f"{word[:-1]} "))


def excluded_contents(label: str, excluded: Sequence[Exclusion]) -> str | None:
    """Why a table's rows are not expected; the label is schema.table."""
    for exclusion in excluded:
        schema = exclusion.object.removesuffix("*")
        if exclusion.object == label or (schema != exclusion.object and label.startswith(schema)):
            return f"excluded by the expectations: {exclusion.reason}"
    return None


def _names(exclusion: Exclusion, difference: Difference) -> bool:
    if exclusion.object.endswith(".*"):
        return _is_in(exclusion.object.removesuffix(".*"), difference)
    pattern = rf"(^|[\s(.]){re.escape(exclusion.object)}($|[\s().,])"
    return re.search(pattern, difference.identity) is not None


def _is_in(schema: str, difference: Difference) -> bool:
    """Whether something is a schema, is in it, or is said of either, as a grant is."""
    if difference.kind == "schema" and difference.identity == schema:
        return True
    if difference.kind == "default privileges":
        return f" in {schema} on " in difference.identity.replace('"', "")
    found = _SCHEMA.match(difference.identity)
    return found is not None and (found["schema"] or found["qualifier"]).strip('"') == schema


def _stands_in(difference: Difference, names: Collection[str]) -> bool:
    """Whether something that is there besides is what keeps an absent extension's data."""
    named = re.match(r"(?:[a-z ]+ )?(?:\"?[\w$]+\"?\.)?([^\s(]+)", difference.identity)
    return named is not None and named[1] in names


def _speaks_of(what: str, told: str) -> bool:
    """Whether what was left out, as `policy p on t`, is what a difference tells of, as `policy t.p`."""
    if told.startswith(what.removesuffix("s") + " "):
        return True  # all of a kind, as `security labels`
    left_out = set(_WORDS.findall(what.partition(" using ")[0])) - _FILLERS
    return len(left_out) > 1 and left_out <= set(_WORDS.findall(told))


def _comes_with_an_extension(difference: Difference) -> bool:
    return difference.kind == "comment" and difference.identity.startswith("extension ")


def _told(same: Sequence[Difference]) -> str:
    kinds = Counter(each.kind for each in same)
    counted = ", ".join(f"{count} {kind}" for kind, count in kinds.most_common())
    names = "; ".join(f"{each.change} {each.kind} {each.identity}" for each in same[:3])
    return f"definitions ({counted}): {names}" + ("; …" if len(same) > 3 else "")
