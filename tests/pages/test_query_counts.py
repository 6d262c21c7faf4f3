"""Each page asks the database as often with fifty models as with one."""

from __future__ import annotations

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from home.models import SiteSettings
from operating_models.models import (
    ProgrammeIndexPage,
    ProgrammePage,
    ProjectPage,
    TargetGroupPage,
    ThemeIndexPage,
    ThemePage,
)
from tests import depth, factories
from tests.pages.reading import SEARCH

# Outside a transaction the search keeps its index between requests, as it does for visitors.
pytestmark = pytest.mark.django_db(transaction=True)

FEW, MANY = 1, depth.examples(50)


def fill(number):
    """Make models with all kinds of rows, facts and terms, and return them."""
    source = factories.make_model(title="Lähde")
    made = []
    for n in range(number):
        page = factories.make_model(
            title=f"Kotikäynti {n}",
            further_regions=["08"],
            programmes=["rrp", "rrp-p4-i1"],
            project="keski-suomi-rrp",
            service_classes=["home-care"],
            settings=["home"],
            tags=["kotikäynti", "hoitaja"],
            outcomes=[{"measure": "Odotusaika", "before": 10, "after": 5}],
            resources=[{"description": "Hoitaja"}],
            risks=[{"risk": "Vaihtuvuus"}],
            links=[{"title": "Raportti", "url": "https://example.fi/"}],
            texts=[{"language": "sv", "title": "Hembesök"}],
            adapted_from=source,
        )
        factories.report(page, "15", "in_use", "2024")
        factories.report(page, "08", "piloting", "2025-03")
        factories.assess(page)
        factories.set_review_date(page, "2025-01-01")
        factories.feature(page)
        made.append(page)
    return made


def count_queries(url):
    """Return how many queries a request takes once its process has seen the page."""
    client = Client()
    client.get(url)
    with CaptureQueriesContext(connection) as captured:
        response = client.get(url)
    assert response.status_code == 200
    return len(captured)


def addresses(model):
    return {
        "home": "/",
        "search": SEARCH,
        "search with words": f"{SEARCH}?q=kotikäynneillä",
        "search with words and facets": f"{SEARCH}?q=kotikäynti&region=15&used_in=08&used_in=15&sort=title",
        "statistics": "/tilastot/?q=kotikäynti&region=15",
        "model": model.get_url(),
        "difference": f"/erot/{model.pk}/",
        "comparison": f"/vertaa/?malli={model.pk}&malli={model.adapted_from_id}",
        "region": model.get_parent().get_url(),
        "themes": ThemeIndexPage.objects.get().get_url(),
        "theme": ThemePage.objects.get(theme__code="access").get_url(),
        "target group": TargetGroupPage.objects.get(target_group__code="older-people").get_url(),
        "programmes": ProgrammeIndexPage.objects.get().get_url(),
        "programme": ProgrammePage.objects.get(programme__code="rrp").get_url(),
        "project": ProjectPage.objects.get().get_url(),
        "standard page": SiteSettings.load().about_page.get_url(),
    }


EXPECTED = {
    "home": 24,
    "search": 10,
    # One more than without words: what curators have picked for them.
    "search with words": 11,
    "search with words and facets": 10,
    "statistics": 15,
    "model": 44,
    "difference": 19,
    "comparison": 13,
    "region": 24,
    "themes": 16,
    "theme": 25,
    "target group": 25,
    "programmes": 15,
    "programme": 31,
    "project": 29,
    "standard page": 9,
}


@pytest.mark.parametrize("number", [FEW, MANY])
def test_number_of_queries_does_not_grow_with_the_models(number):
    # In one transaction the facts about a model index it once and not six times.
    with transaction.atomic():
        models = fill(number)
    counts = {name: count_queries(url) for name, url in addresses(models[-1]).items()}
    assert counts == EXPECTED
