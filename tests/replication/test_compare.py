"""Two to four public models stand side by side, and the address says which."""

import pytest
from wagtail.models import PageViewRestriction

from operating_models.models import OperatingModelPage
from tests import factories
from tests.pages.reading import read, text_of, texts_of

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def made(filling):
    with filling():
        one = factories.make_model(
            "15", "Ensimmäinen", themes=["access"], outcomes=[{"measure": "Odotusaika", "before": 10, "after": 5}]
        )
        rest = [factories.make_model("08", title, themes=["prevention"]) for title in ("Toinen", "Kolmas", "Neljäs")]
        factories.report(one, "15", "in_use")
        factories.assess(one)
        last = factories.make_model("02", "Viides")
    return [page.pk for page in (one, *rest, last)]


@pytest.fixture
def models(made, db):
    pages = OperatingModelPage.objects.in_bulk(made)
    return [pages[key] for key in made]


def compare(models, **parameters):
    return read("/vertaa/", malli=[page.pk for page in models], **parameters)


def columns(soup):
    return [text_of(head.a) for head in soup.select(".compare thead th")]


def row(soup, label):
    found = next(row for row in soup.select(".compare tbody tr") if text_of(row.th) == label)
    return [text_of(cell) for cell in found.select("td")]


def labels(soup):
    return texts_of(soup, ".compare tbody th")


def test_models_stand_in_the_order_of_the_address(models):
    assert columns(compare([models[2], models[0]])) == ["Kolmas", "Ensimmäinen"]
    assert columns(compare(models[:4])) == ["Ensimmäinen", "Toinen", "Kolmas", "Neljäs"]


def test_rows_tell_facts_and_texts(models):
    soup = compare(models[:2])
    assert row(soup, "Kehitetty alueella") == ["Keski-Suomi", "Pirkanmaa"]
    assert row(soup, "Teemat") == ["Hoitoon ja palveluun pääsy", "Ehkäisevä työ ja hyte"]
    assert row(soup, "Käyttöönotto") == ["käytössä 1 alueella", "–"]
    assert row(soup, "Näyttö")[1] == "Ei arvioitu"
    assert row(soup, "Näyttö")[0] != "Ei arvioitu"
    assert row(soup, "Tulokset") == ["Odotusaika: 10 → 5", "–"]
    assert row(soup, "Ratkaisun perusidea") == ["Hoitaja ottaa vastaan ilman ajanvarausta ja sopii jatkosta."] * 2
    assert len(labels(soup)) == 15


def test_equal_facts_are_left_out_when_only_differences_are_asked_for(models):
    both = compare(models[:2])
    toggle = both.select_one(".compare__toggle a")["href"]
    soup = read(toggle)
    assert {"Kohderyhmät", "Ohjelma"} <= set(labels(both)) - set(labels(soup))
    assert {"Teemat", "Kehitetty alueella", "Ratkaisun perusidea"} <= set(labels(soup))
    assert read(soup.select_one(".compare__toggle a")["href"]).select(".compare tbody tr") == both.select(
        ".compare tbody tr"
    )


def test_one_can_be_removed(models):
    soup = compare(models[:3], erot="1")
    remove = soup.select(".compare__remove")[1]["href"]
    assert columns(read(remove)) == ["Ensimmäinen", "Kolmas"]
    assert "erot=1" in remove


@pytest.mark.parametrize("number", [0, 1])
def test_with_fewer_than_two_it_explains_and_helps_to_add(models, number):
    soup = compare(models[:number])
    assert "vierekkäin" in text_of(soup.select_one(".lead")) or "vertaat" in text_of(soup.select_one(".lead"))
    found = compare(models[:number], lisaa="toinen")
    link = found.select_one(".proposed a")
    assert text_of(link) == "Lisää: Toinen"
    assert columns(read(link["href"])) == [*(["Ensimmäinen"] * number), "Toinen"]


def test_models_that_are_compared_already_are_not_proposed(models):
    assert "Ensimmäinen" not in str(compare(models[:1], lisaa="ensimmäinen").select(".proposed"))


