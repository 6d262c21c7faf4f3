"""What the search page says of the words: pages that they name, what it left out, corrected or does not know."""

import pytest

from tests.pages.reading import search, texts_of

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("demo")]


def named(words):
    return {link.get_text(strip=True): link["href"] for link in search(words).select("#named-title + ul a")}


@pytest.mark.parametrize(
    ("words", "label", "address"),
    [
        ("nuoret Kainuussa", "Kainuu", "kainuu"),
        ("nuoret Kainuussa", "Nuoret", "nuoret"),
        ("elintapaohjaus", "Elintapaohjaus", "elintapaohjaus"),
        ("RRP", "Suomen kestävän kasvun ohjelma", "kestavan-kasvun"),
    ],
)
def test_a_named_region_theme_target_group_and_programme_is_offered_as_its_page(words, label, address):
    found = named(words)
    assert label in found
    assert address in found[label]


def test_a_region_is_offered_as_the_one_that_developed_and_as_the_one_that_uses():
    offered = {link["href"] for link in search("kuntoutus Kainuussa").select("#narrower-title + ul a")}
    assert {one.rpartition("?")[2] for one in offered} == {"q=kuntoutus&region=20", "q=kuntoutus&used_in=20"}


def test_words_that_name_nothing_offer_no_page():
    assert named("seurantapuhelu") == {}


def test_the_page_says_what_it_left_out_and_what_it_does_not_know():
    notes = " ".join(texts_of(search("etäkuntoutus -muistisairaus +ryhmä"), ".proposals p"))
    assert "Tuloksista jätettiin pois mallit, joissa on muistisairaus" in notes
    assert "Haku ei tunne merkintää: +" in notes


def test_a_sure_correction_is_told_and_leads_to_the_words_as_typed():
    soup = search("diabettes")
    assert "Näytetään tulokset haulle diabetes" in " ".join(texts_of(soup, ".proposals__meant"))
    typed = soup.select(".proposals__meant a")[1]
    assert typed["href"].endswith("?q=diabettes&typed=1")
    assert soup.select_one("#q")["value"] == "diabettes"
    assert "Tarkoititko" in " ".join(texts_of(search("diabettes", typed="1"), ".proposals__meant"))
