"""Whether tables hold what they held: rows, checksums, large objects and where the sequences stand."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from expectations import Exclusion
from judging.definitions import excluded_contents
from judging.findings import Finding
from judging.wording import Gap
from reference.contents import OBJECTS, Asked, Contents, Skipped, TableContents
from reference.opening import Compared
from reference.reference import Reference
from reference.sequences import Position
from reference.tables import Formula

SECONDS = 3600
TOLERANCE = 0.1
FLOOR = 100
"""A live source moves on: a tenth of its rows, or a hundred, may have come or gone since the backup."""


@dataclass
class Judged:
    """`findings` name tables and by how much they differ; `equal` counts those that are the same."""

    findings: list[Finding] = field(default_factory=list)
    gaps: list[Gap] = field(default_factory=list)
    equal: int = 0


def asked_of(reference: Reference) -> Asked:
    """What to read of a restored database: all of it, by the formulas that the reference used."""
    formulas: dict[str, Formula] = {name: table.formula for name, table in reference.tables.items()}
    if reference.large_objects is not None:
        formulas[OBJECTS] = reference.large_objects.formula
    return Asked(SECONDS, formulas=formulas)


def judge_contents(
    compared: Compared, found: Contents, excluded: Sequence[Exclusion], prepared: Collection[str]
) -> Judged:
    """Compares every table of the reference, and names what is there besides."""
    reference, judged = compared.reference, Judged()
    unread = {skipped.what: skipped.why for skipped in found.skipped}
    not_taken = {skipped.what: f"skipped by the reference: {skipped.why}" for skipped in reference.skipped}
    alike = reference.probe == found.probe
    if not (alike or compared.live):
        judged.gaps.append(("checksums", "source and server hash differently; rows are counted"))
    for name, expected in _tables(reference).items():
        why = excluded_contents(name, excluded) or _left_to_the_platform(name, prepared) or unread.get(name)
        if why is not None:
            judged.gaps.append((f"contents of {name}", why))
            continue
        _judge_table(judged, name, expected, _tables(found).get(name), alike, compared.live)
    judged.gaps += [(f"contents of {name}", why) for name, why in not_taken.items()]
    besides = set(_tables(found)) - set(_tables(reference)) - set(not_taken)
    judged.findings += list(_besides(found, sorted(besides), prepared))
    return judged


def judge_positions(
    compared: Compared,
    found: Mapping[str, Position],
    unread: Sequence[Skipped],
    downward: Collection[str],
    prepared: Collection[str],
) -> Judged:
    """Finds sequences that stand before where they stood; `downward` names those that count down."""
    judged = Judged(gaps=[(f"position of {skipped.what}", skipped.why) for skipped in unread])
    if compared.live:
        return judged
    named = {gap[0] for gap in judged.gaps}
    for name, expected in compared.reference.sequences.items():
        if f"position of {name}" in named or _left_to_the_platform(name, prepared):
            continue
        position = found.get(name)
        if position is None:
            words = f"sequence {name}: not there, expected it at {expected.last_value}"
            judged.findings.append(Finding("sequence-set-back", words))
        elif _is_behind(position, expected, name in downward):
            words = f"sequence {name}: at {position.last_value}, expected {expected.last_value} or beyond"
            judged.findings.append(Finding("sequence-set-back", words))
    return judged


def _tables(contents: Reference | Contents) -> dict[str, TableContents]:
    """The large objects count as one more table, where there are any."""
    objects = contents.large_objects
    more = {OBJECTS: objects} if objects is not None and objects.rows else {}
    return dict(contents.tables) | more


def _judge_table(
    judged: Judged, name: str, expected: TableContents, found: TableContents | None, alike: bool, live: bool
) -> None:
    finding = _table_finding(name, expected, found, alike, live)
    if finding is None:
        judged.equal += 1
    else:
        judged.findings.append(finding)


def _table_finding(
    name: str, expected: TableContents, found: TableContents | None, alike: bool, live: bool
) -> Finding | None:
    if found is None:
        return Finding("table-missing", f"{name}: not there, expected {expected.rows} rows")
    more = found.rows - expected.rows
    kind = "rows-gained" if more > 0 else "rows-lost"
    if live:
        allowed = max(FLOOR, round(expected.rows * TOLERANCE))
        far = abs(more) > allowed or (found.rows == 0 and expected.rows > 0)
        words = f"{name}: {found.rows} rows, expected {expected.rows} ± {allowed} (live)"
        return Finding(kind, words) if far else None
    if more:
        words = f"{abs(more)} {'too many' if more > 0 else 'missing'}"
        return Finding(kind, f"{name}: {found.rows} rows, expected {expected.rows} ({words})")
    if alike and found.checksum != expected.checksum:
        words = f"{name}: {found.rows} rows of other contents, expected those of the source"
        return Finding("rows-altered", words)
    return None


def _besides(found: Contents, names: Sequence[str], prepared: Collection[str]) -> Iterator[Finding]:
    for name in names:
        rows = _tables(found)[name].rows
        if rows and not _left_to_the_platform(name, prepared):
            words = f"{name}: {rows} rows, expected none: the reference does not know it"
            yield Finding("rows-gained", words)


def _left_to_the_platform(name: str, prepared: Collection[str]) -> str | None:
    schema = name.partition(".")[0]
    return f"the backup leaves schema {schema} to the platform" if schema in prepared else None


def _is_behind(found: Position, expected: Position, downward: bool) -> bool:
    if found.last_value == expected.last_value:
        return expected.is_called and not found.is_called
    return (found.last_value > expected.last_value) == downward