def test_words_that_find_nothing_are_told_so(models):
    assert "ei löytynyt" in text_of(compare(models[:1], lisaa="xyzzyq").main)


def test_of_more_than_four_the_first_are_shown_with_a_message(models):
    soup = compare(models)
    assert columns(soup) == ["Ensimmäinen", "Toinen", "Kolmas", "Neljäs"]
    assert "enintään neljää" in text_of(soup.select_one(".notice"))
    assert soup.select_one("form.add") is None


NONSENSE = ("0", "-1", "abc", "", "1.5", "99999999", "9" * 19, "9" * 40, "٣", "1 OR 1=1", "\x00")


@pytest.mark.parametrize("nonsense", NONSENSE)
def test_nonsense_is_left_out_with_a_message(models, nonsense):
    soup = read("/vertaa/", malli=[str(models[0].pk), nonsense, str(models[1].pk)])
    assert columns(soup) == ["Ensimmäinen", "Toinen"]
    assert "jätettiin pois" in text_of(soup.select_one(".notice"))


def test_repeated_model_stands_once(models):
    soup = compare([models[0], models[0], models[1]])
    assert columns(soup) == ["Ensimmäinen", "Toinen"]
    assert "kahdesti" in text_of(soup.select_one(".notice"))


def unpublished(page):
    page.unpublish()


def restricted(page):
    PageViewRestriction.objects.create(page=page.page_ptr, restriction_type="login")


@pytest.mark.parametrize("hide", [unpublished, restricted])
def test_what_is_not_public_is_left_out(models, committed, hide):
    with committed():
        hide(models[1])
    soup = compare(models[:3])
    assert columns(soup) == ["Ensimmäinen", "Kolmas"]
    assert "Toinen" not in str(soup)
    assert "Toinen" not in str(compare(models[:1], lisaa="toinen").select(".proposed"))


def test_drafts_stay_unseen(models):
    factories.make_draft(models[0], idea="<p>Salaisuus</p>", lead="Salaisuus")
    assert "Salaisuus" not in str(compare(models[:2]))


def test_texts_are_escaped(committed):
    with committed():
        page = factories.make_model(
            "15", "Malli <script>alert(1)", lead="Alle <img src=x>", risks=[{"risk": "<b>Riski"}]
        )
    soup = compare([page])
    assert row(soup, "Lyhyt kuvaus") == ["Alle <img src=x>"]
    assert row(soup, "Riskit ja niiden hallinta") == ["<b>Riski"]
    assert not [script for script in soup.select("script") if "alert" in script.get_text()]


def test_is_linked_from_the_model_and_is_not_for_search_engines(models):
    link = next(a for a in read(models[0].get_url()).select(".actions a") if text_of(a) == "Vertaa")
    assert link["href"] == f"/vertaa/?malli={models[0].pk}"
    assert read(link["href"]).select_one("meta[name=robots]")["content"] == "noindex"


def test_what_ends_a_sentence_is_followed_by_no_other_mark(db, committed):
    with committed():
        page = factories.make_model(
            title="Kuudes",
            outcomes=[{"measure": "Aikoja on enemmän.", "note": "Niitä ei laskettu."}],
            resources=[{"kind": "people", "need": "core", "description": "Hoitaja.", "cost": "1 000 €"}],
            risks=[
                {"risk": "Kävijöistä huolehditaan muutenkin.", "handling": "Kutsutaan muita."},
                {"risk": "Kiire", "handling": "Varataan aikaa."},
            ],
        )
    soup = compare([page])
    assert row(soup, "Tulokset") == ["Aikoja on enemmän. Niitä ei laskettu."]
    assert row(soup, "Resurssit") == ["Hoitaja. 1 000 €"]
    assert row(soup, "Riskit ja niiden hallinta") == [
        "Kävijöistä huolehditaan muutenkin. Kutsutaan muita. Kiire: Varataan aikaa."
    ]
