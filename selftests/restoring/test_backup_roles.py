"""The roles of a backup exist, and can do nothing to the machine or to what is not theirs."""

from collections.abc import Iterator

import pytest

from restoring.backup_roles import REFUSED, BackupRoles
from restoring.programs import Programs
from restoring.server import Server, serving


@pytest.fixture(scope="module")
def roles(programs: Programs, server: Server) -> Iterator[BackupRoles]:
    with pytest.MonkeyPatch.context() as beside:
        beside.setattr("tempfile.tempdir", str(server.workplace.path.parents[1]))
        with serving(programs) as own:
            own.create_login("loader")
            yield BackupRoles(own, "loader")


def ask(roles: BackupRoles, query: str, *values: str) -> tuple[object, ...] | None:
    with roles.server.connect("postgres") as admin:
        return admin.execute(query.encode(), values).fetchone()


def attributes(roles: BackupRoles, name: str) -> tuple[object, ...] | None:
    """Login, superuser, may create roles, databases, replicate; row security bypassed; inherits."""
    columns = "rolcanlogin, rolsuper, rolcreaterole, rolcreatedb, rolreplication, rolbypassrls, rolinherit"
    return ask(roles, f"SELECT {columns} FROM pg_roles WHERE rolname = %s", name)


POWERLESS = (False,) * 5


@pytest.mark.parametrize(
    ("name", "bypasses"),
    [
        ("app", False),
        ("My app", False),
        ('x" SUPERUSER LOGIN; --', False),
        ("authenticated", False),
        ("service_role", True),
        ("postgres", True),
    ],
)
def test_a_role_is_made_without_power(roles: BackupRoles, name: str, bypasses: bool) -> None:
    for _ in range(2):
        roles.ensure(name)
    assert name in roles
    assert attributes(roles, name) == (*POWERLESS, bypasses, True)
    assert ask(roles, "SELECT pg_has_role('loader', %s, 'MEMBER')", name) == (True,)


@pytest.mark.parametrize("name", ["pg_of_ours", "public", "none", ""])
def test_what_is_no_role_is_not_made(roles: BackupRoles, name: str) -> None:
    roles.ensure(name)
    assert name not in roles
    assert attributes(roles, name) is None


def test_only_harmless_attributes_are_given(roles: BackupRoles) -> None:
    roles.ensure("wanting")
    dangerous = ["SUPERUSER", "LOGIN", "CREATEROLE", "CREATEDB", "REPLICATION"]
    roles.set_attributes("wanting", [*dangerous, "BYPASSRLS", "NOINHERIT"])
    assert attributes(roles, "wanting") == (*POWERLESS, True, False)


def test_attributes_are_never_given_to_a_role_that_is_not_the_backups(roles: BackupRoles) -> None:
    before = attributes(roles, "loader")
    roles.set_attributes("loader", ["BYPASSRLS"])
    assert attributes(roles, "loader") == before


@pytest.mark.parametrize(
    ("group", "granted"),
    [
        ("staff", True),
        ("pg_read_all_data", True),
        ("pg_execute_server_program", False),
        ("pg_read_server_files", False),
        ("pg_write_server_files", False),
        ("pg_create_subscription", False),
        ("pg_database_owner", False),
    ],
)
def test_no_group_that_reaches_the_machine_is_joined(roles: BackupRoles, group: str, granted: bool) -> None:
    roles.ensure("staff")
    roles.ensure("member")
    assert roles.grant_membership(group, "member") is granted
    assert ask(roles, "SELECT pg_has_role('member', %s, 'MEMBER')", group) == (granted,)


def test_nobody_else_is_made_a_member(roles: BackupRoles) -> None:
    roles.ensure("staff")
    roles.grant_membership("staff", "pg_monitor")
    roles.grant_membership(roles.server.admin, "staff")
    assert ask(roles, "SELECT pg_has_role('pg_monitor', 'staff', 'MEMBER')") == (False,)
    assert ask(roles, "SELECT pg_has_role('staff', %s, 'MEMBER')", roles.server.admin) == (False,)


@pytest.fixture
def table(roles: BackupRoles) -> str:
    roles.ensure("app")
    with roles.server.connect("postgres") as admin:
        admin.execute("DROP TABLE IF EXISTS public.t")
        admin.execute("CREATE TABLE public.t (a integer)")
    return "public.t"


def owner(roles: BackupRoles, table: str) -> object:
    row = ask(roles, "SELECT relowner::regrole::text FROM pg_class WHERE oid = %s::regclass", table)
    return row and row[0]


def test_an_owner_is_set(roles: BackupRoles, table: str) -> None:
    assert roles.set_owners("postgres", [b"ALTER TABLE public.t OWNER TO app"], 10) == []
    assert owner(roles, table) == "app"


def test_an_old_dump_sets_the_search_path_first(roles: BackupRoles, table: str) -> None:
    statements = [b"SET search_path = public, pg_catalog", b"ALTER TABLE t OWNER TO app"]
    assert roles.set_owners("postgres", statements, 10) == []
    assert owner(roles, table) == "app"


def test_a_name_may_hold_a_percent_sign(roles: BackupRoles) -> None:
    with roles.server.connect("postgres") as admin:
        admin.execute(b'CREATE TABLE public."%s" ()')
    roles.ensure("100%s")
    assert roles.set_owners("postgres", [b'ALTER TABLE public."%s" OWNER TO "100%s"'], 10) == []
    assert owner(roles, 'public."%s"') == '"100%s"'


@pytest.mark.parametrize(
    "statement",
    [
        b"ALTER TABLE public.t OWNER TO app; DROP TABLE public.t",
        b"ALTER TABLE public.t OWNER TO app, ADD COLUMN b integer",
        b"ALTER ROLE app SUPERUSER",
        b"ALTER TABLE public.t OWNER TO CURRENT_USER",
        b"ALTER TABLE public.t OWNER TO loader",
        b"ALTER FUNCTION pg_catalog.pg_read_file(text) OWNER TO app",
    ],
)
def test_anything_else_is_refused_and_the_rest_goes_on(
    roles: BackupRoles, table: str, statement: bytes
) -> None:
    statements = [statement, b"ALTER TABLE public.t OWNER TO app"]
    assert roles.set_owners("postgres", statements, 10) == [REFUSED]
    assert owner(roles, table) == "app"
    assert attributes(roles, "app") == (*POWERLESS, False, True)


@pytest.mark.parametrize(
    "before", [[], [b"SET search_path = public, pg_catalog"]], ids=["new dump", "old dump"]
)
def test_the_servers_own_functions_keep_their_owner_by_their_bare_names_too(
    roles: BackupRoles, before: list[bytes]
) -> None:
    """Whoever owns pg_read_file may call it, and let others do so."""
    roles.ensure("app")
    assert (
        roles.set_owners("postgres", [*before, b"ALTER FUNCTION pg_read_file(text) OWNER TO app"], 10) != []
    )
    query = "SELECT proowner::regrole::text FROM pg_proc WHERE oid = 'pg_read_file(text)'::regprocedure"
    assert ask(roles, query) == (roles.server.admin,)


def test_what_is_not_there_is_complained_of(roles: BackupRoles) -> None:
    roles.ensure("app")
    found = roles.set_owners("postgres", [b"ALTER TABLE public.nothing OWNER TO app"], 10)
    assert found == ['relation "public.nothing" does not exist']
