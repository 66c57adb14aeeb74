"""What takes the place of a plain dump's statement on a throw-away server."""

import re
from collections.abc import Callable

from restoring import statements as st
from restoring.foreign import ensure_wrapper
from restoring.locales import stated
from restoring.names import name_of, text_of
from restoring.prepared import ensure_roles_of_services, make_way
from restoring.roles import roles_in
from restoring.stage import Stage

_ROLE_SETTING = re.compile(r"\s+SET \"?([\w.]+)\"? (?:TO|=) (.*)", re.IGNORECASE | re.DOTALL)

Handler = Callable[[Stage, str, "re.Match[bytes]"], None]


def substitute(stage: Stage, database: str, text: bytes) -> bytes | None:
    """The statement to run in place of `text`, which is mostly `text`; None where all is done."""
    for pattern, handler in _HANDLERS:
        found = pattern.match(text)
        if found is not None:
            handler(stage, database, found)
            return None
    for pattern, what, why in st.LEFT_OUT:
        found = pattern.match(text)
        if found is not None:
            names = map(name_of, found.groups())
            stage.omit(what.format(*names), st.WHY_LEFT_OUT[why])
            return None
    return _with_surroundings(stage, database, text)


def _with_surroundings(stage: Stage, database: str, text: bytes) -> bytes:
    """The statement itself, once the schema's place is free and the roles it names are there."""
    schema = st.CREATE_SCHEMA.match(text)
    if schema is not None:
        make_way(stage, database, name_of(schema[1]))
        if name_of(schema[1]) == "realtime":  # its rows name roles, long before a grant does
            ensure_roles_of_services(stage)
    server = st.CREATE_SERVER.match(text)
    if server is not None:
        ensure_wrapper(stage, database, name_of(server[1]))
    if st.MENTIONS_ROLES.match(text):
        for role in sorted(roles_in(text_of(text))):
            stage.roles.ensure(role)
    return text


def _extension(stage: Stage, database: str, found: "re.Match[bytes]") -> None:
    schema = name_of(found[2]) if found[2] else None
    stage.ensure_extension(database, name_of(found[1]), schema)


def _wrapper(stage: Stage, database: str, found: "re.Match[bytes]") -> None:
    ensure_wrapper(stage, database, name_of(found[1]))


def _role(stage: Stage, _: str, found: "re.Match[bytes]") -> None:
    name = name_of(found[1])
    stage.roles.ensure(name)
    stage.roles.set_attributes(name, _attributes(found[2]))


def _role_change(stage: Stage, database: str, found: "re.Match[bytes]") -> None:
    if re.match(rb"\s+(IN DATABASE \S+ )?(SET|RESET)\b", found[2], re.IGNORECASE):
        stage.roles.ensure(name_of(found[1]))
        setting = _ROLE_SETTING.fullmatch(found[2].decode(errors="replace"))
        if setting is not None:
            value = ", ".join(re.findall(r"[^\s',]+", setting[2])) if "'" in setting[2] else setting[2]
            stage.roles.settings[f"{setting[1]} for {name_of(found[1])}"] = value.strip()
        stage.omit("settings of roles", "no role can log in on a throw-away server")
        return
    _role(stage, database, found)


def _attributes(text: bytes) -> list[str]:
    before_secrets = re.split(rb"PASSWORD|VALID UNTIL", text, maxsplit=1, flags=re.IGNORECASE)[0]
    return before_secrets.decode(errors="replace").upper().split()


def _membership(stage: Stage, _: str, found: "re.Match[bytes]") -> None:
    group, member = name_of(found[1]), name_of(found[2])
    options = [words.decode().upper() for words in st.MEMBERSHIP_OPTIONS.findall(found.string, found.end())]
    if not stage.roles.grant_membership(group, member, options):
        stage.omit(f"membership of {member} in {group}", "not granted on a throw-away server")


def _database(stage: Stage, _: str, found: "re.Match[bytes]") -> None:
    name = name_of(found[1])
    if name not in stage.databases:
        encoding = found[2].decode() if found[2] else "UTF8"
        stage.create_database(name, encoding, stated(found.string))


def _nothing(_: Stage, __: str, ___: "re.Match[bytes]") -> None:
    """For a statement that means nothing on a server that holds this backup alone."""


_HANDLERS: tuple[tuple["re.Pattern[bytes]", Handler], ...] = (
    (st.SKIPPED, _nothing),
    (st.CREATE_EXTENSION, _extension),
    (st.CREATE_WRAPPER, _wrapper),
    (st.CREATE_ROLE, _role),
    (st.ALTER_ROLE, _role_change),
    (st.MEMBERSHIP, _membership),
    (st.CREATE_DATABASE, _database),
)
