"""The facts of a restore travel to another process and come back the same."""

import json

from restoring.facts import Listed, RestoredFacts

FACTS = RestoredFacts(
    seconds=1.5,
    carries_roles=True,
    listed=(Listed("POLICY", "public", 'orders "mine"'), Listed("SCHEMA", "", "app")),
    roles=("verifier_loader_1",),
    schema="verifier_probes_1",
    prepared=("auth",),
    left_out=(("extension vector", "the server lacks it"),),
    acting_dsn="host=/s user=verifier_actor_1",
)


def test_they_survive_a_journey_as_json() -> None:
    assert RestoredFacts.from_dict(json.loads(json.dumps(FACTS.as_dict()))) == FACTS


def test_they_are_plain_values() -> None:
    values = FACTS.as_dict()
    assert type(values["listed"][0]) is list
    assert values["listed"][0] == ["POLICY", "public", 'orders "mine"']
