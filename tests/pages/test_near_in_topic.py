"""What is near in topic stands under its own heading, says what it is, and is in no number."""

from __future__ import annotations

import pytest

from search.nearness import embedding, nearest
from tests.pages.reading import facet_counts, hits, search, shown_total, text_of, texts_of
from tests.search import topics
from tests.search.topics import Topics

# Outside a transaction the search keeps its index between requests, as it does for visitors.
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("demo")]

PHARMACY = "Apteekkiyhteistyö tyypin 2 diabeteksen munuaisseurannassa"


@pytest.fixture(autouse=True)
def pharmacies(settings, monkeypatch):
    """Let a model know that giraffes are a matter of pharmacies."""
    monkeypatch.setattr(topics, "TOPICS", {"pharmacy": {"kirahvi", "apteekkiyhteistyö"}})
    monkeypatch.setattr(topics, "CURRENT", Topics())
    settings.EMBEDDER = "tests.search.topics.current"
    nearest._embed.cache_clear()


def test_where_the_words_find_nothing_the_page_says_so_and_names_the_nearest():
    assert hits(search("kirahvi")) == []
    embedding.embed_missing()
    soup = search("kirahvi")
    assert shown_total(soup) == 0
    assert texts_of(soup, ".partial-head") == ["Aiheeltaan lähellä"]
    assert hits(soup) == [PHARMACY]
    notice = text_of(soup.select_one("#hits .notice"))
    assert notice == "Mikään malli ei vastaa hakusanoja. Nämä ovat aiheeltaan lähimmät."
    assert "aiheensa eivätkä sanojensa perusteella" in text_of(soup.select_one("#hits"))
    assert "kirahvi" in text_of(soup.select_one(".no-hits"))
    assert not soup.select(".sorts")


def test_near_models_follow_the_partial_ones_under_a_heading_of_their_own_and_change_no_number():
    before = search("neuvola kirahvi")
    embedding.embed_missing()
    soup = search("neuvola kirahvi")
    assert texts_of(soup, ".partial-head") == ["Osittain vastaavat", "Aiheeltaan lähellä"]
    *partial, last = hits(soup)
    # Partial hits are ordered by words and meaning together.
    assert (sorted(partial), last) == (sorted(hits(before)), PHARMACY)
    assert shown_total(soup) == shown_total(before) == len(hits(before))
    for facet in ("region", "theme", "target_group"):
        assert facet_counts(soup, facet) == facet_counts(before, facet)


def test_near_models_obey_chosen_values():
    embedding.embed_missing()
    assert hits(search("kirahvi", theme="digital-remote")) == []
