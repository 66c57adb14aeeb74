"""Roles lost, given more than they had, or made members of others, as a cluster's dump carries them."""

from __future__ import annotations

import re
from collections.abc import Callable

from selftests.damage.entry import Entry, rewritten

_DEFINITIONS = "test_definitions_match"
_RLS = "test_rls_policies_active"


def _without_role(content: bytes) -> bytes:
    return re.sub(rb"^(CREATE|ALTER) ROLE authenticated\b.*\n", b"", content, flags=re.MULTILINE)


def _without_roles(content: bytes) -> bytes:
    return re.sub(rb"^(CREATE|ALTER) ROLE .*\n", b"", content, flags=re.MULTILINE)


def _given(role: bytes, attribute: bytes) -> Callable[[bytes], bytes]:
    words = rb"^(ALTER ROLE %s WITH .*)\bNO%s\b" % (role, attribute)
    return lambda content: re.sub(words, rb"\g<1>" + attribute, content, flags=re.MULTILINE)


def _after_roles(statement: bytes) -> Callable[[bytes], bytes]:
    return lambda content: content.replace(b"\\connect", statement + b"\n\\connect", 1)


def _without_membership(content: bytes) -> bytes:
    return re.sub(rb"^GRANT clinic_report TO .*\n", b"", content, flags=re.MULTILINE)


def _entry(name: str, story: str, rewrite: Callable[[bytes], bytes], without: str | None = None) -> Entry:
    """Of a cluster's dump, in which every role of the server stands."""
    return Entry(name, "roles", story, rewritten("cluster", rewrite), _DEFINITIONS, without)


ENTRIES = (
    _entry("one role lost", "roles cleaned up", _without_role),
    _entry("every role lost", "another account's pg_dumpall", _without_roles),
    _entry(
        "BYPASSRLS given to authenticated", "a debug session", _given(b"authenticated", b"BYPASSRLS"), _RLS
    ),
    _entry("SUPERUSER given to anon", "a debug session", _given(b"anon", b"SUPERUSER"), _RLS),
    _entry("LOGIN given to service_role", "a debug session", _given(b"service_role", b"LOGIN")),
    _entry(
        "authenticated made a member of service_role",
        "a careless grant",
        _after_roles(b"GRANT service_role TO authenticated;"),
        _RLS,
    ),
    _entry("a membership lost", "roles recreated by hand", _without_membership),
    _entry(
        "a setting of a role",
        "a debug session",
        _after_roles(b"ALTER ROLE authenticated SET row_security = off;"),
    ),
)
