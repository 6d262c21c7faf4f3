"""A letter typed without its mark finds the marked one where nothing else fits, and never å, ä or ö."""

from __future__ import annotations

import pytest

from search.analysis.marks import may_mean, unmark
from search.criteria import Criteria
from search.finding.results import find
from tests import factories
from tests.pages.reading import read, texts_of

SAMI = "Mánáidgárdi ja dearvvašvuođabálvalusat"


@pytest.mark.parametrize(
    ("typed", "word"),
    [
        ("sapmi", "sápmi"),
        ("giella", "giellâ"),
        ("dearvvasvuodabalvalusat", "dearvvašvuođabálvalusat"),
        ("dearvvašvuodabalvalusat", "dearvvašvuođabálvalusat"),
        ("skuvlla", "skuvllá"),
        ("nuorttsaamkiollsaz", "nuõrttsaamkiõllsaž"),
        ("cafe", "café"),
    ],
)
def test_marks_that_were_not_typed_may_be_there(typed, word):
    assert may_mean(typed, word)
    assert unmark(typed) == unmark(word)


@pytest.mark.parametrize(
    ("typed", "word"),
    [("saa", "sää"), ("tyo", "työ"), ("alands", "ålands"), ("sápmi", "sapmi"), ("sâpmi", "sápmi"), ("saari", "sääri")],
)
def test_finnish_letters_and_marks_that_were_typed_are_what_they_are(typed, word):
    assert not may_mean(typed, word)


@pytest.fixture
def pages(db, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        sami = factories.make_model("21", title=SAMI, original_language="se", lead="Sápmi")
        finnish = factories.make_model("15", title="Työ ja sää", lead="Saari")
        both = factories.make_model("08", title="Sää", texts=[{"language": "smn", "title": "Sämikielâ"}])
    return sami, finnish, both


def titles(words):
    return [hit.card["title"] for hit in find(Criteria(words=words)).hits]


def test_a_text_in_sami_is_found_with_its_marks_and_without_them(pages):
    for words in ("mánáidgárdi", "manaidgardi", "MANAIDGÁRDI", "dearvvasvuodabalvalusat", "sapmi"):
        assert titles(words) == [SAMI], words
    assert titles("sämikiela") == ["Sää"]


def test_finnish_letters_never_stand_for_others(pages):
    for words in ("tyo", "saa", "samikiela"):
        found = find(Criteria(words=words, as_typed=True)).hits
        assert [hit.card["title"] for hit in found if "ö" in hit.card["title"] or "ä" in hit.card["title"]] == [], (
            words
        )


def test_a_word_that_fits_as_typed_finds_no_marked_one(db, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        factories.make_model("15", title="Kafe")
        factories.make_model("08", title="Kafé")
    assert titles("kafe") == ["Kafe"]
    assert titles("kafé") == ["Kafé"]


def test_quotation_marks_mean_what_they_say(pages):
    assert titles('"manaidgardi"') == []


def test_a_text_in_sami_says_its_language(pages):
    sami, _finnish, both = pages
    soup = read(sami.get_url())
    assert soup.h1["lang"] == "se"
    assert {element["lang"] for element in soup.select("main .prose[lang]")} == {"se"}
    links = read(both.get_url()).select("main a[hreflang]")
    assert [(link["hreflang"], link["lang"], link.get_text(strip=True)) for link in links] == [
        ("smn", "smn", "Anarâškielân")
    ]
    assert read(both.get_url(), text="smn").h1["lang"] == "smn"
    assert "Sämikielâ" in texts_of(read(both.get_url(), text="smn"), "h1")
