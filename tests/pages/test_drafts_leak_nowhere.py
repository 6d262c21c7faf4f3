"""What is not published, no longer or not for everybody stands on no public page and counts in no number."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.core.management import call_command
from django.test import Client
from django.utils import timezone
from wagtail.models import PageViewRestriction

from tests import factories
from tests.pages.reading import SEARCH, facet_counts, hits, read, search, shown_total, text_of, texts_of

pytestmark = pytest.mark.django_db

SEARCHED, MARKER = "Zorbaliini", "kvarkkisiili"
"""The word that is searched stands in the search field too; the other one must stand nowhere."""

TEXTS = {
    "title": f"{SEARCHED} {MARKER}",
    "lead": f"{SEARCHED}: {MARKER}.",
    "idea": f"<p>{SEARCHED} ja {MARKER}.</p>",
    "place": MARKER,
    "themes": ["culture-nature"],
    "target_groups": ["sami"],
}


def make_hidden(**fields):
    """Make a model of the markers that regions use and curators feature."""
    page = factories.make_model("15", tags=[MARKER], risks=[{"risk": MARKER}], **(TEXTS | fields))
    factories.report(page, "08", "established", "2025-01-02", note=MARKER)
    factories.feature(page, reason=f"Syy: {MARKER}")
    return page


def unpublished():
    page = make_hidden()
    page.unpublish()
    return page


def expired():
    return make_hidden(expire_at=timezone.now() - timedelta(minutes=1))


def scheduled():
    page = make_hidden(live=False)
    page.go_live_at = timezone.now() + timedelta(days=1)
    page.save_revision(clean=False).publish()
    return page


def restricted():
    page = make_hidden()
    PageViewRestriction.objects.create(page=page.page_ptr, restriction_type=PageViewRestriction.LOGIN)
    return page


def below_a_restricted_page():
    page = make_hidden(title=f"{SEARCHED} {MARKER}")
    above = page.get_parent()
    PageViewRestriction.objects.create(page=above, restriction_type=PageViewRestriction.LOGIN)
    return page


def never_published():
    return make_hidden(live=False)


HIDDEN = [never_published, unpublished, expired, scheduled, restricted, below_a_restricted_page]


def public_pages():
    """Yield each public page on which a model might be told, parsed."""
    yield read("/")
    yield search()
    yield search(SEARCHED)
    yield search(theme="culture-nature", target_group="sami")
    yield search(used_in="08", status="established")
    yield read(factories.region_page("08").get_url())
    yield read("/ei-ole/", answer=404)


@pytest.mark.parametrize("hide", HIDDEN, ids=lambda hide: hide.__name__)
def test_hidden_model_is_told_on_no_page(committed, hide):
    with committed():
        shown = factories.make_model("08", "Näkyvä malli")
        hide()
    for soup in public_pages():
        assert MARKER not in str(soup).lower()
    assert hits(search()) == ["Näkyvä malli"]
    assert MARKER not in str(read(shown.get_url())).lower()


@pytest.mark.parametrize("hide", HIDDEN, ids=lambda hide: hide.__name__)
def test_hidden_model_counts_in_no_number(committed, hide):
    with committed():
        factories.make_model("08", "Näkyvä malli")
        hide()
    assert shown_total(search()) == 1
    assert shown_total(search(SEARCHED)) == 0
    soup = search()
    counts = {facet: facet_counts(soup, facet) for facet in ("theme", "target_group", "region", "used_in", "status")}
    assert [counts["theme"]["culture-nature"], counts["target_group"]["sami"], counts["region"]["15"]] == [0, 0, 0]
    assert [counts["used_in"]["08"], counts["status"]["established"]] == [0, 0]
    front = read("/")
    assert [int(figure) for figure in texts_of(front, ".figures__value")] == [1, 0, 1, 0]


@pytest.mark.parametrize("hide", [never_published, unpublished, scheduled], ids=lambda hide: hide.__name__)
def test_address_of_a_hidden_model_is_missing(committed, hide):
    with committed():
        page = hide()
    assert MARKER not in str(read(page.get_url(), answer=404)).lower()


@pytest.mark.parametrize("hide", [restricted, below_a_restricted_page], ids=lambda hide: hide.__name__)
def test_address_of_a_restricted_model_asks_to_log_in(committed, hide):
    with committed():
        page = hide()
    response = Client().get(page.get_url(), follow=True)
    assert response.redirect_chain
    assert response.context["form"].fields.keys() >= {"username", "password"}


def test_address_of_an_expired_model_is_missing_after_the_next_minute(committed):
    with committed():
        page = expired()
    with committed():
        call_command("tick", verbosity=0)
    read(page.get_url(), answer=404)


def test_scheduled_model_is_shown_when_its_time_has_come(committed):
    with committed():
        page = scheduled()
    with time_machine.travel(timezone.now() + timedelta(days=1, minutes=1)):
        with committed():
            call_command("tick", verbosity=0)
        assert text_of(read(page.get_url()).h1) == page.title
        assert hits(search(SEARCHED)) == [page.title]


class TestDraftOfALivePage:
    @pytest.fixture
    def model(self, committed):
        with committed():
            page = factories.make_model("15", "Näkyvä malli")
            factories.report(page, "08", "established", "2025-01-02")
            factories.feature(page, reason="Hyvä malli")
        with committed():
            draft = page.get_latest_revision_as_object()
            draft.slug = "zorbaliini"
            draft.tags.add(MARKER)
            draft.risks.create(risk=MARKER)
            draft.texts.create(language="sv", title=MARKER)
            draft.save_revision(clean=False)
            page.refresh_from_db()
            factories.make_draft(page, **TEXTS)
        return page

    def test_is_told_on_no_page_and_counts_in_no_number(self, model):
        for soup in (*public_pages(), read(model.get_url()), read(model.get_url(), text="sv")):
            assert MARKER not in str(soup).lower()
        assert hits(search(SEARCHED)) == []
        assert hits(search()) == ["Näkyvä malli"]
        assert facet_counts(search(), "theme")["culture-nature"] == 0

    def test_is_told_as_soon_as_it_is_published(self, model, committed):
        with committed():
            model.get_latest_revision().publish()
        assert hits(search(SEARCHED)) == [TEXTS["title"]]
        assert facet_counts(search(), "theme")["culture-nature"] == 1
        assert text_of(read(f"{SEARCH}keski-suomi/zorbaliini/").h1) == TEXTS["title"]

    def test_survives_a_rebuild_of_the_index_untold(self, model, committed):
        with committed():
            call_command("rebuild_search", verbosity=0)
        assert hits(search(SEARCHED)) == []
