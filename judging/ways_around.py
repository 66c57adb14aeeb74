"""What stands between a tenant and another's rows without asking any policy: views, functions, roles."""

from collections.abc import Iterator, Mapping
from typing import Any

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


def ways_around(facts: Mapping[str, Any], allowed: Mapping[str, str]) -> list[str]:
    """Each way in one line: object, reason and mend; `allowed` maps the objects that may be to reasons."""
    found = [*_views(facts), *_partitions(facts), *_functions(facts), *_roles(facts)]
    return [line for names, line in found if not allowed.keys() & names]


def _views(facts: Mapping[str, Any]) -> Iterator[tuple[set[str], str]]:
    for view in facts["views"] or []:
        if view["roles"]:
            kind, mend = _KINDS[view["relkind"]], _MENDS[view["relkind"]]
            read = f"{kind} shows {', '.join(view['roles'])} rows of {', '.join(view['tables'])}"
            yield {view["name"]}, f"{view['name']}: {read} past their policies ({mend})"


def _partitions(facts: Mapping[str, Any]) -> Iterator[tuple[set[str], str]]:
    for part in facts["partitions"] or []:
        if part["roles"]:
            off = f"row security is off on this part of {part['parent']}"
            who = f"that {', '.join(part['roles'])} may ask for itself"
            yield {part["name"]}, f"{part['name']}: {off} {who} (enable it there, or revoke the grant)"


def _functions(facts: Mapping[str, Any]) -> Iterator[tuple[set[str], str]]:
    for function in facts["definers"] or []:
        if function["roles"]:
            signature = f"{function['name']}({function['arguments']})"
            who = " and ".join(function["roles"])
            yield (
                {function["name"], signature},
                f"{signature}: the SECURITY DEFINER function can be called by {who} and reads past every "
                "policy (REVOKE EXECUTE … FROM PUBLIC, anon; PUBLIC has it by default)",
            )


def _roles(facts: Mapping[str, Any]) -> Iterator[tuple[set[str], str]]:
    for role in facts["bypassing"] or []:
        name, above = role["name"], role["above"]
        if name == above:
            yield {name}, f"{name}: no policy holds for the role (ALTER ROLE … NOSUPERUSER NOBYPASSRLS)"
        else:
            member = f"the role may become {above}, for whom no policy holds"
            yield {name}, f"{name}: {member} (REVOKE {above} FROM {name})"
