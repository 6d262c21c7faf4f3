"""Marks in titles and texts: escaped first, on the words that were matched, in the right place."""

from __future__ import annotations

from search.query.snippets import mark
from tests.search.conftest import entry

FILLER = "Tässä kerrotaan jostakin aivan muusta asiasta. " * 20


def hit(library, words):
    return library.find(words).hits[0]


def test_text_is_escaped_before_it_is_marked():
    text = "<b>a & b</b>"
    assert mark(text, [(3, 4)]) == "&lt;b&gt;<mark>a</mark> &amp; b&lt;/b&gt;"


def test_no_markup_of_a_text_survives_in_a_hit(library):
    library.add(entry("<script>robotti</script>", '<img src=x onerror=robotti> & "robotti"'), entry("Muu"))
    found = hit(library, "robotti")
    assert found.title == "&lt;script&gt;<mark>robotti</mark>&lt;/script&gt;"
    assert found.snippet == "&lt;img src=x onerror=<mark>robotti</mark>&gt; &amp; &quot;<mark>robotti</mark>&quot;"


def test_inflected_form_part_name_and_shortened_word_are_marked(library):
    library.add(
        entry(
            "Seniorineuvolat ja kotihoito",
            "Keski-Suomen hyvinvointialueella mielenterveys- ja päihdepalvelut.",
            "Johdanto.",
        ),
        entry("Muu"),
    )
    assert hit(library, "seniorineuvolassa").title == "<mark>Seniorineuvolat</mark> ja kotihoito"
    assert hit(library, "hoito").title == "Seniorineuvolat ja <mark>kotihoito</mark>"
    assert hit(library, "keskisuomi Hyvaks").snippet.startswith("<mark>Keski-Suomen hyvinvointialueella</mark> miel")
    assert "<mark>mielenterveys-</mark> ja <mark>päihdepalvelut</mark>" in hit(library, "mielenterveyspalvelu").snippet


def test_synonym_is_marked_and_function_word_is_not(library):
    library.add(entry("Vanhusten ja lasten ateriat"), entry("Muu"))
    assert hit(library, "ikääntynyt ja").title == "<mark>Vanhusten</mark> ja lasten ateriat"


def test_only_the_quoted_words_in_order_are_marked(library):
    library.add(entry("A", "Oman työn jälkeen tulee oman lääkärin malli."), entry("Muu"))
    assert hit(library, '"oman lääkärin"').snippet == "Oman työn jälkeen tulee <mark>oman lääkärin</mark> malli."


def test_excerpt_is_cut_around_the_words_and_between_words(library):
    library.add(entry("A", f"{FILLER}Sitten robotti auttaa. {FILLER}", "Johdanto."), entry("Muu"))
    snippet = hit(library, "robotti").snippet
    assert "<mark>robotti</mark> auttaa." in snippet
    assert snippet.startswith("… ")
    assert snippet.endswith(" …")
    assert 180 <= len(snippet.replace("<mark>", "").replace("</mark>", "")) <= 220 + len("…  …")


def test_excerpt_shows_the_place_with_the_most_different_words(library):
    body = f"Robotti. Robotti. {FILLER}Etävastaanotto ja robotti yhdessä. {FILLER}"
    library.add(entry("A", body), entry("Muu"))
    snippet = hit(library, "robotti etävastaanotto").snippet
    assert "<mark>Etävastaanotto</mark> ja <mark>robotti</mark>" in snippet


def test_lead_is_shown_when_the_words_stand_in_no_text(library):
    library.add(entry("Robotti", "Muuta tekstiä.", "Johdanto kertoo."), entry("Muu"))
    assert hit(library, "robotti").snippet == "Johdanto kertoo."


def test_lead_is_shown_without_words(library):
    library.add(entry("A", "Muuta tekstiä.", "Johdanto kertoo."))
    assert hit(library, "").snippet == "Johdanto kertoo."


def test_excerpt_knows_its_language(library):
    library.add(entry("Psykisk hälsa", "Mentalvård för alla.", language="sv"), entry("Muu"))
    found = hit(library, "mentalvård")
    assert (found.snippet, found.snippet_language) == ("<mark>Mentalvård</mark> för alla.", "sv")
