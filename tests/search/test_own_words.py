"""What people type in their own words: in which language and order, what is asked for, left out, misspelt or near."""

from __future__ import annotations

import pytest

from search import index_version
from search.catalogue import Concept
from search.criteria import Criteria
from search.finding.results import find
from search.query.operators import find_unknown
from search.terms import concepts
from search.terms.engine import Relation
from tests.search.conftest import CONCEPTS, entry, make_catalogue

pytestmark = pytest.mark.django_db

OWN = (
    *CONCEPTS,
    Concept("synonyms:care", equals=(("fi", "sijaishuolto"), ("sv", "vård utom hemmet"))),
    Concept("synonyms:low", equals=(("fi", "masennus"), ("sv", "depression")), broader=("theme:mind",)),
    Concept("synonyms:grief", equals=(("fi", "suru"), ("en", "grief")), broader=("synonyms:low",)),
    Concept("synonyms:alone", equals=(("fi", "yksinäisyys"),), related=("target:elderly",)),
    Concept(
        "programme:early",
        {"fi": "Ennaltaehkäisy ja varhainen tunnistaminen", "en": "Early detection"},
        is_whole=True,
    ),
)


@pytest.fixture(scope="module")
def catalogue(django_db_setup, django_db_blocker):
    made = make_catalogue(OWN)
    with django_db_blocker.unblock():
        concepts.current(made, index_version.read())
    return made


def explanations(library, words, title):
    """Return why the page of that title was found: relation, facet and meaning."""
    hit = next(hit for hit in library.find(words).hits if library.titles[hit.page_id] == title)
    return [(one.relation, str(one.facet), one.meaning) for one in hit.explanations]


class TestSeveralWords:
    def test_an_equal_phrase_is_met_in_its_order_and_language_only(self, library):
        library.add(
            entry("Hem och vård", "Hemmet är bra, och vård ges utom tur", language="sv"),
            entry("Placering", "Hon fick vård utom hemmet", language="sv"),
            entry("Suomeksi", "vård utom hemmet mainitaan", language="fi"),
        )
        assert library.full("sijaishuolto") == ["Placering"]

    def test_function_words_may_stand_between(self, library):
        library.add(entry("Tuki", "sijoita sekä valmenna työhön"), entry("Muu", "sijoita rahat ja sitten valmenna"))
        assert library.full("IPS") == ["Tuki"]
        assert library.full("sijoita ja valmenna") == ["Tuki"]

    def test_a_term_of_the_page_is_known_by_its_code_not_by_words_of_labels(self, library):
        library.add(
            entry("Luokiteltu", concepts=["theme:access"]),
            entry("Toinen", concepts=["programme:early"]),
        )
        assert library.full("tillgång till vård") == ["Luokiteltu"]
        assert library.full("varhainen") == []
        assert library.full("early") == []
        assert library.full("ennaltaehkäisy ja varhainen tunnistaminen") == ["Toinen"]


class TestAsking:
    @pytest.mark.parametrize(
        "question",
        ["mistä saada apua surun kanssa", "miten muut alueet auttavat surussa", "how to get help with grief"],
    )
    def test_a_sentence_is_answered_by_its_topic(self, library, question):
        library.add(entry("Suruun", "suru ja surun kohtaaminen"), entry("Muu", "saada apua alueella ja auttaa muita"))
        assert library.full(question) == ["Suruun"]

    def test_words_of_asking_find_what_they_can_when_nothing_else_was_asked(self, library):
        library.add(entry("Apua", "täältä saa apua"), entry("Muu", "ei mitään"))
        assert library.full("saada apua") == ["Apua"]


class TestCommonWords:
    def test_what_is_common_is_not_dropped_where_it_is_all_that_was_asked(self, library):
        library.add(*(entry(f"Etäpalvelu {number}") for number in range(12)), entry("Muu"))
        assert library.find("etä").full == 12

    def test_a_further_counting_word_never_adds_a_full_hit(self, library):
        library.add(
            entry("Suru kotona", "masennus"), entry("Suru", "masennus"), entry("Koti"), entry("Etävastaanotto kotona")
        )
        for words in ("suru", "masennus", "koti", "vastaanotto"):
            for further in ("suru", "masennus", "kotona", "vastaanotto", "kirahvi"):
                longer = library.find(f"{words} {further}")
                if longer.words and set(library.find(words).words) <= set(longer.words):
                    assert set(library.full(f"{words} {further}")) <= set(library.full(words))


class TestSpelling:
    @pytest.mark.parametrize("words", ["walk-in", "walk in", "walkin"])
    @pytest.mark.parametrize("text", ["walk-in", "walk in", "walkin"])
    def test_one_word_two_words_and_a_hyphen_are_one_spelling(self, library, words, text):
        library.add(entry("Nuorille", f"palvelu on {text} ilman aikaa"), entry("Muu", "palvelu on toinen"))
        assert "Nuorille" in library.full(words)

    def test_two_words_that_are_another_word_together_are_not_joined(self, library):
        library.add(entry("Pääsy", "hoitoon pääsy"), entry("Hoito", "hoito on hyvää"))
        assert library.full("hoito on") == library.full("hoito")


