"""What people type is kept in one spelling, without what nobody sees."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from operating_models import rich_text
from operating_models.typed_text import fold, is_visible, tidy_line, tidy_lines

DIRECTIONS = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c"


@pytest.mark.parametrize(
    "unseen", ["\u200b", "\u2060", "\ufeff", "\u00ad", "\x00", "\x1b", "\u3164", "\u180e", *DIRECTIONS]
)
def test_a_line_holds_no_character_that_cannot_be_seen(unseen):
    assert tidy_line(f"{unseen}Neu{unseen}vola {unseen} auki{unseen}") == "Neuvola auki"


def test_a_line_has_one_space_between_words_and_keeps_one_that_does_not_break():
    assert tidy_line(" Neuvola\t\n auki  10\u00a0000 ") == "Neuvola auki 10\u00a0000"


def test_joiners_stay_in_pictures_and_scripts_that_need_them_and_nowhere_else():
    assert tidy_line("\U0001f469\u200d\u2695\ufe0f") == "\U0001f469\u200d\u2695\ufe0f"
    assert tidy_line("می\u200cخواهم") == "می\u200cخواهم"
    assert tidy_line("neu\u200dvola\u200c") == "neuvola"


def test_several_lines_stay_lines():
    assert tidy_lines("Yksi\u200b \r\nKaksi\u202e\r\n\r\nKolme\n") == "Yksi\nKaksi\n\nKolme"


@given(st.text())
def test_a_tidy_text_is_composed_and_tidying_it_again_changes_nothing(text):
    for tidy in (tidy_line, tidy_lines):
        once = tidy(text)
        assert unicodedata.is_normalized("NFC", once)
        assert tidy(once) == once
        assert is_visible(once) == is_visible(text)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Lastensuojelu", "lastensuojelu"),
        ("\u00e4iti", "a\u0308iti"),
        ("ÄITI", "a\u0308iti"),
        ("neu\u200bvola", "neuvola"),
        ("kotihoito  yöllä", " Kotihoito\u00a0yöllä"),
        ("Straße", "STRASSE"),
        ("\u2764", "\u2764\ufe0f"),
    ],
)
def test_spellings_of_one_name_fold_to_one_key(one, other):
    assert fold(one) == fold(other)


@pytest.mark.parametrize(("one", "other"), [("saari", "sääri"), ("ooppera", "ööppera"), ("👵", "👴"), ("se", "sé")])
def test_other_letters_are_other_names(one, other):
    assert fold(one) != fold(other)


@given(st.text())
def test_folding_what_is_folded_changes_nothing(text):
    assert fold(fold(text)) == fold(text)


def test_rich_text_keeps_its_markup_and_loses_what_cannot_be_seen():
    html = "<p>a\u0308iti \u202e\u200b</p>\n<ul><li>1 &lt; 2\u00ad</li></ul>"
    assert rich_text.tidy(html) == "<p>\u00e4iti </p>\n<ul><li>1 &lt; 2\u00ad</li></ul>"


def test_a_mark_after_a_tag_never_joins_with_the_tag():
    assert rich_text.tidy("<p>\u0338</p>\u0338") == "<p>\u0338</p>\u0338"
