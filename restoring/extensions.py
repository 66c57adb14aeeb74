"""What is known of extensions by name: which never run here, which can be stood in for, what is theirs.

A restored clone must never act on the world, so whatever schedules jobs or reaches a network is left out
even where it is installed.
"""

import re
from pathlib import Path

STANDINS = {path.stem: path for path in (Path(__file__).parent / "standins").glob("*.sql")}
"""Extension name to the SQL that keeps the data of tables which use it."""

NEVER = frozenset({"pg_cron", "pg_net", "http", "wrappers", "plpython3u", "plperlu", "pltclu"})
"""Left out always: they run jobs, reach a network or run programs."""

PROVIDED_NAMES = {
    "vector": "vector",
    "halfvec": "vector",
    "sparsevec": "vector",
    "citext": "citext",
    "hstore": "hstore",
    "ltree": "ltree",
    "geometry": "postgis",
    "geography": "postgis",
    "gen_random_bytes": "pgcrypto",
    "digest": "pgcrypto",
    "hmac": "pgcrypto",
    "crypt": "pgcrypto",
    "gen_salt": "pgcrypto",
    "gin_trgm_ops": "pg_trgm",
    "gist_trgm_ops": "pg_trgm",
    "similarity": "pg_trgm",
    "unaccent": "unaccent",
}
"""The best known names of the extensions that people use, to the extension that defines them."""

_OWN_NAMES = {
    "vector": r"hnsw|ivfflat|(vector|halfvec|sparsevec|bit)_\w+_ops|vector|halfvec|sparsevec|<->|<=>|<#>",
    "uuid-ossp": r"uuid_\w+",
    "pgcrypto": r"gen_random_bytes|digest|hmac|crypt|gen_salt|encrypt(_iv)?|decrypt(_iv)?|pgp_\w+|armor",
    "postgis": r"geometry|geography|box2d|box3d|raster|spatial_ref_sys|st_\w+|gist_geometry_ops_\w+",
    "pg_cron": r"cron",
    "pg_net": r"net",
    "pg_graphql": r"graphql",
    "supabase_vault": r"vault",
    "timescaledb": r"_timescaledb_\w+|timescaledb_\w+|create_hypertable",
    "pgmq": r"pgmq",
    "citext": r"citext",
    "pg_trgm": r"gin_trgm_ops|gist_trgm_ops|similarity",
    "wrappers": r"wasm_\w+|stripe_\w+|firebase_\w+",
}


def provider_of(name: str) -> str | None:
    """The extension that defines a type, function or operator class of this name, if it is well known."""
    return "uuid-ossp" if name.startswith("uuid_") else PROVIDED_NAMES.get(name)


def belongs_to(message: str, schemas_by_extension: dict[str, str | None]) -> str | None:
    """Which of these extensions (with the schema each was to live in) an error message speaks of."""
    for extension, schema in schemas_by_extension.items():
        own = _OWN_NAMES.get(extension, re.escape(extension))
        if re.search(rf'(?<![\w])["(]?(\w+\.)?({own})(?![\w])', message):
            return extension
        if schema not in (None, "public", "extensions", "pg_catalog") and _names(schema, message):
            return extension
    return None


def _names(schema: str | None, message: str) -> bool:
    return bool(re.search(rf'"{re.escape(schema or "")}[."]', message))
