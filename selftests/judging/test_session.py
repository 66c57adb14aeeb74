"""What in a tree stands for the session."""

from judging.nodes import parse
from judging.session import Names, bare, text_of

AUTH_ROLE = "{FUNCEXPR :funcid 7 :args <>}"
ANON = "{CONST :consttype 25 :constlen -1 :constisnull false :constvalue 8 [ 32 0 0 0 97 110 111 110 ]}"
NAMES = Names({"98": "="}, {"7": "auth.role"})


def test_a_text_is_read_without_its_length() -> None:
    assert text_of(parse(ANON)) == "anon"


def test_a_name_ends_at_its_first_zero() -> None:
    assert text_of(parse("{CONST :consttype 19 :constlen 64 :constvalue 64 [ 97 98 0 0 ]}")) == "ab"


def test_casts_and_selects_around_a_call_are_seen_through() -> None:
    select = "{SUBLINK :subLinkType 4 :subselect {QUERY :rtable <> :targetList ({TARGETENTRY :expr %s})}}"
    found, depth = bare(parse("{RELABELTYPE :arg %s}" % (select % AUTH_ROLE)), 0)
    assert (found, depth) == (parse(AUTH_ROLE), 1)
    reading = parse((select % AUTH_ROLE).replace(":rtable <>", ":rtable ({RTE})"))
    assert bare(reading, 0) == (reading, 0)


def test_a_comparison_of_the_role_lets_in_those_it_names() -> None:
    role, anon = parse(AUTH_ROLE), parse(ANON)
    assert NAMES.is_role(role)
    assert not NAMES.is_role(anon)
    assert NAMES.let_in([role, anon], "=", ["anon", "member"]) == {"anon"}
    assert NAMES.let_in([anon, role], "<>", ["anon", "member"]) == {"member"}
    assert NAMES.let_in([role, anon], "=", ["member"]) == set()
    assert NAMES.let_in([role, anon], "~~", ["anon"]) is None
    assert NAMES.let_in([role, role], "=", ["anon"]) is None
