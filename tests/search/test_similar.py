"""Pages are similar by the rarity of what they share, whatever their length, and only findable ones are shown."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.translation import override

from search.finding.similar import similar
from search.memory.snapshots import FEW_CHANGES
from tests import factories
from tests.search.conftest import entry

COMMON = "Palvelu on asukkaille."


@pytest.fixture
def near(library):
    """Return the titles of the pages that are similar to one, the most similar first."""

    def near(page, *, limit=10, **more):
        found = similar(page.pk, limit=limit, catalogue=library.catalogue, **more)
        return [library.titles[one.page_id] for one in found]

    return near


class TestWords:
    @pytest.fixture
    def pages(self, library):
        return library.add(
            entry("Kotikuntoutus", f"Fysioterapeutti harjoittelee kotona asiakkaan kanssa. {COMMON}"),
            entry("Etäharjoittelu", f"Fysioterapeutit harjoittelevat verkossa asiakkaiden kanssa. {COMMON}"),
            entry("Verkkoneuvola", f"Terveydenhoitaja vastaa verkossa. {COMMON}"),
            entry("Suunterveys", f"Hammaslääkäri tutkii. {COMMON}"),
        )

    def test_rare_shared_words_in_any_form_make_similar(self, pages, near):
        assert near(pages[0])[0] == "Etäharjoittelu"
        assert near(pages[1])[:2] == ["Kotikuntoutus", "Verkkoneuvola"]

    def test_page_is_not_similar_to_itself_or_to_those_left_out(self, pages, near):
        assert "Kotikuntoutus" not in near(pages[0])
        assert "Etäharjoittelu" not in near(pages[0], without=[pages[1].pk])

    def test_words_that_all_share_say_nothing(self, pages, near):
        assert "Suunterveys" not in near(pages[0], floor=0.02)

    def test_words_that_both_share_are_no_concepts_to_tell(self, pages, library):
        (first, *_) = similar(pages[0].pk, limit=1, catalogue=library.catalogue)
        assert first.concepts == ()

    def test_length_does_not_matter(self, library, near):
        library.add(
            entry("Lyhyt", "Muistihoitaja tukee."),
            entry("Pitkä", "Muistihoitaja tukee. " + " ".join(f"Muuta asiaa {word}." for word in LONG.split())),
        )
        (asked,) = library.add(entry("Kysytty", "Muistihoitaja tukee."))
        assert near(asked)[:2] == ["Lyhyt", "Pitkä"]

    def test_scores_lie_between_nothing_and_one(self, library):
        (one, *_) = library.add(
            *[entry("Sama malli", "Sama teksti hoitajasta.") for _ in range(2)], entry("Muu", "Ei.")
        )
        (twin,) = similar(one.pk, limit=5, catalogue=library.catalogue)
        assert twin.score == pytest.approx(1.0)

    def test_limit_and_floor_hold(self, pages, near):
        assert len(near(pages[1], limit=1)) == 1
        assert near(pages[1], floor=1.0) == []

    def test_equal_ones_stand_in_the_order_of_their_pages(self, library, near):
        asked, *_ = library.add(*[entry(f"Malli {n}", "Muistihoitaja.") for n in (3, 1, 2)], entry("Muu", "Ei."))
        assert near(asked) == ["Malli 1", "Malli 2"]


LONG = "auto vene lentokone juna raitiovaunu polkupyörä mopo rekka traktori kuorma laiva lautta sukset"


class TestConcepts:
    @pytest.fixture
    def pages(self, library):
        theme = ("theme:access",)
        return library.add(
            entry("Ensimmäinen", "Hoitaja.", concepts=(*theme, "target:elderly", "region:15")),
            entry("Toinen", "Lääkäri.", concepts=(*theme, "target:elderly")),
            entry("Kolmas", "Kuraattori.", concepts=(*theme,)),
            entry("Neljäs", "Ohjaaja.", concepts=("theme:mind", "region:15")),
            entry("Viides", "Opettaja.", concepts=("theme:mind",)),
        )

    def test_shared_ones_make_similar_and_are_told_in_the_readers_language(self, pages, near, library):
        assert near(pages[0]) == ["Toinen", "Kolmas"]
        with override("fi"):
            (first, *_) = similar(pages[0].pk, limit=1, catalogue=library.catalogue)
        assert first.concepts == ("ikäihmiset", "hoitoon ja palveluun pääsy")

    def test_region_makes_none_similar(self, pages, near):
        assert "Neljäs" not in near(pages[0])

    def test_few_words_in_a_rare_language_do_not_outweigh_them(self, library, near):
        asked, *_ = library.add(
            entry(
                "Yksi", "Klienten besöker vårdaren hemma.", concepts=("theme:access", "target:elderly"), language="sv"
            ),
            entry("Sama aihe", "Hoitaja auttaa.", concepts=("theme:access", "target:elderly")),
            entry("Sama kieli", "Klienten ringer på kvällen.", concepts=("theme:mind",), language="sv"),
            *[entry(f"Muu {n}", f"Teksti {n}.", concepts=("theme:mind",)) for n in range(6)],
        )
        assert near(asked, limit=2) == ["Sama aihe", "Sama kieli"]


class TestFindable:
    def test_expired_and_deleted_ones_are_not_similar(self, library, near):
        now = timezone.now()
        one, gone, _ = library.add(
            entry("Yksi", "Muistihoitaja."),
            entry("Poistuva", "Muistihoitaja."),
            entry("Vanhentuva", "Muistihoitaja.", expires_at=now + timedelta(hours=1)),
        )
        library.add(entry("Muu", "Ei."), entry("Muukin", "Ei."))
        assert set(near(one)) == {"Poistuva", "Vanhentuva"}
        gone.delete()
        assert near(one, now=now + timedelta(hours=2)) == []

    def test_changed_text_counts_at_once(self, library, near):
        one, other, *_ = library.add(entry("Yksi", "Muistihoitaja."), entry("Toinen", "Auto."), entry("Muu", "Ei."))
        assert near(one) == []
        library.change(other, entry("Toinen", "Muistihoitaja."))
        assert near(one) == ["Toinen"]

    def test_page_without_a_document_has_none(self, library, near):
        assert similar(10**9, limit=4, catalogue=library.catalogue) == ()


class TestUnsavedTexts:
    def test_same_texts_find_what_the_page_finds_and_the_page(self, library):
        said = entry("Kotikuntoutus", "Fysioterapeutti harjoittelee kotona.", concepts=("theme:access",))
        (page, *_) = library.add(
            said,
            entry("Etäharjoittelu", "Fysioterapeutit harjoittelevat verkossa.", concepts=("theme:access",)),
            entry("Muu", "Hammaslääkäri tutkii."),
        )
        of_page = similar(page.pk, limit=5, catalogue=library.catalogue)
        of_text = similar(said, limit=5, catalogue=library.catalogue)
        assert of_text[0].page_id == page.pk
        assert of_text[0].score == pytest.approx(1.0)
        assert [one.page_id for one in of_text[1:]] == [one.page_id for one in of_page]

    def test_words_that_no_page_has_find_nothing(self, library):
        library.add(entry("Yksi", "Muistihoitaja."), entry("Muu", "Ei."))
        assert similar(entry("Zxcvq", "Qwrtp"), limit=5, catalogue=library.catalogue) == ()

    def test_nothing_is_similar_where_there_is_nothing(self, library):
        assert similar(entry("Yksi", "Muistihoitaja."), limit=5, catalogue=library.catalogue) == ()


@pytest.mark.django_db
def test_large_and_small_segment_are_one_index(library):
    many = library.add(*[entry(f"Malli {number}", f"Muistihoitaja {number}.") for number in range(FEW_CHANGES + 3)])
    found = similar(many[0].pk, limit=FEW_CHANGES + 9, catalogue=library.catalogue)
    assert [one.page_id for one in found] == [page.pk for page in many[1:]]


@pytest.mark.django_db(transaction=True)
class TestKept:
    def test_one_query_while_nothing_changes(self):
        pages = [factories.make_model(title=f"Muistihoitaja {number}", themes=["access"]) for number in range(3)]
        first = similar(pages[0].pk, limit=3)
        with CaptureQueriesContext(connection) as captured:
            assert similar(pages[0].pk, limit=3) == first
        assert len(captured) == 1

    def test_what_is_rolled_back_leaves_no_trace(self):
        one = factories.make_model(title="Muistihoitaja", themes=["access"])
        factories.make_model(title="Auto", themes=["prevention"])
        before = similar(one.pk, limit=3)
        with transaction.atomic():
            factories.make_model(title="Muistihoitaja toinen", themes=["access"])
            transaction.set_rollback(True)
        assert similar(one.pk, limit=3) == before
