"""Extensions by name: whose a name is, and which never run on a throw-away server."""

import pytest

from restoring.extensions import NEVER, STANDINS, belongs_to, provider_of


@pytest.mark.parametrize(
    ("name", "extension"),
    [
        ("vector", "vector"),
        ("halfvec", "vector"),
        ("uuid_generate_v4", "uuid-ossp"),
        ("gen_random_bytes", "pgcrypto"),
        ("geometry", "postgis"),
        ("gin_trgm_ops", "pg_trgm"),
        ("our_own", None),
    ],
)
def test_who_defines_a_name(name: str, extension: str | None) -> None:
    assert provider_of(name) == extension


@pytest.mark.parametrize(
    ("message", "lacking", "extension"),
    [
        ('type "public.vector" does not exist', {"vector": "public"}, "vector"),
        ('type "vector" does not exist', {"vector": "public"}, "vector"),
        ('access method "hnsw" does not exist', {"vector": "public"}, "vector"),
        ('operator class "public.vector_l2_ops" does not exist', {"vector": None}, "vector"),
        ('type "public.vectors" does not exist', {"vector": "public"}, None),
        ('type "public.my_vector" does not exist', {"vector": "public"}, None),
        ('type "public.vector" does not exist', {}, None),
        ('relation "cron.job" does not exist', {"pg_cron": "pg_catalog"}, "pg_cron"),
        ('relation "shop.thing" does not exist', {"wares": "shop"}, "wares"),
        ('relation "workshop.thing" does not exist', {"wares": "shop"}, None),
        ('relation "public.thing" does not exist', {"wares": "public"}, None),
        ('relation "extensions.thing" does not exist', {"wares": "extensions"}, None),
        ('extension "odd.name" is not available', {"odd.name": None}, "odd.name"),
        ('extension "oddXname" is not available', {"odd.name": None}, None),
    ],
)
def test_whose_a_message_is(message: str, lacking: dict[str, str | None], extension: str | None) -> None:
    assert belongs_to(message, lacking) == extension


@pytest.mark.parametrize("name", ["pg_cron", "pg_net", "http", "plpython3u"])
def test_what_acts_on_the_world_never_runs(name: str) -> None:
    assert name in NEVER
    assert name not in STANDINS


def test_a_stand_in_is_sql_that_never_runs_a_program() -> None:
    assert {"vector", "uuid-ossp"} <= STANDINS.keys()
    for path in STANDINS.values():
        assert "language c" not in path.read_text().lower()
