"""The addresses of NOTIFY_URLS: what is told of them, what is secret in them, and apprise's part of it."""

from __future__ import annotations

from typing import Any

import pytest
from apprise import Apprise

from reporting.channels.notify_urls import (
    KEYS,
    addressed,
    called,
    holds_incidents,
    incident_key,
    secret_parts,
)

pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")

TOKEN = "c4n4ryc4n4ryc4n4ryc4n4ryc4n4ry12"
SERVICES = {
    "pagerduty": f"pagerduty://{TOKEN}@{TOKEN}",
    "ilert": f"ilert://{TOKEN}",
    "incidentio": f"incidentio://01GW2G3V0S59R238FAHPDS1R66/{TOKEN}",
    "goalert": f"goalert://example.com:8081/{TOKEN}",
    "goalerts": f"goalerts://example.com/{TOKEN}",
    "squadcast": f"squadcast://{TOKEN}",
    "firehydrant": f"firehydrant://{TOKEN}",
    "signl4": f"signl4://{TOKEN}",
    "pagertree": "pagertree://int_c4n4ryc4n4ry",
    "splunk": f"splunk://team@{TOKEN}",
    "victorops": f"victorops://team@{TOKEN}",
    "opsgenie": f"opsgenie://{TOKEN}/#team",
    "jira": f"jira://{TOKEN}",
}


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("pagerduty://a@b", "3 (pagerduty)"),
        ("HTTPS://discord.com/api/webhooks/1/2", "3 (https)"),
        (TOKEN, "3"),
        (f"{TOKEN}{TOKEN}://x", "3"),
        ("", "3"),
    ],
)
def test_an_address_is_called_by_its_place_and_kind(url: str, name: str) -> None:
    assert called(url, 3) == name


@pytest.mark.parametrize(
    ("url", "secret", "public"),
    [
        (f"pagerduty://{TOKEN}@{TOKEN[::-1]}", [TOKEN, TOKEN[::-1]], ["pagerduty"]),
        (f"tgram://123456789:{TOKEN}/-1001234/", [TOKEN], ["-1001234"]),
        ("mailto://me:s3c@mail.example.com?to=you@example.com", ["s3c"], ["mail.example.com", "you"]),
        ("mailto://me:p%40ss@example.com", ["p%40ss", "p@ss"], ["example.com"]),
        (f"jsons://api.example.com/hook?token={TOKEN}", [TOKEN], ["api.example.com", "hook"]),
        (f"msteams://a@b/c/{TOKEN}/", [TOKEN], ["msteams"]),
    ],
)
def test_passwords_and_tokens_are_secret_and_hosts_are_not(
    url: str, secret: list[str], public: list[str]
) -> None:
    found = list(secret_parts(url))
    assert set(secret) <= set(found)
    assert not set(public) & set(found)


def test_the_services_are_those_that_are_known() -> None:
    assert KEYS.keys() == SERVICES.keys()


@pytest.mark.parametrize("schema", SERVICES)
def test_apprise_takes_the_key_and_maps_a_success_to_the_end(schema: str) -> None:
    """As apprise understands the address, read back from what it made of it."""
    services = Apprise()
    assert services.add(addressed(SERVICES[schema], "nightly"))
    service: Any = services[0]
    assert (service.action, service.url().count("backup-verification-nightly")) == ("map", 1)


@pytest.mark.parametrize(
    ("url", "told"),
    [
        (SERVICES["pagerduty"], True),
        (SERVICES["pagerduty"] + "?action=Map", True),
        (SERVICES["pagerduty"] + "?action=trigger", False),
        (SERVICES["opsgenie"] + "?action=new", False),
        ("mailto://me@example.com", False),
        ("json://example.com", False),
    ],
)
def test_a_success_is_told_where_it_resolves(url: str, told: bool) -> None:
    assert holds_incidents(url) is told


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("json://h/p", "json://h/p?overflow=truncate"),
        ("json://h/p?a=b", "json://h/p?a=b&overflow=truncate"),
        ("json://h/p?overflow=split", "json://h/p?overflow=split"),
        (
            "ilert://k?dedup=mine&action=map&Overflow=split",
            "ilert://k?dedup=mine&action=map&Overflow=split",
        ),
        (
            "opsgenie://k/#team",
            "opsgenie://k/#team?overflow=truncate&action=map&alias=backup-verification-nightly",
        ),
    ],
)
def test_what_the_user_wrote_stays(url: str, expected: str) -> None:
    assert addressed(url, "nightly") == expected


@pytest.mark.parametrize(
    ("target", "key"),
    [
        ("nightly", "backup-verification-nightly"),
        ("app@db.example.com", "backup-verification-app@db.example.com"),
        ("a b", "backup-verification-a-b-c8687a08"),
        ("a-b", "backup-verification-a-b"),
    ],
)
def test_each_target_has_a_key_of_its_own(target: str, key: str) -> None:
    assert incident_key(target) == key
    assert incident_key("x" * 500) != incident_key("x" * 501)
    assert len(incident_key("x" * 500)) < 250
