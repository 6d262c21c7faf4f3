"""A model's page shows others that are about the same, and says why."""

import pytest

from tests import factories
from tests.pages.reading import read, text_of, texts_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def models(committed):
    idea = "<p>Fysioterapeutti harjoittelee kuvayhteydellä.</p>"
    with committed():
        one = factories.make_model("15", "Etäkuntoutus", idea=idea, themes=["digital-remote"], settings=["home"])
        twin = factories.make_model(
            "08", "Kuntoutus kuvayhteydellä", idea=idea, themes=["digital-remote"], settings=["home"]
        )
        version = factories.make_model(
            "02", "Etäkuntoutus täällä", idea=idea, themes=["digital-remote"], settings=["home"], adapted_from=one
        )
        for number in range(5):
            factories.make_model("10", f"Muu {number}", themes=["prevention"], target_groups=["youth"])
    return one, twin, version


def test_shows_why_and_a_way_to_compare_without_the_family(models):
    one, twin, _ = models
    section = read(one.get_url()).select_one("#similar")
    assert texts_of(section, "h3") == ["Kuntoutus kuvayhteydellä"]
    # Topics by their names, and no words such as "harjoitella" that the texts share.
    told = text_of(section.select_one(".similar__why")).removeprefix("Yhteistä: ").split(", ")
    names = {"Digitaaliset ja etäpalvelut", "Koti", "Ikäihmiset"}
    assert set(told) == names
    assert section.select_one(".family__more a")["href"] == f"/vertaa/?malli={one.pk}&malli={twin.pk}"


def test_unpublished_one_is_gone(models, committed):
    one, twin, _ = models
    with committed():
        twin.unpublish()
    assert read(one.get_url()).select_one("#similar") is None
