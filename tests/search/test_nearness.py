"""What is near in meaning comes after what the words find, in no number, and only where it stands out."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest
from django.utils import timezone

from search import index_version
from search.criteria import Criteria
from search.finding import fusion
from search.finding.results import find
from search.indexing import upkeep
from search.models import NearVector
from search.nearness import embedding, nearest
from search.nearness.embedders import to_unit
from search.nearness.vectors import PageVectors, pack
from search.rules import RULES
from tests.search import topics
from tests.search.conftest import Library, entry
from tests.search.topics import Topics

TOPICS = "tests.search.topics.current"
FILLERS = 20
"""Pages of no topic: among fewer nothing stands out."""


@pytest.fixture
def embedder(settings, monkeypatch):
    made = Topics()
    monkeypatch.setattr(topics, "CURRENT", made)
    settings.EMBEDDER = TOPICS
    nearest._embed.cache_clear()
    return made


@pytest.fixture
def plain_library(db, use_catalogue):
    return Library(use_catalogue)


@pytest.fixture
def library(plain_library, embedder):
    """The library with pages of no topic."""
    library = plain_library
    for number in range(FILLERS):
        library.add(entry(f"Täyte {number}", values={"theme": ("mind",)}))
    return library


def near(library, words, **more):
    """Return the titles of the hits that are only near, in order."""
    return [library.titles[hit.page_id] for hit in library.find(words, **more).hits if hit.near]


def test_page_without_the_word_is_listed_after_the_hits_and_in_no_number(library):
    library.add(
        entry("Nälkä kylässä", values={"theme": ("access",)}),
        entry("Ateria kotiin", "keitto", values={"theme": ("access",)}),
    )
    without = library.find("nälkä")
    embedding.embed_missing()
    found = library.find("nälkä")
    assert [(hit.plain_title, hit.partial, hit.near) for hit in found.hits] == [
        ("Nälkä kylässä", False, False),
        ("Ateria kotiin", False, True),
    ]
    assert (found.full, found.partial, found.total, found.near) == (1, 0, 1, 1)
    assert found.facets == without.facets
    assert (found.pages, found.words, found.unknown) == (without.pages, without.words, without.unknown)


def test_topic_that_no_page_has_stays_absent(library):
    library.add(entry("Ateria kotiin"))
    embedding.embed_missing()
    found = library.find("avaruusmatkailu")
    assert (found.hits, found.total, found.near) == ((), 0, 0)


def test_names_alone_are_near_nothing(library, monkeypatch):
    library.add(entry("Ateria kotiin"))
    embedding.embed_missing()
    monkeypatch.setattr(topics, "TOPICS", {**topics.TOPICS, "food": {*topics.TOPICS["food"], "pohde"}})
    assert near(library, "Pohde") == []
    assert near(library, "Pohde nälkä") == ["Ateria kotiin"]


def test_at_most_five_are_near(library):
    library.add(*(entry(f"Ateria {number}") for number in range(6)))
    for number in range(60):
        library.add(entry(f"Muuta {number}"))
    embedding.embed_missing()
    assert len(near(library, "nälkä")) == RULES.most_near == 5


def test_partial_hits_are_ordered_by_words_and_meaning(library):
    library.add(
        entry("Peräkärry ja laina", "laina"),
        entry("Ruoka ja laina", "ateria"),
    )
    words = "laina avaruusmatkailu nälkä"
    assert library.partial(words) == ["Peräkärry ja laina", "Ruoka ja laina"]
    embedding.embed_missing()
    assert library.partial(words) == ["Ruoka ja laina", "Peräkärry ja laina"]


def test_partial_hits_without_vectors_keep_their_order():
    assert fusion.order([4, 2, 9], [], RULES) == [4, 2, 9]
    assert fusion.order([4, 2, 9], [9, 2, 4], replace(RULES, nearness=0.0)) == [4, 2, 9]
    assert fusion.order([4, 2, 9], [9, 2, 4], replace(RULES, nearness=5.0)) == [9, 2, 4]


def test_selections_and_left_out_words_hold_for_what_is_near_too(library):
    library.add(
        entry("Ateria kotiin", values={"theme": ("access",)}),
        entry("Keitto kouluun", values={"theme": ("mind",)}),
    )
    embedding.embed_missing()
    assert near(library, "nälkä") == ["Ateria kotiin", "Keitto kouluun"]
    assert near(library, "nälkä", theme="access") == ["Ateria kotiin"]
    assert near(library, "nälkä -keitto") == ["Ateria kotiin"]
    assert near(library, "nälkä", theme="access", status="in_use") == []


def test_page_that_may_not_be_found_any_more_is_not_near(library):
    hour = timezone.now() + timedelta(hours=1)
    withdrawn, _ = library.add(entry("Ateria kotiin"), entry("Keitto kouluun", expires_at=hour))
    embedding.embed_missing()
    upkeep.withdraw([withdrawn.pk])
    assert near(library, "nälkä") == ["Keitto kouluun"]
    assert near(library, "nälkä", now=hour + timedelta(minutes=1)) == []


def test_where_enough_pages_are_full_hits_no_vector_is_asked_for(library, embedder):
    library.add(*(entry(f"Nälkä {number}") for number in range(RULES.enough_full_hits)), entry("Ateria kotiin"))
    embedding.embed_missing()
    embedder.asked.clear()
    assert near(library, "nälkä") == []
    assert embedder.asked == []


def test_search_without_words_and_another_order_ask_for_no_vector(library, embedder):
    library.add(entry("Nälkä kylässä"), entry("Ateria kotiin"))
    embedding.embed_missing()
    embedder.asked.clear()
    assert near(library, "") == near(library, "nälkä", sort="title") == []
    assert embedder.asked == []


def test_the_same_words_are_embedded_once(library, embedder):
    library.add(entry("Ateria kotiin", values={"theme": ("access",)}))
    embedding.embed_missing()
    embedder.asked.clear()
    near(library, "nälkä")
    near(library, "nälkä", theme="access")
    assert embedder.asked == ["nälkä"]


def test_only_words_that_are_searched_for_are_embedded(library, embedder):
    library.add(entry("Ateria kotiin"))
    embedding.embed_missing()
    embedder.asked.clear()
    near(library, '"nälkä" Kylässä -auto AND')
    assert embedder.asked == ["nälkä Kylässä AND"]


def test_pages_of_results_go_through_full_partial_and_near_hits_once(library):
    library.add(
        entry("Nälkä ja laina"),
        entry("Nälkä"),
        entry("Laina"),
        entry("Ateria kotiin"),
        entry("Keitto kouluun"),
        *(entry(f"Muuta {number}") for number in range(FILLERS)),
    )
    embedding.embed_missing()
    catalogue = replace(library.catalogue, page_size=2)
    asked = Criteria(words="nälkä laina")
    pages = [find(asked.with_page(number), catalogue) for number in (1, 2, 3, 9)]
    shown = [[(hit.plain_title, hit.partial, hit.near) for hit in page.hits] for page in pages]
    assert shown[0] == [("Nälkä ja laina", False, False), ("Nälkä", True, False)]
    assert shown[1][0] == ("Laina", True, False)
    assert {shown[1][1], *shown[2]} == {("Ateria kotiin", False, True), ("Keitto kouluun", False, True)}
    assert [len(hits) for hits in shown] == [2, 2, 1, 1]
    assert shown[2] == shown[3]
    assert {(page.pages, page.total, page.near) for page in pages} == {(3, 3, 2)}
    assert [page.page for page in pages] == [1, 2, 3, 3]


def test_without_vectors_or_an_answer_all_is_as_without_a_model(library, embedder, settings):
    library.add(entry("Nälkä ja laina"), entry("Laina"), entry("Ateria kotiin"))
    settings.EMBEDDER = ""
    off = library.find("nälkä laina")
    settings.EMBEDDER = TOPICS
    assert library.find("nälkä laina") == off
    embedding.embed_missing()
    embedder.fails = True
    assert library.find("nälkä laina") == off
    embedder.fails = False
    assert library.find("nälkä laina") != off


def test_vectors_of_another_length_than_the_model_gives_now_find_nothing(library, embedder, monkeypatch):
    library.add(entry("Ateria kotiin"))
    embedding.embed_missing()
    monkeypatch.setattr(embedder, "embed_query", lambda text: to_unit(np.ones((1, 3), np.float32))[0])
    assert near(library, "nälkä") == []


class TestEmbedding:
    @pytest.fixture
    def library(self, plain_library, embedder):
        return plain_library

    def test_writing_a_document_asks_for_no_vector(self, library, embedder):
        library.add(entry("Ateria kotiin"))
        assert embedder.asked == []
        assert not NearVector.objects.exists()

    def test_what_is_missing_is_made_once(self, library, embedder):
        library.add(entry("Ateria kotiin", "Leipätekstiä", "Keitto tuodaan."), entry("Auton rengas"))
        assert embedding.embed_missing() == 2
        assert embedder.asked == [
            *("Ateria kotiin", "Auton rengas"),
            *("Ateria kotiin\nKeitto tuodaan.", "Auton rengas"),
        ]
        assert embedding.embed_missing() == 0

    def test_vector_stays_while_title_and_lead_do(self, library, embedder):
        (page,) = library.add(entry("Ateria kotiin", "Vanhaa", "Keitto"))
        embedding.embed_missing()
        before, version = NearVector.objects.get(), index_version.read()
        embedder.asked.clear()
        library.change(page, entry("Ateria kotiin", "Uutta", "Keitto"))
        assert embedding.embed_missing() == 1
        assert embedder.asked == []
        assert bytes(NearVector.objects.get().vector) == bytes(before.vector)
        assert index_version.read().vectors == version.vectors
        library.change(page, entry("Ateria kotiin", "Uutta", "Auto"))
        assert embedding.embed_missing() == 1
        assert bytes(NearVector.objects.get().vector) != bytes(before.vector)
        assert index_version.read().vectors != version.vectors

    def test_another_model_makes_all_anew(self, library, embedder, monkeypatch):
        library.add(entry("Ateria kotiin"), entry("Auton rengas"))
        embedding.embed_missing()
        monkeypatch.setattr(topics, "CURRENT", Topics("topics 2"))
        assert embedding.embed_missing() == 2
        assert set(NearVector.objects.values_list("model", flat=True)) == {"topics 2"}

    def test_page_that_may_not_be_found_keeps_no_vector(self, library):
        pages = library.add(entry("Ateria kotiin"), entry("Auton rengas"))
        embedding.embed_missing()
        upkeep.withdraw([pages[0].pk])
        embedding.embed_missing()
        assert list(NearVector.objects.values_list("page_id", flat=True)) == [pages[1].pk]

    def test_run_ends_with_its_time_and_the_next_goes_on(self, library):
        library.add(*(entry(f"Ateria {number}") for number in range(20)))
        assert embedding.embed_missing(seconds=0) == 0
        assert embedding.embed_missing(seconds=30) == 20

    def test_text_that_gets_no_vector_keeps_no_other_from_its_own(self, library, embedder, caplog):
        library.add(entry("Ateria kotiin"), entry("Pahin teksti"), entry("Auton rengas"))
        embedder.refuses = "Pahin"
        assert embedding.embed_missing() == 2
        assert "No vector of page" in caplog.text
        embedder.refuses = ""
        assert embedding.embed_missing() == 1

    def test_model_that_answers_nothing_ends_the_run(self, library, embedder):
        library.add(*(entry(f"Ateria {number}") for number in range(40)))
        embedder.fails = True
        assert embedding.embed_missing() == 0
        assert len(embedder.asked) <= 2 * (embedding.PAGES_A_BATCH + 2)

    def test_without_a_model_nothing_is_made(self, library, settings):
        library.add(entry("Ateria kotiin"))
        settings.EMBEDDER = ""
        assert embedding.embed_missing() == 0
        assert not NearVector.objects.exists()


def test_packed_vectors_tell_nearly_the_same_cosines():
    chance = np.random.default_rng(1)
    vectors = to_unit(chance.normal(size=(700, 384)).astype(np.float32))
    packed = PageVectors.of({key: pack(vector) for key, vector in enumerate(vectors, start=5)})
    query = vectors[3]
    assert packed.page_ids.tolist() == list(range(5, 705))
    assert np.abs(packed.cosines(query) - vectors @ query).max() < 0.002
    assert len(packed.numbers[0].tobytes()) == 384
