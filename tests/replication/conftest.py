"""People who take models over, and local versions that they made."""

import pytest
from django.test import Client

from operating_models.models import OperatingModelPage
from operating_models.replication import local_versions
from tests import factories


@pytest.fixture
def log_in(db):
    """Return a client of a user of a role, made for the test: ``log_in("developer", region="08")``."""

    def log_in(role, region=None):
        client = Client()
        client.user = factories.make_user(role, region)
        client.force_login(client.user)
        return client

    return log_in


@pytest.fixture
def committed(django_capture_on_commit_callbacks):
    """Return a context in which changes are indexed at its end, as they are when their transaction is committed."""
    return lambda: django_capture_on_commit_callbacks(execute=True)


@pytest.fixture
def adapt(db, committed):
    """Return a function that makes a local version of a model in a region; published, with ``live=False`` a draft."""

    def adapt(source, region, **more):
        with committed():
            return make_version(source, region, **more)

    return adapt


def make_version(source, region, *, live=True, **changes):
    source.refresh_from_db()
    made = local_versions.make(source, factories.region_page(region), factories.make_user("developer", region))
    draft = made.page.get_latest_revision_as_object()
    given = {"contact_unit": "Avopalvelut", "adaptation_changed": f"Muutos {region}."} | changes
    for name, value in given.items():
        setattr(draft, name, value)
    revision = draft.save_revision(clean=False)
    if live:
        revision.publish()
    return OperatingModelPage.objects.get(pk=made.page.pk)


@pytest.fixture
def source(source_of_module, db):
    return OperatingModelPage.objects.get(pk=source_of_module)


@pytest.fixture(scope="module")
def source_of_module(filling):
    """A published model of Keski-Suomi with all that is carried over and all that is not."""
    with filling():
        made = factories.make_model(
            "15",
            "Seniorineuvola",
            idea="<p>Hoitaja ottaa vastaan ilman ajanvarausta.</p><ul><li>Kello 9–12</li></ul>",
            service_classes=["home-care"],
            settings=["home"],
            tags=["neuvonta", "kotikäynti"],
            resources=[{"description": "Hoitaja", "cost": "2 000 €"}],
            risks=[{"risk": "Vaihtuvuus", "handling": "Työpari"}],
            texts=[{"language": "sv", "title": "Seniorrådgivning", "idea": "<p>Utan tidsbokning.</p>"}],
            image=factories.make_image(),
            image_alt="Polku",
            # The source's own.
            further_regions=["08"],
            programmes=["rrp"],
            programme_goals=["quality"],
            place="Äänekoski",
            funders="EU",
            contact_email="neuvola@example.fi",
            video_url="https://example.fi/video",
            outcomes=[{"measure": "Odotusaika", "before": 10, "after": 5}],
            links=[{"title": "Raportti", "url": "https://example.fi/"}],
            attachments=[{"document": factories.make_document()}],
            development=[("need", {"heading": "", "text": "<p>Tarve.</p>"})],
        )
    return made.pk
