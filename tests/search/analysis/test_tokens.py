import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from search.analysis import tokens
from search.analysis.tokens import LONGEST_SURFACE, Token, normalise, tokenise, tokenise_in_columns

ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=200)
AWKWARD_TEXT = st.text(
    st.sampled_from("aÄo\u0308N15ıİßſΣ:'’-–‑_/+. \n\u00ad\u200d\u0345\u0000\u05d0\u0627\U0001f600"), max_size=60
)


def surfaces(text):
    return [token.surface for token in tokenise(text)]


def test_surface_is_lower_case_and_composed():
    assert surfaces("A\u0308ITI Åland") == ["äiti", "åland"]


def test_umlauts_are_letters_of_their_own():
    assert surfaces("Sää saa") == ["sää", "saa"]


def test_soft_hyphens_are_dropped():
    assert surfaces("mielen\u00adterveys\u00adpalvelu") == ["mielenterveyspalvelu"]


@pytest.mark.parametrize("apostrophe", ["'", "’", "ʼ"])
def test_every_apostrophe_is_the_same(apostrophe):
    assert surfaces(f"vaa{apostrophe}an") == ["vaa'an"]


@pytest.mark.parametrize("hyphen", ["-", "\u2010", "\u2011", "–"])
def test_hyphens_and_dashes_between_letters_are_the_same(hyphen):
    assert surfaces(f"Etelä{hyphen}Pohjanmaa") == ["etelä-pohjanmaa"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("THL:n", "thl"),
        ("HUS:ssa", "hus"),
        ("Luvn:n", "luvn"),
        ("EU:hun", "eu"),
        ("STM:kin", "stm"),
        ("STM:llekin", "stm"),
        ("3:een", "3"),
        ("EU:n-laajuinen", "eu-laajuinen"),
        ("FPA:s", "fpa"),
    ],
)
def test_case_ending_after_a_colon_is_cut(text, expected):
    assert surfaces(text) == [expected]


def test_colon_that_parts_no_ending_parts_two_words():
    assert surfaces("tavoite:parempi klo 12:30") == ["tavoite", "parempi", "klo", "12", "30"]


@pytest.mark.parametrize("dash", ["–", "-", "\u2011"])
@pytest.mark.parametrize(("first", "last"), [("13", "17"), ("I1", "I4"), ("2023", "24"), ("P4", "I1")])
def test_range_keeps_both_ends(first, last, dash):
    assert surfaces(f"{first}{dash}{last}") == [first.lower(), last.lower()]


def test_range_before_a_word_keeps_both_ends():
    assert surfaces("13–17-vuotiaat") == ["13", "17-vuotiaat"]


def test_number_in_a_name_is_no_range():
    assert surfaces("covid-19 65-vuotiaat") == ["covid-19", "65-vuotiaat"]


def test_ages_and_hours_stay_whole():
    assert surfaces("65+ palvelee 24/7, istunnot 1–5/2024") == [
        "65+",
        "palvelee",
        "24/7",
        "istunnot",
        "1",
        "5",
        "2024",
    ]


def test_hyphens_of_an_ellipsis_stay():
    assert surfaces("mielenterveys- ja päihdepalvelut, -polut; 13- ja 14-vuotiaat") == [
        "mielenterveys-", "ja", "päihdepalvelut", "-polut", "13-", "ja", "14-vuotiaat",
    ]  # fmt: skip


def test_dashes_between_words_are_no_hyphens():
    assert surfaces("koti – ja -- kunta - 2020–") == ["koti", "ja", "kunta", "2020"]


def test_long_word_is_cut_and_not_dropped():
    assert surfaces("x" * 80) == ["x" * LONGEST_SURFACE]


def test_underscores_part_words():
    assert surfaces("omat_tiedot") == ["omat", "tiedot"]


def test_tokens_know_where_they_stood_in_the_original_text():
    text = "\u00adÄa\u00adkkö\u0308set, THL:n"
    assert tokenise(text) == [
        Token(surface=normalise("Äakkö\u0308set"), start=1, end=11, capitalised=True),
        Token(surface="thl", start=13, end=18, capitalised=True),
    ]


def test_capital_initials_are_noted():
    assert [token.capitalised for token in tokenise("Sata sata HUS -Suomi 65+")] == [True, False, True, True, False]


@given(st.one_of(ANY_TEXT, AWKWARD_TEXT))
@example("a\u0345:n")
@example("İ" * 60)
def test_any_text_has_tokens_with_sound_offsets_and_surfaces(text):
    end = 0
    for token in tokenise(text):
        assert end <= token.start < token.end <= len(text)
        assert token.surface == normalise(text[token.start : token.end])
        assert unicodedata.is_normalized("NFC", token.surface)
        assert token.surface == token.surface.lower()
        assert 0 < len(token.surface) <= LONGEST_SURFACE
        assert any(char.isalnum() for char in token.surface)
        end = token.end


@pytest.mark.parametrize("unit", ["a", "1", "-", "a-", "1-", "a:", "1/", "\u00ad", "a\u0308", "1+", "'a", "–", "a–1"])
def test_very_long_stretches_end(unit):
    """A pattern that backtracks would not end within the suite's patience; how long it takes is no test's business."""
    assert all(len(token.surface) <= 50 for token in tokenise(unit * 100_000))


@given(st.lists(st.one_of(ANY_TEXT, AWKWARD_TEXT, st.text("aÄ- –\t", max_size=12)), max_size=4))
@example(["mielenterveys- ja päihdepalvelut", "", "–", " Kaksi  väliä ", f"{'pitkä' * 20} sana"])
def test_columns_hold_the_same_tokens(texts):
    assert read_in_columns(texts) == [tokenise(text) for text in texts]


def read_in_columns(texts):
    columns = tokenise_in_columns(texts)
    begins = [0, *columns.ends_of_texts]
    return [columns.rows(begin, end) for begin, end in zip(begins, columns.ends_of_texts, strict=False)]


def test_columns_are_the_same_after_what_was_remembered_has_been_forgotten(monkeypatch):
    texts = ["Kotisairaanhoidon mielenterveys- ja päihdepalvelut", "Koti-, laitos- ja asumispalvelut"]
    known = tokenise_in_columns(texts)
    monkeypatch.setattr(tokens, "MOST_REMEMBERED", 0)
    fresh = tokenise_in_columns(texts[1:])
    assert fresh.surfaces is not known.surfaces
    assert fresh.rows(0, 4) == tokenise(texts[1])
    assert known.surfaces_of(0, 4) == [token.surface for token in tokenise(texts[0])]
