"""Secrets are found in what holds them, and recognized however they are spelt."""

import html
import json
import re
from collections.abc import Callable
from urllib.parse import quote, quote_plus
from xml.sax.saxutils import escape, quoteattr

import pytest

from reporting.redaction import MASK, Redactor
from reporting.spellings import secrets_in, spelt, telling, units_of

AWKWARD = "p@ss/w\"o<r>d&'é %4\\x"
HOOK = "https://hooks.slack.com/services/T0AAAAAAA/B0BBBBBBB/cCcCcCcCcCcCcCcCcCcCcCcC"


@pytest.mark.parametrize(
    ("dsn", "secret"),
    [
        ("postgresql://user:hunter22@host:5432/db", "hunter22"),
        ("postgres://user:hunter22@h1:1,h2:2/db?sslmode=require", "hunter22"),
        ("postgresql://user:hun%40ter22@host/db", "hun@ter22"),
        ("postgresql://user:hun%40ter22@host/db", "hun%40ter22"),
        ("postgresql://host/db?user=u&password=hun%2Fter22&sslmode=require", "hun/ter22"),
        ("host=host user=user password=hunter22 dbname=db", "hunter22"),
        ("host=host password='hunter 22' dbname=db", "hunter 22"),
        (r"password='hun\'ter\\22' host=host", r"hun'ter\22"),
        ("host=host password=hun&ter22 dbname=db", "hun&ter22"),
        ("host=host sslpassword = hunter22", "hunter22"),
    ],
)
def test_password_of_dsn_is_a_secret(dsn: str, secret: str) -> None:
    assert Redactor.of(dsn).text(f"found {secret}, sadly") == f"found {MASK}, sadly"


@pytest.mark.parametrize(
    "dsn",
    [
        "postgresql://someuser:hunter22@somehost:5432/somedb?application_name=a@somehost",
        "postgresql://someuser@somehost/somedb",
        "postgresql:///somedb?host=/somehost",
        "host=somehost user=someuser password=hunter22 dbname=somedb",
        "host=somehost user=someuser dbname=somedb",
        "dbname=somedb",
        "",
        None,
    ],
)
def test_user_host_and_database_are_no_secrets(dsn: str | None) -> None:
    said = "someuser@somehost could not reach somedb: postgresql is down"
    assert Redactor.of(dsn).text(said) == said


@pytest.mark.parametrize(
    ("dsn", "pieces"),
    [
        ("postgresql://user:first@second/third@host/db", ["first", "second", "third"]),
        ("postgresql://user:first/second@host/db", ["first", "second"]),
        ("postgresql://user:first?second#third@host/db", ["first", "second", "third"]),
        ("postgresql://user:first[second@host/db", ["first", "second"]),
        ("postgresql://user:first@a?second@host/db", ["first", "second"]),
        ("postgresql//user:first@host/db", ["first"]),
        ("postgres:/user:first@host:99999999/db", ["first"]),
        ("user:first@host", ["first"]),
        ("host=host password=first second dbname=db", ["first", "second"]),
        ("host=host password='first second", ["first second"]),
        ("host=host password='first's second' dbname=db", ["second"]),
        ("postgresql://user:fir%ZZst%4@host/db", ["fir%ZZst%4"]),
        ("postgresql://[::1:first@host", []),
        ("postgresql://", []),
        ("://", []),
        ("=", []),
        ("password=", []),
        ("password='", []),
    ],
)
def test_malformed_dsn_neither_raises_nor_leaks(dsn: str, pieces: list[str]) -> None:
    redactor = Redactor.of(dsn)
    for piece in pieces:
        assert redactor.text(f'invalid value "{piece}"') == f'invalid value "{MASK}"'
    assert not any(piece in redactor.text(f"cannot use {dsn!r}") for piece in pieces)


@pytest.mark.parametrize(
    "said",
    [
        HOOK,
        "url: /services/T0AAAAAAA/B0BBBBBBB/cCcCcCcCcCcCcCcCcCcCcCcC (Caused by …)",
        "token cCcCcCcCcCcCcCcCcCcCcCcC",
        quote(HOOK, safe=""),
    ],
)
def test_webhook_is_a_secret_as_a_whole_by_path_and_by_token(said: str) -> None:
    assert "cCcC" not in Redactor.of(HOOK).text(said)
    assert "T0AAAAAAA/B0" not in Redactor.of(HOOK).text(said)


def test_webhook_of_another_host_is_a_secret() -> None:
    redactor = Redactor.of("http://chat.example/hooks/abcdefghij?who=me")
    assert redactor.text("POST /hooks/abcdefghij?who=me to chat.example") == (
        f"POST {MASK} to chat.example"
    )
    assert redactor.text("POST /hooks/abcdefghij failed") == f"POST {MASK} failed"


