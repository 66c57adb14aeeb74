"""What stands between a tenant and another's rows without asking any policy: views, functions, roles."""

from collections.abc import Iterator, Mapping
from typing import Any

from judging.findings import Finding

PLATFORM_ROLES = (
    "postgres",
    "service_role",
    "authenticator",
    "dashboard_user",
    "pgbouncer",
    "supabase_admin",
    "supabase_auth_admin",
    "supabase_etl_admin",
    "supabase_functions_admin",
    "supabase_privileged_role",
    "supabase_read_only_user",
    "supabase_realtime_admin",
    "supabase_replication_admin",
    "supabase_storage_admin",
)
"""Supabase's own, which nobody's tenants come with."""

PLATFORM_SCHEMAS = (
    "auth",
    "cron",
    "extensions",
    "graphql",
    "graphql_public",
    "information_schema",
    "net",
    "pgbouncer",
    "pgmq",
    "pgsodium",
    "pgsodium_masks",
    "realtime",
    "storage",
    "supabase_functions",
    "supabase_migrations",
    "vault",
)

_KINDS = {"v": "the view", "m": "the materialised view"}
_MENDS = {
    "v": "recreate it WITH (security_invoker = true) or revoke the grant",
    "m": "revoke the grant, for no policy ever holds for it",
}


def ways_around(facts: Mapping[str, Any], allowed: Mapping[str, str]) -> list[Finding]:
    """Each way in one line: object, reason and mend; `allowed` maps the objects that may be to reasons."""
    found = [*_views(facts), *_partitions(facts), *_functions(facts), *_roles(facts)]
    return [line for names, line in found if not allowed.keys() & names]


def _views(facts: Mapping[str, Any]) -> Iterator[tuple[set[str], Finding]]:
    for view in facts["views"] or []:
        if view["roles"]:
            kind, mend = _KINDS[view["relkind"]], _MENDS[view["relkind"]]
            read = f"{kind} shows {', '.join(view['roles'])} rows of {', '.join(view['tables'])}"
            words = f"{view['name']}: {read} past their policies ({mend})"
            yield {view["name"]}, Finding("view-past-row-security", words)


def _partitions(facts: Mapping[str, Any]) -> Iterator[tuple[set[str], Finding]]:
    for part in facts["partitions"] or []:
        if part["roles"]:
            off = f"row security is off on this part of {part['parent']}"
            who = f"that {', '.join(part['roles'])} may ask for itself"
            words = f"{part['name']}: {off} {who} (enable it there, or revoke the grant)"
            yield {part["name"]}, Finding("row-security-off", words)


def _functions(facts: Mapping[str, Any]) -> Iterator[tuple[set[str], Finding]]:
    for function in facts["definers"] or []:
        if function["roles"]:
            signature = f"{function['name']}({function['arguments']})"
            who = " and ".join(function["roles"])
            yield (
                {function["name"], signature},
                Finding(
                    "function-past-row-security",
                    f"{signature}: the SECURITY DEFINER function can be called by {who} and reads past "
                    "every policy (REVOKE EXECUTE … FROM PUBLIC, anon; PUBLIC has it by default)",
                ),
            )


def _roles(facts: Mapping[str, Any]) -> Iterator[tuple[set[str], Finding]]:
    for role in facts["bypassing"] or []:
        name, above = role["name"], role["above"]
        if name == above:
            words = "no policy holds for the role (ALTER ROLE … NOSUPERUSER NOBYPASSRLS)"
        else:
            words = f"the role may become {above}, for whom no policy holds (REVOKE {above} FROM {name})"
        yield {name}, Finding("role-past-row-security", f"{name}: {words}")
