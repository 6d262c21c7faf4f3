"""The factories make what they promise: other tests stand on them."""

import pytest

from tests import factories

pytestmark = pytest.mark.django_db


def test_a_model_is_published_with_all_that_publishing_asks_for():
    page = factories.make_model(title="Seniorineuvola", tags=["neuvonta"], risks=[{"risk": "Vaihtuvuus"}])

    assert page.live
    assert page.publish_errors() == ()
    assert [tag.name for tag in page.tags.all()] == ["neuvonta"]
    assert [row.risk for row in page.risks.all()] == ["Vaihtuvuus"]
    assert page.region.code == "15"


def test_a_draft_has_the_gaps_asked_for():
    page = factories.make_model(region="08", live=False, gaps=("idea", "themes"))

    assert not page.live
    assert [gap.field for gap in page.publish_errors()] == ["themes", "idea"]
    assert [gap.field for gap in page.get_latest_revision_as_object().publish_errors()] == ["themes", "idea"]


@pytest.mark.parametrize("role", ["developer", "reporter", "curator", "administrator", "superuser"])
def test_a_user_has_one_role(role):
    user = factories.make_user(role, region="08")

    assert user.is_superuser == (role == "superuser")
    assert user.groups.count() == (0 if role == "superuser" else 1)


def test_a_report_keeps_the_precision_of_its_date():
    page = factories.make_model()

    assert str(factories.report(page, status="ended", valid="2024-03").valid_from) == "3/2024"


def test_files_lie_in_the_collection_of_a_region():
    assert factories.make_document(region="08").collection.name == "Pirkanmaa"
    assert factories.make_image().collection.name == "Keski-Suomi"
