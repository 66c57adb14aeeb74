"""Who the tenants are, told from the policies of tables whose every policy is of one simple form."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import psycopg
from psycopg import sql

_UID = re.compile(r"\( SELECT auth\.uid\(\) AS uid\)")
_NAME = r'(?:\w+|"(?:[^"]|"")+")'
_BY_USER = re.compile(rf"\((?P<column>{_NAME}) = auth\.uid\(\)\)|\(auth\.uid\(\) = (?P<other>{_NAME})\)")
_BY_MEMBERSHIP = re.compile(
    rf"\((?P<column>{_NAME}) IN \( SELECT (?P<alias>{_NAME})\.(?P<tenant>{_NAME})\s+"
    rf"FROM (?P<table>{_NAME}(?:\.{_NAME})?)(?: (?:AS )?{_NAME})?\s+"
    rf"WHERE \((?P=alias)\.(?P<user>{_NAME}) = auth\.uid\(\)\)\)\)"
)
_BY_SETTING = re.compile(
    rf"\((?:\((?P<cast>{_NAME})\)::text|(?P<column>{_NAME})) = "
    r"\(?current_setting\('(?P<setting>[\w.]+)'::text(?:, true)?\)\)?(?:::\w+)?\)"
)
# The names are as the catalogue quotes them.
_QUERY = "SELECT DISTINCT {tenant}::text, {claims} FROM {place} WHERE {tenant} IS NOT NULL"
_EXISTS = (
    "SELECT count(*) FROM (SELECT DISTINCT t.tenant::text FROM ({}) AS t (tenant, claims) LIMIT 2) AS two"
)


class Table(Protocol):
    """What has to be known of a table."""

    @property
    def full_name(self) -> str: ...
    @property
    def schema(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def policies(self) -> Sequence[Mapping[str, Any]]: ...
    @property
    def readers(self) -> Sequence[str]: ...


@dataclass(frozen=True)
class Told:
    """A [tenancy] for the expectations; `tables` are pairs of `schema.table` and column."""

    tenants: str
    role: str
    anonymous_role: str
    claims_setting: str
    tables: tuple[tuple[str, str], ...]
    source: str


@dataclass(frozen=True)
class _Reading:
    """What one table's policies say: where its tenants come from, and which column names them."""

    table: Table
    column: str
    setting: str
    tenants: str
    role: str


def told_tenancy(connection: psycopg.Connection, tables: Sequence[Table]) -> Told | None:
    """None where no table's policies are understood, or fewer than two tenants are there."""
    readings = [reading for table in tables for reading in _readings(connection, table)]
    groups: dict[tuple[str, str], list[_Reading]] = {}
    for reading in readings:
        groups.setdefault((reading.setting, reading.role), []).append(reading)
    for (setting, role), group in sorted(groups.items(), key=lambda item: -len(item[1])):
        first = group[0]
        alike = [one for one in group if one.tenants == first.tenants]
        if _two_of(connection, first.tenants):
            named = tuple((one.table.full_name, one.column) for one in alike)
            stranger = "anon" if role == "authenticated" else ""
            return Told(first.tenants, role, stranger, setting, named, f"the policies of {named[0][0]}")
    return None


def _readings(connection: psycopg.Connection, table: Table) -> Iterator[_Reading]:
    """One where each policy that lets tenants read is of the same form, else none."""
    texts = {
        _UID.sub("auth.uid()", policy["using"] or "")
        for policy in table.policies
        if policy["permissive"] and policy["command"] in ("r", "*") and _is_for(policy, table)
    }
    if len(texts) == 1 and table.readers and all(policy["permissive"] for policy in table.policies):
        place = sql.Identifier(table.schema, table.name).as_string(connection)
        yield from _read(texts.pop(), table, place)


def _is_for(policy: Mapping[str, Any], table: Table) -> bool:
    return not policy["roles"] or bool(set(policy["roles"]) & set(table.readers))


def _read(text: str, table: Table, place: str) -> Iterator[_Reading]:
    role = table.readers[0]
    web = "request.jwt.claims"
    if found := _BY_USER.fullmatch(text):
        column = found["column"] or found["other"]
        yield _Reading(table, _plain(column), web, _claimed(column, column, place, role), role)
    elif found := _BY_MEMBERSHIP.fullmatch(text):
        query = _claimed(found["tenant"], found["user"], found["table"], role)
        yield _Reading(table, _plain(found["column"]), web, query, role)
    elif found := _BY_SETTING.fullmatch(text):
        column = found["column"] or found["cast"]
        query = _QUERY.format(tenant=column, claims=f"{column}::text", place=place)
        yield _Reading(table, _plain(column), found["setting"], query, role)


def _claimed(tenant: str, user: str, place: str, role: str) -> str:
    claims = f"jsonb_build_object('sub', {user}, 'role', '{role}')"
    return _QUERY.format(tenant=tenant, claims=claims, place=place)


def _plain(name: str) -> str:
    return name[1:-1].replace('""', '"') if name.startswith('"') else name


def _two_of(connection: psycopg.Connection, tenants: str) -> bool:
    try:
        with connection.transaction():
            row = connection.execute(_EXISTS.format(tenants).encode()).fetchone()
    except psycopg.Error:
        return False
    return row == (2,)
