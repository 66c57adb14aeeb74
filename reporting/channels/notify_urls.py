"""The addresses of NOTIFY_URLS, as apprise understands them: names, secrets, and incidents."""

import hashlib
import re
from collections.abc import Iterator
from urllib.parse import parse_qsl, quote, unquote, urlencode

KEYS = {
    **dict.fromkeys(("pagerduty", "ilert", "incidentio", "goalert", "goalerts", "squadcast"), "dedup"),
    **dict.fromkeys(("firehydrant", "signl4", "pagertree"), "dedup"),
    **dict.fromkeys(("splunk", "victorops"), "entity_id"),
    **dict.fromkeys(("opsgenie", "jira"), "alias"),
}
"""The services that hold an incident open, and the parameter by which each knows one again."""

_LONGEST_KEY = 200
_SHORTEST_SECRET = 12


def called(url: str, number: int) -> str:
    """What people are told of an address: its place in the list and its kind, and nothing more."""
    kind = schema(url)
    return f"{number} ({kind})" if kind else str(number)


def schema(url: str) -> str:
    found = re.match(r"([a-z][a-z0-9]{0,30})://", url, re.IGNORECASE)
    return found[1].lower() if found else ""


def secret_parts(url: str) -> Iterator[str]:
    """What apprise may quote of an address: a password, and whatever is long enough to be a token."""
    rest = url.partition("://")[2]
    authority = re.split(r"[/?#]", rest, maxsplit=1)[0]
    password = authority.rpartition("@")[0].partition(":")[2]
    parts = [password, *re.split(r"[/?&=#@:,]+", rest)]
    for part in dict.fromkeys(parts):
        long = len(part) >= _SHORTEST_SECRET and not re.fullmatch(r"[\w.-]*\.[a-z]{2,}", part)
        if part and (part == password or long):
            yield part
            if unquote(part) != part:
                yield unquote(part)


def holds_incidents(url: str) -> bool:
    """Whether a success is to be told there: it resolves, unless the address says otherwise."""
    action = _parameters(url).get("action", "map")
    return schema(url) in KEYS and "map".startswith(action.strip().lower() or "map")


def addressed(url: str, target: str) -> str:
    """The address, with one incident for each target where there are incidents, and long texts cut.

    What the user wrote into it stays as it is.
    """
    wanted = {"overflow": "truncate"}
    if schema(url) in KEYS:
        wanted |= {"action": "map", KEYS[schema(url)]: incident_key(target)}
    given = _parameters(url)
    added = urlencode({name: value for name, value in wanted.items() if name not in given}, quote_via=quote)
    if not added:
        return url
    return f"{url}{'&' if '?' in url else '?'}{added}"


def incident_key(target: str) -> str:
    """The same for each run of a target, another one for each target, and fit for an address."""
    plain = re.sub(r"[^A-Za-z0-9._@-]+", "-", target)[:_LONGEST_KEY]
    digest = hashlib.sha256(target.encode("utf-8", "replace")).hexdigest()[:8]
    return f"backup-verification-{plain}" + ("" if plain == target else f"-{digest}")


def _parameters(url: str) -> dict[str, str]:
    """The parameters of an address; a # in it ends nothing, for apprise has it name teams and rooms."""
    return {name.lower(): value for name, value in parse_qsl(url.partition("?")[2], keep_blank_values=True)}
