"""Secrets disappear, in every spelling and every form; what is none stays readable."""

import json
import math
import random
import time
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import psycopg
import pytest
from psycopg.types.json import Jsonb

from reporting.redaction import DEEPEST, MASK, Redactor

AWKWARD = "p@ss/w\"o<r>d&'é %4\\x"
HOOK = "https://hooks.slack.com/services/T0AAAAAAA/B0BBBBBBB/cCcCcCcCcCcCcCcCcCcCcCcC"
JWT = "eyJhbGciOiJIUzI1NiJ9.eyJyb2xlIjoic2VydmljZV9yb2xlIn0.c2lnbmF0dXJl"
SCRAM = "SCRAM-SHA-256$4096:c2FsdHNhbHRzYWx0$c3RvcmVkS2V5PT0=:c2VydmVyS2V5PT0="
MD5 = "md5" + "0123456789abcdef" * 2
PLAIN = Redactor.of()


def test_json_stays_json_when_a_known_secret_is_hidden() -> None:
    for secret in (AWKWARD, 'quote"', "back\\\\", "''''"):
        dumped = json.dumps({"said": f"{secret} and {secret}", "n": 1})
        assert json.loads(Redactor.of(secret).text(dumped)) == {
            "said": f"{MASK} and {MASK}",
            "n": 1,
        }


def test_short_secret_is_hidden_by_its_place_alone() -> None:
    redactor = Redactor.of("postgresql://u:abc@h/db", "xyz")
    assert redactor.text("abc xyz abcd") == "abc xyz abcd"
    assert redactor.text("postgresql://u:abc@h/db") == f"postgresql://u:{MASK}@h/db"
    assert redactor.text("host=h password=abc user=u") == f"host=h password={MASK} user=u"
    assert Redactor.of("four").text("four") == MASK


def test_longest_secret_goes_first() -> None:
    assert Redactor.of("longer", "longer-still").text("longer-still longer") == f"{MASK} {MASK}"
    assert Redactor.of("longer-still", "longer").text("longer-still longer") == f"{MASK} {MASK}"


def test_what_is_learned_later_is_hidden_too() -> None:
    redactor = Redactor.of("hunter22")
    redactor.learn("host=/tmp user=u password=wolfwolf", None, "hunter22")
    assert redactor.text("hunter22 wolfwolf wolfw... u") == f"{MASK} {MASK} {MASK}... u"
    assert "wolf" not in repr(redactor)


