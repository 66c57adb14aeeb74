"""What tunes which check: every key of the expectations, what holds without it, and how it is written."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

_SIZE = ("test_database_size_reasonable",)
_ROWS = ("test_row_counts_reasonable",)
_EXISTING = ("test_critical_tables_exist",)
_PROTECTED = ("test_rls_policies_active",)
_NEWEST = ("test_newest_data_recent",)
_CALLED = ("test_functions_answer",)
_ISOLATED = ("test_tenants_isolated",)
_COMPARED = ("test_contents_match", "test_definitions_match", "test_restore_complete")
_OF_EACH_TABLE = ("test_database_connectivity", *_EXISTING, *_PROTECTED, *_ROWS)

EVERY = "every check"


@dataclass(frozen=True)
class Tunable:
    """A key: the section that it stands in, as it is written, what holds without it, and an example.

    A key of no name is the section itself. `checks` are those that it bears on, or `EVERY`.
    """

    section: str
    name: str
    default: str
    meaning: str
    example: str
    checks: tuple[str, ...]


_TABLE = "[tables.organizations]"
_DATABASE, _FUNCTIONS, _BACKUP = "[database]", "[functions]", "[backup]"
_CALL, _EXCLUSION, _ALLOWANCE = "[[functions.calls]]", "[[backup.excluded]]", "[[row_security.allowed]]"
_TENANCY, _COLUMNS, _EXEMPTION = "[tenancy]", "[tenancy.tables]", "[[exemptions]]"

TUNABLES: Sequence[Tunable] = (
    Tunable(
        _TABLE,
        "",
        "at least one is needed",
        'a critical table, of public or as [tables."schema.table"]; the first is asked for a row',
        "",
        _OF_EACH_TABLE,
    ),
    Tunable(_TABLE, "min_rows", "0, and 1 for public.organizations", "rows at least", "1", _ROWS),
    Tunable(_TABLE, "max_rows", "no limit", "rows at most", "10000", _ROWS),
    Tunable(
        _TABLE,
        "row_security",
        "true",
        "whether its rows are protected",
        "false",
        _PROTECTED,
    ),
    Tunable(
        _TABLE,
        "reason",
        "none",
        "why they are not: needed beside row_security = false",
        '"reference data, the same for every tenant"',
        _PROTECTED,
    ),
    Tunable(
        _TABLE, "force_row_security", "false", "whether they are so from its owner", "false", _PROTECTED
    ),
    Tunable(
        _TABLE,
        "newest_column",
        "not looked at",
        "the column whose newest value tells how recent the rows are",
        '"created_at"',
        _NEWEST,
    ),
    Tunable(_TABLE, "max_lag_hours", "26", "hours that it may lie behind the backup", "26", _NEWEST),
    Tunable(_DATABASE, "min_size_mb", "10", "MB (1024 * 1024 bytes) at least", "10", _SIZE),
    Tunable(_DATABASE, "max_size_mb", "no limit", "MB at most", "5000", _SIZE),
    Tunable(
        _DATABASE,
        "count_up_to",
        "1000000",
        "rows by the planner's estimate up to which a live table is counted",
        "1000000",
        _ROWS,
    ),
    Tunable(
        _DATABASE,
        "answer_seconds",
        "10",
        "seconds to accept a connection, and to answer",
        "10",
        ("test_database_connectivity",),
    ),
    Tunable(
        _FUNCTIONS,
        "required",
        "none",
        "functions by name, or by name and argument types",
        '["cleanup_old_webhook_logs(integer)"]',
        ("test_database_functions_exist",),
    ),
    Tunable(
        _CALL, "statement", "needed", "what is called", '"SELECT cleanup_old_webhook_logs(30)"', _CALLED
    ),
    Tunable(_CALL, "returns", "any", "its first value, as text", '"0"', _CALLED),
    Tunable(_CALL, "role", "nobody's", "as whom it is called", '"service_role"', _CALLED),
    Tunable(
        _CALL,
        "settings",
        "none",
        "what is set before",
        "{ \"request.jwt.claims\" = '{}' }",
        _CALLED,
    ),
    Tunable(
        _BACKUP,
        "max_age_hours",
        "26",
        "hours since the backup was taken, at most",
        "26",
        ("test_backup_recent",),
    ),
    Tunable(
        _BACKUP,
        "max_restore_minutes",
        "not looked at",
        "the recovery time that was promised",
        "60",
        ("test_restored_in_time",),
    ),
    Tunable(
        _EXCLUSION,
        "object",
        "nothing is left out",
        'what the backup leaves out on purpose: "schema.table", "schema.*", privileges, owners, …',
        '"public.webhook_logs"',
        (*_COMPARED, *_ISOLATED),
    ),
    Tunable(_EXCLUSION, "rows_only", "false", "whether only its rows", "true", _COMPARED),
    Tunable(_EXCLUSION, "reason", "needed", "why", '"of no worth after a day"', (*_COMPARED, *_ISOLATED)),
    Tunable(
        _ALLOWANCE,
        "object",
        "nothing is allowed",
        "a policy, view, function or role that is meant to let more than one tenant's rows through",
        '"public.plans.Everybody sees the prices"',
        _PROTECTED,
    ),
    Tunable(_ALLOWANCE, "reason", "needed", "why", '"a public price list"', _PROTECTED),
    Tunable(
        _TENANCY,
        "tenants",
        "needed",
        "a query of two columns: the tenant, and the claims of one of its members",
        "\"SELECT organization_id::text, json_build_object('sub', id)::text FROM public.profiles\"",
        _ISOLATED,
    ),
    Tunable(_TENANCY, "role", '"authenticated"', "as whom a tenant acts", '"authenticated"', _ISOLATED),
    Tunable(
        _TENANCY,
        "anonymous_role",
        '"anon"',
        'who must see nothing; "" where there is none',
        '"anon"',
        _ISOLATED,
    ),
    Tunable(
        _TENANCY,
        "claims_setting",
        '"request.jwt.claims"',
        "the setting that takes the claims",
        '"request.jwt.claims"',
        _ISOLATED,
    ),
    Tunable(
        _COLUMNS,
        "TABLE",
        "at least one is needed",
        "the column that says whose a row is",
        '"organization_id"',
        _ISOLATED,
    ),
    Tunable(_EXEMPTION, "check", "this, or finding", "what does not count for now", "", (EVERY,)),
    Tunable(_EXEMPTION, "finding", "this, or check", "a kind of finding, see below", "", (EVERY,)),
    Tunable(_EXEMPTION, "object", "all", "only findings about this", '"public.contacts"', (EVERY,)),
    Tunable(_EXEMPTION, "reason", "needed", "why", '"an import that is going to be undone"', (EVERY,)),
    Tunable(_EXEMPTION, "until", "needed", "the last day (UTC)", "2099-12-31", (EVERY,)),
)


def tunables_of(check: str) -> list[Tunable]:
    """The keys that bear on a check, without those that bear on every check."""
    return [each for each in TUNABLES if check in each.checks]


def as_toml(tunables: Iterable[Tunable]) -> list[str]:
    """Examples of keys, as they stand in a file."""
    lines = []
    for section, keys in groupby(tunables, key=lambda each: each.section):
        lines.append(section)
        lines += [f"{_written(each.name)} = {each.example}" for each in keys if each.name and each.example]
    return lines


def _written(name: str) -> str:
    """The key as it is written; one in capitals stands for any name."""
    return "appointments" if name == "TABLE" else name