class TestOperators:
    def test_a_hyphen_before_a_word_leaves_its_pages_out_and_says_so(self, library):
        library.add(entry("Etähoito koulussa"), entry("Etähoito asemalla"))
        results = library.find("etähoito -koulu")
        assert [library.titles[hit.page_id] for hit in results.hits] == ["Etähoito asemalla"]
        assert (results.full, results.left_out) == (1, ("koulu",))

    def test_after_and_or_a_comma_a_hyphen_shortens_a_word(self, library):
        library.add(entry("Polut", "hoitopolut ja hoitosuunnitelmat"))
        assert library.full("hoitosuunnitelmat ja -polut") == ["Polut"]
        assert library.full("hoitosuunnitelmat, -polut") == ["Polut"]
        assert library.find("hoitosuunnitelmat ja -polut").left_out == ()

    def test_a_hyphen_that_stands_at_a_function_word_by_mistake_leaves_nothing_out(self, library):
        library.add(entry("Palvelut", "etäpalvelut ja digipalvelut"))
        assert library.full("etä -ja digipalvelut") == ["Palvelut"]

    def test_a_star_stands_for_all_words_that_begin_so(self, library):
        library.add(entry("Neuvola"), entry("Neuvonta"), entry("Seniorineuvola"))
        assert sorted(library.full("neuvo*")) == ["Neuvola", "Neuvonta"]

    @pytest.mark.parametrize(
        ("query", "unknown"),
        [
            ("hoito AND koti", ("AND",)),
            ("+hoito", ("+",)),
            ("ho*", ("ho*",)),
            ("hoito~", ("~",)),
            ('"hoito AND koti"', ()),
            ("hoito -koti neuv* C+ 65+ a&b", ()),
            ("onko apua? (nuorille)", ()),
        ],
    )
    def test_operators_of_other_searches_are_named(self, query, unknown):
        assert find_unknown(query) == unknown


class TestRelations:
    def test_a_narrower_concept_is_a_full_hit_below_the_word_itself(self, library):
        library.add(entry("Yksi", "masennus"), entry("Kaksi", "mielenterveys"), entry("Kolme", "suru"))
        assert library.full("mielenterveys") == ["Kaksi", "Yksi", "Kolme"]
        assert explanations(library, "mielenterveys", "Yksi") == [(Relation.NARROWER, "", "masennus")]

    def test_a_broader_and_a_related_concept_are_partial_hits_that_say_so(self, library):
        library.add(entry("Luokiteltu", concepts=["theme:mind"]), entry("Ikä", concepts=["target:elderly"]))
        assert library.full("suru") == []
        assert library.partial("masennus") == ["Luokiteltu"]
        assert explanations(library, "masennus", "Luokiteltu") == [(Relation.BROADER, "Teema", "mielen hyvinvointi")]
        assert library.partial("yksinäisyys") == ["Ikä"]
        assert explanations(library, "yksinäisyys", "Ikä") == [(Relation.RELATED, "Kohderyhmä", "ikäihmiset")]

    def test_a_word_of_the_reader_explains_and_never_one_of_a_third_language(self, library):
        library.add(entry("Suruun", "suru on raskas"))
        assert explanations(library, "grief", "Suruun") == [(Relation.EQUAL, "", "suru")]
        library.add(entry("Ikäihmisten", "muuta", concepts=["target:elderly"]))
        ((relation, facet, meaning),) = explanations(library, "seniori", "Ikäihmisten")
        assert (relation, facet, meaning) == (Relation.EQUAL, "Kohderyhmä", "ikäihmiset")


class TestPartialHits:
    def test_few_share_only_the_head_of_a_compound_that_nobody_has(self, library):
        library.add(*(entry(f"Malli {number}", "hoito") for number in range(9)), entry("Muu"))
        results = library.find("haavahoito")
        assert (results.full, results.partial) == (0, 5)


class TestCorrections:
    @pytest.fixture
    def shelf(self, library):
        library.add(entry("Omaishoitajille", "omaishoitaja jaksaa"), entry("Muoto", "muoto ja päivähoito"))
        return library

    def test_a_word_that_nobody_has_is_searched_as_the_one_that_was_surely_meant(self, shelf):
        results = shelf.find("omaishoitja")
        assert (results.is_corrected, results.correction.words, results.full) == (True, "omaishoitaja", 1)
        assert results.criteria.words == "omaishoitja"

    def test_it_is_searched_as_it_was_typed_when_that_is_asked(self, shelf):
        results = find(Criteria(words="omaishoitja", as_typed=True), shelf.catalogue)
        assert (results.is_corrected, results.full) == (False, 0)
        assert results.correction.words == "omaishoitaja"

    @pytest.mark.parametrize("word", ["mummo", "haavahoito"])
    def test_a_word_that_is_spelled_right_is_not_corrected(self, shelf, word):
        assert shelf.find(word).correction is None
