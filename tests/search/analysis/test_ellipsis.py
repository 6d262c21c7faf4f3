import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from search.analysis.ellipsis import rebuild
from search.analysis.tokens import LONGEST_SURFACE, tokenise


def rebuilt(analyser, text):
    tokens = tokenise(text)
    return {tokens[index].surface: full for index, full in rebuild(tokens, analyser.split_points).items()}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("mielenterveys- ja päihdepalveluihin", {"mielenterveys-": "mielenterveyspalveluihin"}),
        ("päihde- ja mielenterveyspalvelut", {"päihde-": "päihdepalvelut"}),
        ("terveys- ja hyvinvointipalveluiden", {"terveys-": "terveyspalveluiden"}),
        ("sosiaali- sekä terveydenhuollossa", {"sosiaali-": "sosiaalihuollossa"}),
        ("sosiaali- ja perusterveydenhuolto", {"sosiaali-": "sosiaalihuolto"}),
        ("erikois- ja perusterveydenhuolto", {"erikois-": "erikoisterveydenhuolto"}),
        ("opiskelu- tai työterveyshuolto", {"opiskelu-": "opiskeluterveyshuolto"}),
        ("RRP- ja sote-ohjelmat", {"rrp-": "rrp-ohjelmat"}),
        ("13- ja 14-vuotiaat", {"13-": "13-vuotiaat"}),
        ("short- and long-term care", {"short-": "short-term"}),
        ("mental- och missbrukarvården", {"mental-": "mentalvården"}),
    ],
)
def test_word_without_its_end_gets_that_of_the_next(analyser, text, expected):
    assert rebuilt(analyser, text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("hoitosuunnitelmat ja -polut", {"-polut": "hoitopolut"}),
        ("mielenterveyspalvelut ja -hoito", {"-hoito": "mielenterveyshoito"}),
        ("sote-keskukset ja -palvelut", {"-palvelut": "sote-palvelut"}),
        ("Keski-Suomi ja -Pohjanmaa", {"-pohjanmaa": "keski-pohjanmaa"}),
    ],
)
def test_word_without_its_beginning_gets_that_of_the_one_before(analyser, text, expected):
    assert rebuilt(analyser, text) == expected


def test_lists_are_rebuilt(analyser):
    assert rebuilt(analyser, "koti-, laitos- ja asumispalvelut") == {
        "koti-": "kotipalvelut",
        "laitos-": "laitospalvelut",
    }
    assert rebuilt(analyser, "palveluketjut, -polut ja -prosessit") == {
        "-polut": "palvelupolut",
        "-prosessit": "palveluprosessit",
    }


@pytest.mark.parametrize(
    "text",
    [
        "mielenterveys- ja",
        "ja -polut",
        "mielenterveys- ja koti",
        "sana- teksti",
        "lähi-.\n\nSeuraava luku ja päihdepalvelut",
        "-polut- ja hoitosuunnitelmat",
    ],
)
def test_word_that_nothing_completes_is_left_out(analyser, text):
    assert rebuilt(analyser, text) == {}


@given(st.lists(st.sampled_from(["ja", "-", "a-", "-b", "kotihoito", ", ", "x" * 60 + "-", "sekä", " ", "\n"])))
@example(["x" * 60 + "-", "ja", "kotihoito"])
def test_any_tokens_can_be_rebuilt(parts):
    tokens = tokenise(" ".join(parts))
    rebuilt = rebuild(tokens, lambda surface: (len(surface) // 2,) if len(surface) > 1 else ())
    assert all(tokens[place].surface.startswith("-") or tokens[place].surface.endswith("-") for place in rebuilt)
    for full in rebuilt.values():
        assert 0 < len(full) <= LONGEST_SURFACE
