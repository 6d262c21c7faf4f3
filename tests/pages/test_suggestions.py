"""What the list under a search field gets from the server."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from operating_models.models import OperatingModelIndexPage
from tests import factories
from tests.pages.reading import read

# Outside a transaction the search keeps its index between requests, as it does for visitors.
pytestmark = pytest.mark.django_db(transaction=True)

ADDRESS = "/ehdotukset/"
MODELS, THEMES, WORDS = "Toimintamallit", "Teema", "Sanat"

HOSTILE = [
    "",
    " ",
    "a",
    "\0",
    "ne\0uv",
    "ä" * 10_000,
    "neuvola " * 2_000,
    "'; DROP TABLE search_word; --",
    '"<script>alert(1)</script>"',
    "%00%ff",
    "😀👩‍⚕️",
    "\u202e\u200b\ufeff",
    "\U0010ffff\U0010ffff",
    "İıẞß",
    "ﬁﬀ ½ Ⅷ",
    "\\ud800",
    "-- - -",
    "65+ 24/7 13–17",
]


def ask(typed, *, client=None, **parameters):
    response = (client or Client()).get(ADDRESS, {"q": typed, **parameters})
    assert response.status_code == 200
    return response.json()


def rows(answer, label):
    """Return the rows of a group by their texts."""
    return {
        "".join(stretch["text"] for stretch in row["text"]): row
        for group in answer["groups"]
        if group["label"] == label
        for row in group["rows"]
    }


@pytest.fixture
def model():
    return factories.make_model(title="Seniorineuvola kotona", lead="Neuvontaa ikäihmisille.")


def test_row_of_a_model_leads_to_its_page(model):
    assert rows(ask("seniorin"), MODELS)["Seniorineuvola kotona"]["url"] == model.get_url()


def test_row_of_a_model_leads_to_where_its_page_has_moved(model):
    ask("seniorin")
    region = factories.region_page("15")
    region.slug = "keskinen"
    region.save_revision().publish()
    assert "/keskinen/" in rows(ask("seniorin"), MODELS)["Seniorineuvola kotona"]["url"]


def test_row_of_a_theme_leads_to_the_search_narrowed_to_it_without_what_was_typed(model):
    row = rows(ask("hoitoon ja"), THEMES)["Hoitoon ja palveluun pääsy"]
    assert row["url"] == "/toimintamallit/?theme=access"
    assert read(row["url"]).select_one("input[name=theme][value=access]").has_attr("checked")


def test_row_of_a_word_leads_to_the_search_for_it(model):
    row = rows(ask("senioriN"), WORDS)["seniorineuvola"]
    assert row["url"] == "/toimintamallit/?q=seniorineuvola"


def test_typed_letters_are_told_apart_in_a_row(model):
    (row,) = rows(ask("neuvola"), MODELS).values()
    assert row["text"] == [
        {"text": "Seniori", "typed": False},
        {"text": "neuvola", "typed": True},
        {"text": " kotona", "typed": False},
    ]


def test_value_found_by_a_synonym_tells_which(model):
    assert rows(ask("vanhus"), "Kohderyhmä")["Ikäihmiset"]["note"] == "vanhus"


def test_groups_stand_in_one_order_and_their_number_is_told(model):
    answer = ask("neuvo")
    labels = [group["label"] for group in answer["groups"]]
    assert labels == [MODELS, "Palveluluokka", "Toimintaympäristö", WORDS]
    number = sum(len(group["rows"]) for group in answer["groups"])
    assert answer["message"] == f"{number} ehdotusta. Valitse nuolinäppäimillä."


def test_nothing_that_fits_is_told_too(model):
    assert ask("xyzzyq") == {"groups": [], "message": "Ei ehdotuksia."}


def test_unpublished_model_is_gone_from_the_next_answer(model):
    assert rows(ask("seniorin"), MODELS)
    model.unpublish()
    answer = ask("seniorin")
    assert (rows(answer, MODELS), rows(answer, WORDS)) == ({}, {})


def test_answer_is_kept_by_no_browser_and_sets_no_cookie(model):
    response = Client().get(ADDRESS, {"q": "seniorin"})
    assert "no-store" in response["Cache-Control"]
    assert "private" in response["Cache-Control"]
    assert not response.cookies
    assert response["Content-Type"] == "application/json"


def test_only_reading_is_answered(model):
    for method in ("post", "put", "patch", "delete"):
        assert getattr(Client(), method)(ADDRESS).status_code == 405


@pytest.mark.sweep(6)
@pytest.mark.parametrize("typed", HOSTILE, ids=range(len(HOSTILE)))
def test_whatever_is_typed_is_answered(model, typed):
    # Only one of them has a word that anything begins with; that it stands there very often changes nothing.
    told = {
        MODELS: ["Seniorineuvola kotona"],
        "Palveluluokka": ["Neuvolapalvelut"],
        "Toimintaympäristö": ["Neuvola tai perhekeskus"],
    }
    answer = ask(typed)
    labels = {group["label"]: list(rows(answer, group["label"])) for group in answer["groups"]}
    assert labels == (told if typed.startswith("neuvola") else {})


def test_bytes_that_are_no_text_are_answered(model):
    assert Client().get(f"{ADDRESS}?q=%ff%fe%00ne&q=neuv&theme=1").status_code == 200
    assert Client().get(ADDRESS).json()["groups"] == []


def test_markup_of_a_title_stays_text(transactional_db):
    factories.make_model(title='Malli <b>&amp;</b> "lainaus"')
    assert list(rows(ask("lainaus"), MODELS)) == ['Malli <b>&amp;</b> "lainaus"']


def test_site_without_a_search_page_suggests_what_has_an_address(model):
    OperatingModelIndexPage.objects.update(live=False)
    assert [group["label"] for group in ask("neuvo")["groups"]] == [MODELS]


@pytest.mark.parametrize("number", [1, 20])
def test_answer_takes_two_queries_however_many_models_fit(number):
    for n in range(number):
        factories.make_model(title=f"Kotikäynti {n}")
    ask("kotik")
    with CaptureQueriesContext(connection) as captured:
        answer = ask("kotik")
    assert rows(answer, MODELS)
    assert len(captured) == 2


@pytest.mark.parametrize(("typed", "queries"), [("", 0), ("k", 0), ("xyzzyq", 1)])
def test_nothing_to_suggest_takes_fewer(model, typed, queries):
    ask("kotik")
    with CaptureQueriesContext(connection) as captured:
        ask(typed)
    assert len(captured) == queries
