"""Models picked for words: shown above the hits and marked, to whoever searches these words and to nobody else."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.models import PageViewRestriction

from operating_models.models import OperatingModelPage
from tests import factories
from tests.pages.reading import SEARCH, hits, search, shown_total, text_of, texts_of

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def published(filling):
    with filling():
        return factories.make_model(title="Muistipolku", lead="Muistisairaan hoidon polku.").pk


@pytest.fixture
def model(published, db):
    return OperatingModelPage.objects.get(pk=published)


def picks(*words, **parameters):
    return texts_of(search(*words, **parameters), ".promotion h3 a")


def test_pick_stands_above_the_hits_and_is_marked(model, committed):
    with committed():
        factories.make_model(title="Muistisairaan hoito kotona")
    factories.promote(model, "muistisairaan hoito", reason="Käytössä kaikilla alueilla.")
    soup = search("muistisairaan hoito")
    pick = soup.select_one(".promotion")

    assert text_of(pick) == "Poiminta: Muistipolku Käytössä kaikilla alueilla."
    assert pick.a["href"] == model.get_url()
    assert soup.select_one(".hits").find_previous(class_="promotion") is pick


def test_pick_leaves_hits_and_their_number_as_they_are(model, committed):
    with committed():
        factories.make_model(title="Muistisairaan hoito kotona")
    before = search("muistisairaan hoito")
    factories.promote(model, "muistisairaan hoito")
    after = search("muistisairaan hoito")

    assert "Muistipolku" in hits(before)
    assert (hits(after), shown_total(after)) == (hits(before), shown_total(before))


def test_pick_without_a_reason_shows_the_short_description(model):
    factories.promote(model, "muisti")
    assert "Muistisairaan hoidon polku." in text_of(search("muisti").select_one(".promotion"))


def test_pick_is_shown_where_nothing_is_found(model):
    factories.promote(model, "xyzzy")
    soup = search("xyzzy")

    assert (shown_total(soup), texts_of(soup, ".promotion h3 a")) == (0, ["Muistipolku"])


@pytest.mark.parametrize(
    "words", ["muistisairaan hoito", "Muistisairaiden hoidossa", "HOITO muistisairaille", '"muistisairaan hoito"']
)
def test_words_are_compared_by_their_basic_forms_in_any_order(model, words):
    factories.promote(model, "neuvola", "muistisairaan hoito")
    assert picks(words) == ["Muistipolku"]


def test_function_words_do_not_count(model):
    factories.promote(model, "sijoita ja valmenna")
    assert picks("sijoita valmenna") == ["Muistipolku"]


@pytest.mark.parametrize(
    "words",
    ["muistisairaan", "hoito", "muistisairaan hoito kotona", "muistisairaan muistisairaan", "vanhuksen hoito", ""],
)
def test_other_words_or_more_or_fewer_do_not_bring_it(model, words):
    factories.promote(model, "muistisairaan hoito")
    assert picks(words) == []


@pytest.mark.parametrize("parameters", [{"p": "2"}, {"region": "15"}])
def test_later_pages_and_narrowed_searches_show_no_pick(committed, parameters):
    with committed():
        pages = [factories.make_model(title=f"Muistipolku {number:02}") for number in range(21)]
    factories.promote(pages[0], "muistipolku")

    assert picks("muistipolku") == ["Muistipolku 00"]
    assert picks("muistipolku", **parameters) == []


def test_pick_is_shown_from_its_first_day_to_its_last(model):
    today = timezone.localdate()
    row = factories.promote(model, "muisti", since=today, until=today)
    assert picks("muisti") == ["Muistipolku"]
    for since, until in ((today + timedelta(1), None), (today - timedelta(9), today - timedelta(1))):
        row.since, row.until = since, until
        row.save()
        assert picks("muisti") == []


def test_draft_is_no_pick(committed):
    with committed():
        draft = factories.make_model(title="Muistiluonnos", live=False)
    factories.promote(draft, "muisti")
    assert picks("muisti") == []


def test_unpublished_restricted_and_expired_models_are_no_picks(model, committed):
    factories.promote(model, "muisti")
    with committed():
        restriction = PageViewRestriction.objects.create(page=model.get_parent(), restriction_type="login")
    assert picks("muisti") == []
    with committed():
        restriction.delete()
    assert picks("muisti") == ["Muistipolku"]
    with committed():
        OperatingModelPage.objects.get(pk=model.pk).unpublish()
    assert picks("muisti") == []
    with committed():
        page = OperatingModelPage.objects.get(pk=model.pk)
        page.expire_at = timezone.now() + timedelta(hours=1)
        page.save_revision().publish()
    assert picks("muisti") == ["Muistipolku"]
    OperatingModelPage.objects.filter(pk=model.pk).update(expire_at=timezone.now() - timedelta(hours=1))
    with committed():
        OperatingModelPage.objects.get(pk=model.pk).save()
    assert picks("muisti") == []


def test_at_most_three_are_shown_in_their_order_and_each_model_once(committed):
    with committed():
        pages = [factories.make_model(title=f"Malli {letter}") for letter in "ABCD"]
    for order, page in enumerate(reversed(pages)):
        factories.promote(page, "muisti", order=order)
    factories.promote(pages[3], "muisti", order=9)

    assert picks("muisti") == ["Malli D", "Malli C", "Malli B"]


def test_picks_take_one_query_however_many_there_are_and_one_more_where_some_fit(model):
    def count(**parameters):
        Client().get(SEARCH, parameters)
        with CaptureQueriesContext(connection) as captured:
            Client().get(SEARCH, parameters)
        return len(captured)

    browsing, other = count(), count(q="muisti")
    for number in range(20):
        factories.promote(model, f"sana{number}")
    assert count(q="muisti") == other
    factories.promote(model, "muisti", "muistaminen")
    assert count(q="muisti") == other + 1
    assert count() == browsing