def in_ascii(secret: str) -> str:
    return ascii(secret)[1:-1]


def in_bytes(secret: str) -> str:
    return repr(secret.encode())[2:-1]


def in_json(secret: str) -> str:
    return json.dumps(secret)[1:-1]


def in_json_with_letters(secret: str) -> str:
    return json.dumps(secret, ensure_ascii=False)[1:-1]


def in_json_within_json(secret: str) -> str:
    return in_json(in_json(secret))


def in_json_of_repr(secret: str) -> str:
    return in_json(repr(secret)[1:-1])


def in_xml_attribute(secret: str) -> str:
    return quoteattr(secret)[1:-1]


def in_xml_of_json(secret: str) -> str:
    return escape(in_json(secret))


def in_html(secret: str) -> str:
    return html.escape(secret)


def in_html_twice(secret: str) -> str:
    return html.escape(html.escape(secret))


def in_xml_of_ascii(secret: str) -> str:
    return secret.encode("ascii", "xmlcharrefreplace").decode()


def in_url(secret: str) -> str:
    return quote(secret, safe="")


def in_url_twice(secret: str) -> str:
    return quote(quote(secret, safe=""), safe="")


def in_lower_url(secret: str) -> str:
    return "".join(f"%{byte:02x}" if byte > 127 else chr(byte) for byte in secret.encode())


def in_conninfo(secret: str) -> str:
    return secret.replace("\\", "\\\\").replace("'", "\\'")


def in_sql(secret: str) -> str:
    return secret.replace("'", "''")


def in_shell(secret: str) -> str:
    return secret.replace("'", "'\"'\"'")


SPELLINGS = [
    *(str, in_ascii, in_bytes, in_json, in_json_with_letters, in_json_within_json),
    *(in_json_of_repr, escape, in_xml_attribute, in_xml_of_json, in_html, in_html_twice),
    *(in_xml_of_ascii, in_url, quote, quote_plus, in_url_twice, in_lower_url, in_conninfo),
    *(in_sql, in_shell),
]


@pytest.mark.parametrize("spelling", SPELLINGS)
@pytest.mark.parametrize(
    "secret", [AWKWARD, "\\\"'&", "läß\U0001f600line\n\tend", "%41%42", "''\"\"\\\\", "a+b=c/d$"]
)
def test_known_secret_is_hidden_in_every_spelling(spelling: Callable[[str], str], secret: str) -> None:
    said = spelling(secret)
    assert re.sub(spelt(secret), MASK, f"a {said} z") == f"a {MASK} z"
    assert Redactor.of(secret).text(f"a {said} z") == f"a {MASK} z"


@pytest.mark.parametrize(
    ("source", "secrets"),
    [
        ("hunter22", {"hunter22"}),
        ("postgresql://user:hun%40ter22@host/db", {"hun%40ter22", "hun@ter22"}),
        ("host=host user=user password=hunter22", {"hunter22"}),
        ("host=host user=user dbname=db", set()),
        ("http://chat.example/hooks/a", {"http://chat.example/hooks/a", "/hooks/a"}),
    ],
)
def test_only_what_is_secret_is_taken_out_of_its_source(source: str, secrets: set[str]) -> None:
    assert set(secrets_in(source)) == secrets


@pytest.mark.parametrize("other", ["hunter2", "hunter23", "HUNTER22", "hunter%22", "hunter 22"])
def test_what_only_resembles_a_secret_is_no_spelling_of_it(other: str) -> None:
    assert re.search(spelt("hunter22"), other) is None


@pytest.mark.parametrize(
    ("source", "secrets"),
    [
        (HOOK, {HOOK.rpartition("/")[2]}),
        ("https://user:hunter22@host/path", {"hunter22"}),
        ("postgresql://user:hun%2Fter22@host/db", {"hun%2Fter22", "hun/ter22"}),
        ("host=h password=hunter22", {"hunter22"}),
        ("/hun/ter22", {"/hun/ter22"}),
    ],
)
def test_what_tells_something_in_part(source: str, secrets: set[str]) -> None:
    assert set(telling(source)) == secrets


@pytest.mark.parametrize("secret", [AWKWARD, "aa\"\"''\\\\bb\n é", ""])
def test_the_units_of_a_secret_are_the_secret(secret: str) -> None:
    units = list(units_of(secret))
    assert "".join(units) == secret
    assert [unit for unit in units if len(unit) > 1 and unit[0] not in "\"'\\"] == []
    assert re.fullmatch("".join(map(spelt, units)), secret)