def test_the_beginning_of_a_web_address_before_a_cut_stays() -> None:
    redactor = Redactor.of(HOOK)
    assert redactor.text("see https://... and /services/...") == "see https://... and /services/..."
    assert redactor.text("posted to cCcCcCcC...") == f"posted to {MASK}..."


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("at postgresql://u:p@h/db now", f"at postgresql://u:{MASK}@h/db now"),
        ("at postgresql://u:p@s/s@h/db now", f"at postgresql://u:{MASK}@h/db now"),
        (r'"postgresql:\/\/u:p@h\/db"', rf'"postgresql:\/\/u:{MASK}@h\/db"'),
        ("<a>redis://:pw@h</a>", f"<a>redis://:{MASK}@h</a>"),
        ("host=h password=p&w;x dbname=d", f"host=h password={MASK} dbname=d"),
        ("host=h password='a b' dbname=d", f"host=h password='{MASK}' dbname=d"),
        (r"password='a\' b' dbname=d", f"password='{MASK}' dbname=d"),
        ("password = 'a b", f"password = '{MASK}"),
        ("conninfo = 'host=h password=abc'", f"conninfo = 'host=h password={MASK}'"),
        ("PGPASSWORD=abc psql", f"PGPASSWORD={MASK} psql"),
        ("export PGPASSWORD='a b' x", f"export PGPASSWORD='{MASK}' x"),
        ('{"password": "a b", "n": 1}', f'{{"password": "{MASK}", "n": 1}}'),
        ('{"password":"a\\"b","n": 1}', f'{{"password":"{MASK}","n": 1}}'),
        ("{'password': 'a b', 'n': 1}", f"{{'password': '{MASK}', 'n': 1}}"),
        ("{'password': b'a b', 'n': 1}", f"{{'password': b'{MASK}', 'n': 1}}"),
        (r'"{\"password\": \"a b\", \"n\": 1}"', rf'"{{\"password\": \"{MASK}\", \"n\": 1}}"'),
        ("&quot;password&quot;: &quot;a b&quot; x", f"&quot;password&quot;: &quot;{MASK}&quot; x"),
        ("connect(password='a b', x=1)", f"connect(password='{MASK}', x=1)"),
        ("ALTER ROLE r PASSWORD 'it''s' LOGIN", f"ALTER ROLE r PASSWORD '{MASK}' LOGIN"),
        ("SUPABASE_SERVICE_ROLE_KEY=abc x", f"SUPABASE_SERVICE_ROLE_KEY={MASK} x"),
        ("AWS_SECRET_ACCESS_KEY=abc x", f"AWS_SECRET_ACCESS_KEY={MASK} x"),
        (f"to {HOOK} failed", f"to https://hooks.slack.com/services/{MASK} failed"),
        (r"hooks.slack.com\/services\/T\/B\/x", rf"hooks.slack.com\/services\/{MASK}"),
        ("Authorization: Bearer abc.def", f"Authorization: Bearer {MASK}"),
        ('{"Authorization": "Bearer abc"}', f'{{"Authorization": "Bearer {MASK}"}}'),
        ("Authorization: Basic dTpw x", f"Authorization: Basic {MASK} x"),
        (f"key {JWT}, role", f"key {MASK}, role"),
        (f"role has {SCRAM} now", f"role has SCRAM-SHA-256${MASK} now"),
        (f"role has {MD5} now", f"role has md5{MASK} now"),
        ("sbp_0123456789abcdef x", f"sbp_{MASK} x"),
    ],
)
def test_what_looks_like_a_secret_is_hidden(said: str, expected: str) -> None:
    assert PLAIN.text(said) == expected


@pytest.mark.parametrize(
    "name",
    [
        *("X-Amz-Signature", "X-Amz-Credential", "X-Amz-Security-Token", "sig", "Signature"),
        *("token", "access_token", "apikey", "key", "x-amz-signature"),
    ],
)
@pytest.mark.parametrize("before", ["?", "&", "?a=1&amp;", "?a=1\\u0026"])
def test_signature_in_url_is_hidden_and_the_rest_kept(name: str, before: str) -> None:
    url = f"https://store.example/daily.dump{before}{name}=abc%2Fdef&expires=1"
    hidden = f"https://store.example/daily.dump{before}{name}={MASK}&expires=1"
    assert PLAIN.text(f"<{url}>") == f"<{hidden}>"


@pytest.mark.parametrize(
    "said",
    [
        'FATAL: password authentication failed for user "postgres"',
        "Database Size: 8 MB is suspiciously small (min: 10 MB)",
        "public.user_token: 5 rows, expected at least 10",
        '{"public.password_reset_token": 12, "password": null, "ok": true}',
        "https://host:5432/path and mail to a@b.example",
        "key=value, monkey=1, tokens: 7",
        "md5 of the rows: 0123456789abcdef",
        "password_encryption = scram-sha-256",
        "eyJust a word",
    ],
)
def test_what_is_no_secret_stays_readable(said: str) -> None:
    assert PLAIN.text(said) == said


PIECES = [
    *("://", "a", ":", "@", "password", "=", "'", '"', "\\'", '\\"', "\\", "token", " ", "\n"),
    *("&", "&amp;", "&quot;", "?", "key=", "sig=", "bearer ", "Authorization: ", "eyJ", "abcd."),
    *("x-amz-signature=", "1", "null", "}", ",", "<", ">", "hooks.slack.com/services/", MASK),
    *("SCRAM-SHA-256$", MD5, "sb_secret_", AWKWARD, "hunter22", "%40", "b'", "/"),
]


def test_redacting_twice_changes_nothing_more() -> None:
    redactor = Redactor.of(AWKWARD, "postgresql://u:hunter22@h/d", HOOK)
    chance = random.Random(2)
    for _ in range(20_000):
        once = redactor.text("".join(chance.choices(PIECES, k=chance.randint(1, 14))))
        assert redactor.text(once) == once
        assert "hunter22" not in once


