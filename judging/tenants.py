"""Whether tenants see their own rows and no others', by becoming some of them."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import psycopg

from expectations import Tenancy
from judging.acting import Answer, CannotBecome, Person, act, complaint
from judging.findings import Finding
from judging.ownership import NOBODY, Place, in_order, named_tenants, places_of, rows_by_tenant
from judging.wording import Gap
from judging.writes import Aim, attempt_writes

CHOSEN = 2

_SEEN = """
SELECT count(*) FILTER (WHERE {column}::text = %s), count(*) FILTER (WHERE {column}::text <> %s)
FROM {table}
"""
_SEEN_BY_ANYBODY = "SELECT count({column}) FROM {table}"


@dataclass
class Proof:
    """What was found: what is wrong, what could not be told, and the tables for which it was told."""

    findings: list[Finding] = field(default_factory=list)
    gaps: list[Gap] = field(default_factory=list)
    proven: dict[str, dict[str, Any]] = field(default_factory=dict)

    def find(self, kind: str, place: str, what: str) -> None:
        self.findings.append(Finding(kind, f"{place}: {what}"))

    def gap(self, place: str, why: str) -> None:
        self.gaps.append((f"isolation of tenants in {place}", why))

    @property
    def nothing(self) -> str:
        """Why nothing was proven; empty where something was."""
        if self.proven or self.findings:
            return ""
        whys = "; ".join(dict.fromkeys(why for _, why in self.gaps))
        return f"nothing was proven of any table: {whys}; expected two tenants with rows in one at least"


@dataclass(frozen=True)
class Inquiry:
    """Who asks: `database` reads everything, `acting` becomes tenants and may write where it is undone."""

    database: psycopg.Connection
    acting: psycopg.Connection
    tenancy: Tenancy
    claims: Mapping[str, str]
    chosen: Sequence[str]

    @property
    def read_only(self) -> bool:
        return self.acting.execute("SHOW transaction_read_only").fetchone() == ("on",)

    def tenant(self, key: str) -> Person:
        label = f"tenant {self.chosen.index(key) + 1}"
        return Person(label, self.tenancy.role, self.tenancy.claims_setting, self.claims[key])

    @property
    def stranger(self) -> Person:
        """Comes with the claims of nobody, in the form that the tenants' have."""
        role = str(self.tenancy.anonymous_role)
        claims = json.dumps({"role": role}) if _is_object(next(iter(self.claims.values()))) else ""
        return Person(role, role, self.tenancy.claims_setting, claims)


def prove(database: psycopg.Connection, acting: psycopg.Connection, tenancy: Tenancy) -> Proof:
    """Becomes at least two tenants that own rows in each table; all that is done is undone."""
    proof = Proof()
    places = {place.name: place for place in places_of(database, tenancy)}
    for name in tenancy.tables.keys() - places.keys():
        proof.find("isolation-not-proven", name, f"not there with the column {tenancy.tables[name]}")
    try:
        claims = named_tenants(database, tenancy)
    except psycopg.Error as error:
        proof.find("isolation-not-proven", "tenancy.tenants", f"the query fails: {complaint(error)}")
        return proof
    if len(claims) < CHOSEN:
        proof.gap("every table", f"tenancy.tenants names {len(claims)} tenants with claims")
        return proof
    owned = _owned(database, places.values(), claims, tenancy.role, proof)
    inquiry = Inquiry(database, acting, tenancy, claims, in_order(owned))
    for name, rows in owned.items():
        _prove_place(inquiry, places[name], rows, proof)
    return proof


def _owned(
    database: psycopg.Connection, places: Iterable[Place], claims: Iterable[str], role: str, proof: Proof
) -> dict[str, dict[str, int]]:
    """How many rows each tenant owns, by table; only tables that two of them have rows in."""
    found: dict[str, dict[str, int]] = {}
    for place in places:
        try:
            rows = rows_by_tenant(database, place, claims)
        except psycopg.Error as error:
            proof.gap(place.name, f"its rows cannot be counted: {complaint(error)}")
            continue
        owners = len(rows.keys() - {NOBODY})
        if owners < CHOSEN:
            proof.gap(place.name, f"{owners} of the tenants that tenancy.tenants names own rows there")
        elif not place.readable:
            proof.gap(place.name, f"{role} was not granted to read it, or is not there")
        else:
            found[place.name] = rows
    return found


def _prove_place(inquiry: Inquiry, place: Place, rows: dict[str, int], proof: Proof) -> None:
    chosen = [key for key in inquiry.chosen if key in rows][:CHOSEN]
    try:
        told = [_prove_reading(inquiry, place, key, rows[key], proof) for key in chosen]
        if inquiry.tenancy.anonymous_role is not None and place.open_to_strangers:
            told.append(_prove_stranger(inquiry, place, proof))
        if all(told):
            proof.proven[place.name] = {"tenants": len(chosen), "rows": sum(rows[key] for key in chosen)}
            _prove_writes(inquiry, place, rows, chosen, proof)
    except CannotBecome as error:
        proof.gap(place.name, str(error))


def _prove_reading(inquiry: Inquiry, place: Place, key: str, own: int, proof: Proof) -> bool:
    """Whether it could be told; a live table may have grown between two counts, so it is counted again."""
    person = inquiry.tenant(key)
    answer = act(inquiry.acting, person, place.filled(_SEEN), [key, key])
    if answer.error is not None:
        return _cannot_tell(person, place, answer, proof)
    seen, others = answer.rows[0]
    if seen != own:
        again = rows_by_tenant(inquiry.database, place, [key]).get(key, 0)
        if not min(own, again) <= seen <= max(own, again):
            proof.find("tenant-misses-own", place.name, f"{person.label} sees {seen} of its {again} rows")
    if others:
        proof.find("tenant-sees-others", place.name, f"{person.label} sees {others} rows of others")
    return True


def _prove_stranger(inquiry: Inquiry, place: Place, proof: Proof) -> bool:
    person = inquiry.stranger
    answer = act(inquiry.acting, person, place.filled(_SEEN_BY_ANYBODY), [])
    if answer.too_long:
        return _cannot_tell(person, place, answer, proof)
    if answer.rows and answer.rows[0][0]:
        proof.find("stranger-sees-rows", place.name, f"{person.label} sees {answer.rows[0][0]} rows")
    return True


def _cannot_tell(person: Person, place: Place, answer: Answer, proof: Proof) -> bool:
    """A reading that may be, and ends in an error, is one that the application would end in as well."""
    assert answer.error is not None
    if answer.too_long:
        proof.gap(place.name, f"counting its rows as {person.label} takes too long")
    else:
        words = f"{person.label} cannot read it: {complaint(answer.error)}"
        proof.find("tenant-misses-own", place.name, words)
    return False


def _prove_writes(
    inquiry: Inquiry, place: Place, rows: dict[str, int], chosen: Sequence[str], proof: Proof
) -> None:
    what = f"writes for another tenant in {place.name}"
    if inquiry.read_only:
        proof.gaps.append((what, "the database is only read"))
        return
    own, other = chosen
    aim = Aim(inquiry.tenant(own), inquiry.tenant(other).label, place, own, other, rows)
    outcomes = attempt_writes(inquiry.database, inquiry.acting, aim)
    for said in outcomes.findings:
        proof.find("write-accepted", place.name, said)
    proof.gaps += [(what, why) for why in outcomes.untold]
    proof.proven[place.name]["refused"] = outcomes.refused


def _is_object(claims: str) -> bool:
    try:
        return isinstance(json.loads(claims), dict)
    except ValueError:
        return False
