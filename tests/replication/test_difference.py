"""What a local version says differently stands side by side with its source, word by word."""

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st
from wagtail.models import PageViewRestriction

from operating_models.replication.difference import MOST_PAIRS, MOST_WORDS, pair_up
from tests import factories
from tests.pages.reading import read, text_of, texts_of


def url(page):
    return f"/erot/{page.pk}/"


def sides(pair):
    return ["".join(run.text for run in side).strip() for side in (pair.before, pair.after)]


def marked(side):
    return [run.text for run in side if run.only_here]


class TestPairs:
    def pairs(self, before, after):
        return list(pair_up(before, after))

    def test_changed_words_are_marked_on_their_side(self):
        (pair,) = self.pairs(["Hoitaja käy kotona viikoittain."], ["Hoitaja käy etänä viikoittain."])
        assert (marked(pair.before), marked(pair.after)) == (["kotona"], ["etänä"])

    def test_moved_words_stand_beside_their_own_paragraph(self):
        before = ["Hoitaja käy kotona joka viikko.", "Lääkäri soittaa tarvittaessa."]
        after = ["Aivan uusi kappale autosta.", "Hoitaja käy kotona joka kuukausi.", "Lääkäri soittaa tarvittaessa."]
        found = self.pairs(before, after)
        assert [sides(pair) for pair in found] == [["", after[0]], [before[0], after[1]], [before[1], after[2]]]
        assert [marked(pair.after) for pair in found] == [[after[0]], ["kuukausi."], []]

    def test_paragraphs_without_a_shared_word_stand_beside_each_other_marked_as_a_whole(self):
        (pair,) = self.pairs(["Yksi kaksi kolme."], ["Neljä viisi kuusi."])
        assert sides(pair) == ["Yksi kaksi kolme.", "Neljä viisi kuusi."]
        assert [marked(pair.before), marked(pair.after)] == [["Yksi kaksi kolme."], ["Neljä viisi kuusi."]]

    def test_very_long_texts_are_compared_too(self):
        many = [f"Kappale {n} sanoo jotakin." for n in range(MOST_PAIRS)]
        other = [f"Toinen {n} väittää muuta." for n in range(MOST_PAIRS // 2)]
        assert sides(self.pairs(many, other)[0]) == [many[0], other[0]]
        long = " ".join(f"sana{n}" for n in range(MOST_WORDS + 1))
        (pair,) = self.pairs([long], [f"{long} loppu"])
        assert pair.is_changed

    words = st.lists(st.sampled_from(["hoitaja", "käy", "koti", "etä", "viikko."]), min_size=1, max_size=6).map(
        " ".join
    )

    @given(st.lists(words, max_size=6), st.lists(words, max_size=6))
    def test_each_side_keeps_all_its_paragraphs_in_order(self, before, after):
        found = self.pairs(before, after)
        assert [side for pair in found if (side := sides(pair)[0])] == before
        assert [side for pair in found if (side := sides(pair)[1])] == after

    @given(st.lists(words, max_size=6))
    def test_equal_texts_have_no_mark(self, texts):
        assert not any(pair.is_changed for pair in self.pairs(texts, texts))


@pytest.mark.django_db
class TestPage:
    @pytest.fixture
    def version(self, source, adapt):
        idea = (
            "<p>Hoitaja ottaa vastaan ajanvarauksella.</p><ul><li>Kello 9–12</li></ul><p>Auto &lt;b&gt; kiertää.</p>"
        )
        return adapt(source, "08", idea=idea)

    def test_marks_what_changed_and_folds_what_did_not(self, version):
        soup = read(url(version))
        assert texts_of(soup, "section h2") == ["Ratkaisun perusidea"]
        assert texts_of(soup, "section del") == ["[poistettu: ilman ajanvarausta. ]"]
        assert texts_of(soup, "section ins") == ["[lisätty: ajanvarauksella. ]", "[lisätty: Auto <b> kiertää. ]"]
        folded = texts_of(soup, "details h2")
        assert folded[:2] == ["Toimintamallin nimi", "Lyhyt kuvaus"]
        assert {"Resurssit", "Riskit", "Toimintamallin nimi (ruotsi)"} <= set(folded)

    def test_texts_are_escaped(self, source, adapt):
        version = adapt(source, "08", title="Malli <script>alert(1)</script>", lead="Alle <img src=x>")
        page = Client().get(url(version)).content.decode()
        assert "Alle &lt;img src=x&gt;" in page
        assert "<script>alert" not in page
        assert "<img src=x" not in page

    def test_source_is_that_of_the_day_when_the_version_was_made(self, source, version):
        factories.make_draft(source, idea="<p>Aivan toista.</p>").publish()
        soup = read(url(version))
        assert "ilman ajanvarausta." in text_of(soup.select_one("section"))
        link = soup.select_one(".notice--calm a")
        assert text_of(soup.select_one(".notice--calm p")).startswith("Lähdemalli on muuttunut")

        today = read(link["href"])
        assert link["href"].endswith("?versio=nyt")
        assert "Aivan toista." in text_of(today.select_one("section"))
        assert today.select_one(".notice--calm a")["href"] == url(version)

    def test_unchanged_source_is_not_said_to_have_changed(self, source, version):
        factories.make_draft(source).publish()
        assert read(url(version)).select_one(".notice--calm") is None

    def test_version_that_was_linked_by_hand_is_compared_with_today(self, source, committed):
        with committed():
            linked = factories.make_model("08", adapted_from=source)
        assert "ei tiedetä" in text_of(read(url(linked)).select_one(".notice--calm"))

    def test_another_source_chosen_later_is_compared_with_today(self, version, committed):
        other = factories.make_model("02", "Toinen lähde")
        with committed():
            factories.make_draft(version, adapted_from=other).publish()
        soup = read(url(version))
        assert "Toinen lähde" in text_of(soup.select_one(".sides"))
        assert "ei tiedetä" in text_of(soup.select_one(".notice--calm"))

    def test_drafts_of_both_sides_stay_unseen(self, source, version):
        factories.make_draft(source, idea="<p>Salaisuus</p>")
        factories.make_draft(version, idea="<p>Salaisuus</p>")
        for address in (url(version), f"{url(version)}?versio=nyt"):
            assert "Salaisuus" not in str(read(address))

    def test_is_there_for_public_pages_only(self, source, version, committed):
        assert Client().get(url(source)).status_code == 404
        assert Client().get("/erot/1/").status_code == 404
        with committed():
            restriction = PageViewRestriction.objects.create(page=version.page_ptr, restriction_type="login")
        assert Client().get(url(version)).status_code == 404
        with committed():
            restriction.delete()
        assert Client().get(url(version)).status_code == 200
        with committed():
            source.unpublish()
        assert Client().get(url(version)).status_code == 404

    def test_is_linked_from_the_version(self, version):
        assert read(version.get_url()).select_one("#adapted .section__more a")["href"] == url(version)

    def test_is_not_for_search_engines(self, version):
        assert read(url(version)).select_one("meta[name=robots]")["content"] == "noindex"