@pytest.mark.parametrize("piece", [*PIECES, "://a:", "://a:@", "eyJa.", "password='\\", "   "])
def test_hostile_text_takes_no_long_time(piece: str) -> None:
    redactor = Redactor.of(AWKWARD, "postgresql://u:hunter22@h/d", HOOK, "\\\\\\'\"&&%%")
    hostile = piece * (200_000 // len(piece))
    before = time.process_time()
    redactor.text(hostile)
    assert time.process_time() - before < 3


def test_a_megabyte_of_text_takes_a_moment() -> None:
    redactor = Redactor.of(AWKWARD, "postgresql://u:hunter22@h/d", HOOK)
    long = "The restore of public.contacts took 12 s: hunter22, token=abc.\n" * 16_000
    before = time.process_time()
    cleaned = redactor.text(long)
    assert time.process_time() - before < 10
    assert cleaned.count(MASK) == 32_000


def test_value_is_redacted_to_its_depth() -> None:
    redactor = Redactor.of("hunter22")
    assert redactor.value(
        {
            "hunter22": ["a hunter22", ("hunter22",), {b"hunter22"}],
            "password": "abc",
            "error": ValueError("hunter22"),
            "path": Path("/x/hunter22"),
            "count": 22,
            3: None,
        }
    ) == {
        MASK: [f"a {MASK}", [MASK], [MASK]],
        "password": MASK,
        "error": MASK,
        "path": f"/x/{MASK}",
        "count": 22,
        "3": None,
    }


def test_keys_that_become_the_same_are_all_kept() -> None:
    assert Redactor.of("first", "second").value({"first": 1, "second": 2}) == {
        MASK: 1,
        f"{MASK}*": 2,
    }


class Unprintable:
    def __str__(self) -> str:
        raise RuntimeError


def circle() -> list[object]:
    items: list[object] = [1]
    items += [items, items]
    return items


def nested() -> object:
    value: object = "deep"
    for _ in range(5000):
        value = [value]
    return value


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (math.nan, "NaN"),
        (math.inf, "Infinity"),
        (-math.inf, "-Infinity"),
        (1.5, 1.5),
        (True, True),
        (10**300, 10**300),
        (Decimal("5.00"), 5),
        (Decimal("1.50"), "1.50"),
        (Decimal("NaN"), "NaN"),
        (Decimal("1E+999999"), "1E+999999"),
        (datetime(2026, 1, 28, 5, tzinfo=UTC), "2026-01-28T05:00:00+00:00"),
        ("a\0b\ud800c", "a\ufffdb\ufffdc"),
        ("\U0001f600", "\U0001f600"),
        (b"a\xffb", "a\\xffb"),
        (b"\0", "\ufffd"),
        ({"b", "a"}, ["a", "b"]),
        ({1, "a", None}, ["a", 1, None]),
        ({"\0": 1}, {"\ufffd": 1}),
        (Unprintable(), "<Unprintable>"),
        (circle(), [1, "…", "…"]),
    ],
)
def test_value_is_what_json_and_jsonb_take(
    value: object, expected: object, postgresql: psycopg.Connection
) -> None:
    cleaned = PLAIN.value(value)
    assert cleaned == expected
    json.dumps(cleaned, allow_nan=False)
    row = postgresql.execute("SELECT %s::jsonb", [Jsonb(cleaned)]).fetchone()
    assert row == (cleaned,)


def test_number_too_long_for_json_becomes_text() -> None:
    assert PLAIN.value([1 << 20_000, 1]) == [hex(1 << 20_000), 1]


def test_value_too_deep_for_json_is_cut() -> None:
    cleaned = json.dumps(PLAIN.value(nested()))
    assert cleaned == "[" * DEEPEST + '"\\u2026"' + "]" * DEEPEST


def test_redactor_itself_shows_no_secret() -> None:
    redactor = Redactor.of("hunter22", HOOK)
    assert "hunter22" not in repr(redactor)
    assert "T0AAAAAAA" not in f"{redactor}"
