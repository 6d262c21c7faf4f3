"""Pages of programmes and projects: what they have told of themselves, apart from what this service counts."""

from __future__ import annotations

import pytest

from operating_models.models import (
    FigureKind,
    Programme,
    ProgrammeFigure,
    ProgrammeIndexPage,
    ProgrammePage,
    Project,
    ProjectFigure,
    ProjectPage,
)
from operating_models.pages.programmes import euros
from operating_models.seed import term_pages, vocabulary
from tests import factories
from tests.pages.reading import SEARCH, read, search, shown_total, text_of, texts_of
from tests.pages.test_topic_pages import lines, numbers

pytestmark = pytest.mark.django_db(transaction=True)

INDEX = "/ohjelmat/"
TULSOTE = "/ohjelmat/tulevaisuuden-sote-keskus/"
RRP = "/ohjelmat/suomen-kestavan-kasvun-ohjelma/"
PROJECT = f"{RRP}keski-suomen-kestavan-kasvun-hanke/"
OWN, LIVE = "section[aria-labelledby=own-title]", "section[aria-labelledby=live-title]"


def facts(soup):
    names = texts_of(soup, ".meta dt")
    return dict(zip(names, texts_of(soup, ".meta dd"), strict=True))


def own_figures(soup):
    return texts_of(soup, f"{OWN} dt")


def test_both_programmes_tell_their_facts_and_figures():
    soup = read(TULSOTE)
    assert facts(soup) == {"Vuodet": "2020–2023", "Rahoitus": "223 milj. €", "Hankkeita": "23"}
    assert own_figures(soup) == ["yli 1 000 toimintamallia", "859 toimintamallia"]
    assert list(lines(soup, "goals-title")) == [
        "Saatavuus, oikea-aikaisuus ja jatkuvuus",
        "Ehkäisevä ja ennakoiva työ",
        "Laatu ja vaikuttavuus",
        "Monialaisuus ja yhteentoimivuus",
        "Kustannusten hillintä",
    ]
    soup = read(RRP)
    assert facts(soup) == {"Vuodet": "2022–2025"}
    assert own_figures(soup) == ["satoja toimintamalleja"]
    assert len(lines(soup, "investments-title")) == 4
    assert "arvioinnin mukaan moni tuotos jäi" in text_of(soup.main)


def test_own_figures_and_live_counts_stand_apart_and_say_whose_they_are():
    factories.make_model(programmes=["tulsote"])
    soup = read(TULSOTE)
    own, live = soup.select_one(OWN), soup.select_one(LIVE)
    assert text_of(own.h2) == "Ohjelman oma arviointi"
    assert "ei laske eikä päivitä" in text_of(own)
    assert text_of(live.h2) == "Tässä palvelussa nyt"
    assert numbers(live)[0][0] == 1
    assert "859" not in text_of(live)


def test_a_programme_counts_the_models_of_its_investments_as_the_search_does():
    whole = factories.make_model(title="Koko ohjelman", programmes=["rrp"])
    part = factories.make_model(title="Investoinnin", programmes=["rrp-p4-i1"])
    factories.make_model(title="Muun", programmes=["tulsote"])
    factories.report(whole, "08", "in_use")
    factories.report(part, "08", "ended")
    soup = read(RRP)
    values, urls = numbers(soup)
    assert values == [2, 1, 1, 1]
    assert shown_total(read(urls[0])) == 2
    assert sorted(texts_of(soup, ".card__title")) == ["Investoinnin", "Koko ohjelman"]
    investments = soup.select("section[aria-labelledby=investments-title] li")
    assert [text_of(item.select_one(".lines__number")) for item in investments] == [
        "1 malli",
        "0 mallia",
        "0 mallia",
        "0 mallia",
    ]
    assert investments[0].a["href"] == f"{SEARCH}?programme=rrp-p4-i1"
    assert investments[1].a is None
    assert texts_of(soup, ".events li") == ["Pirkanmaalla otettiin käyttöön: Koko ohjelman"]


def test_a_model_of_a_programme_and_its_investment_counts_once():
    model = factories.make_model(programmes=["rrp", "rrp-p4-i1", "rrp-p4-i2"])
    factories.report(model, "08", "in_use")
    soup = read(RRP)
    assert numbers(soup)[0] == [1, 1, 1, 0]
    assert len(soup.select(".events li")) == 1


def test_goals_are_counted_among_the_programmes_models_and_lead_to_them():
    factories.make_model(title="Oma", programmes=["tulsote"], programme_goals=["quality"])
    factories.make_model(title="Toinen", programmes=["tulsote"], programme_goals=["quality", "availability"])
    factories.make_model(title="Muun", programmes=["rrp"], programme_goals=["quality"])
    soup = read(TULSOTE)
    assert list(lines(soup, "goals-title").values()) == [1, 0, 2, 0, 0]
    links = soup.select("section[aria-labelledby=goals-title] a")
    assert len(links) == 2
    for link in links:
        found = read(link["href"])
        assert shown_total(found) == lines(soup, "goals-title")[text_of(link)]
        assert any(text_of(link) in text for text in texts_of(found, ".chip"))


def test_a_project_shows_its_models_and_numbers_beside_its_own():
    model = factories.make_model(title="Hankkeen", programmes=["rrp"], project="keski-suomi-rrp")
    factories.make_model(title="Muu", programmes=["rrp"])
    factories.report(model, "15", "in_use", "2024")
    soup = read(PROJECT)
    assert facts(soup) == {
        "Ohjelma": "Suomen kestävän kasvun ohjelma",
        "Alueet": "Keski-Suomi",
        "Rahoitus": "11,5 milj. €",
    }
    assert texts_of(soup, "section[aria-labelledby=budget-title] tbody td") == [
        "7,1 milj. €",
        "2,6 milj. €",
        "1,1 milj. €",
        "0,455 milj. €",
        "0,317 milj. €",
    ]
    assert own_figures(soup) == ["yli 130 000 kontaktia", "yli 39 %"]
    values, urls = numbers(soup)
    assert values == [1, 1, 1, 0]
    assert texts_of(soup, ".card__title") == ["Hankkeen"]
    found = read(urls[0])
    assert shown_total(found) == 1
    assert "Keski-Suomen kestävän kasvun hanke" in text_of(found.select_one(".chips"))
    assert {text_of(link): link["href"] for link in soup.select(".meta a")} == {
        "Suomen kestävän kasvun ohjelma": RRP,
        "Keski-Suomi": "/toimintamallit/keski-suomi/",
    }


def test_a_project_without_models_counts_none_whatever_else_there_is():
    factories.make_model(title="Muu")
    soup = read(PROJECT)
    assert numbers(soup) == ([0, 0, 0, 0], [None] * 4)
    assert texts_of(soup, ".card__title") == []
    assert "Tästä hankkeesta ei ole vielä julkaistu malleja." in texts_of(soup, ".nothing")


def test_projects_are_listed_with_regions_and_with_as_many_models_as_the_search_finds():
    factories.make_model(project="keski-suomi-rrp")
    factories.make_model(project="keski-suomi-rrp", live=False)
    soup = read(RRP)
    [item] = soup.select("section[aria-labelledby=projects-title] li")
    assert text_of(item) == "Keski-Suomen kestävän kasvun hanke Keski-Suomi 1 malli"
    assert item.a["href"] == PROJECT
    assert shown_total(search(project="keski-suomi-rrp")) == 1
    assert "Ohjelman hankkeita ei ole vielä kuvattu täällä." in texts_of(read(TULSOTE), ".nothing")


def test_a_project_of_an_investment_stands_under_the_programme():
    project = Project.objects.create(
        code="pilot", name_fi="Pilotti", programme=Programme.objects.get(code="rrp-p4-i2")
    )
    term_pages.set_up_page(project)
    assert ProjectPage.objects.get(project=project).get_url() == f"{RRP}pilotti/"
    assert "Pilotti 0 mallia" in texts_of(read(RRP), "section[aria-labelledby=projects-title] li")
    assert facts(read(f"{RRP}pilotti/"))["Ohjelma"].startswith("Kestävä kasvu P4 I2")


def test_a_project_whose_page_is_not_public_leads_to_its_models():
    ProjectPage.objects.get().unpublish()
    assert read(RRP).select_one("section[aria-labelledby=projects-title] li a") is None
    factories.make_model(project="keski-suomi-rrp")
    link = read(RRP).select_one("section[aria-labelledby=projects-title] li a")
    assert link["href"] == f"{SEARCH}?project=keski-suomi-rrp"


def test_list_shows_programmes_with_their_live_numbers():
    model = factories.make_model(programmes=["rrp-p4-i1"])
    factories.report(model, "08", "in_use")
    soup = read(INDEX)
    assert texts_of(soup, ".card__title") == ["Tulevaisuuden sote-keskus", "Suomen kestävän kasvun ohjelma"]
    assert texts_of(soup, ".card__origin") == ["2020–2023 223 milj. €", "2022–2025"]
    assert texts_of(soup, ".card__text")[1] == "Tässä palvelussa nyt: 1 malli, 1 käytössä jossakin, 1 käyttöönotto"


def test_values_that_name_no_programme_and_investments_have_no_page():
    assert sorted(page.programme.code for page in ProgrammePage.objects.all()) == ["rrp", "tulsote"]
    term_pages.set_up_page(Programme.objects.get(code="none"))
    term_pages.set_up_page(Programme.objects.get(code="rrp-p4-i1"))
    assert ProgrammePage.objects.count() == 2


def test_a_figure_shows_its_source_as_a_link_only_when_it_is_an_address():
    programme = Programme.objects.get(code="tulsote")
    for source in ("https://example.fi/raportti", "Loppuraportti 2024", "javascript:alert(1)"):
        ProgrammeFigure.objects.create(programme=programme, figure="1", meaning=source, source=source, sort_order=9)
    soup = read(TULSOTE)
    assert [link["href"] for link in soup.select(f"{OWN} a")] == ["https://example.fi/raportti"]
    assert "Loppuraportti 2024" in text_of(soup.select_one(OWN))


def test_loading_vocabularies_again_fills_only_what_is_empty():
    Programme.objects.filter(code="tulsote").update(budget_eur=1, first_year=None, project_count=None)
    ProgrammeFigure.objects.filter(programme__code="rrp").update(figure="tuhansia")
    Project.objects.all().update(programme=None, budget_eur=None)
    Project.objects.get().figures.all().delete()
    vocabulary.load()
    tulsote, project = Programme.objects.get(code="tulsote"), Project.objects.get()
    assert (tulsote.budget_eur, tulsote.first_year, tulsote.project_count) == (1, 2020, 23)
    assert [figure.figure for figure in ProgrammeFigure.objects.filter(programme__code="rrp")] == ["tuhansia"]
    assert (project.programme.code, project.budget_eur) == ("rrp", 11_500_000)
    assert ProjectFigure.objects.filter(kind=FigureKind.BUDGET).count() == 5


def test_setting_up_again_changes_no_page():
    home = ProgrammeIndexPage.objects.get().get_parent()
    before = list(home.get_descendants().values_list("pk", "path", "slug"))
    term_pages.set_up(home)
    assert list(home.get_descendants().values_list("pk", "path", "slug")) == before


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        (None, ""),
        (0, "0 €"),
        (455_000, "455 000 €"),
        (1_000_000, "1 milj. €"),
        (11_500_000, "11,5 milj. €"),
        (223_000_000, "223 milj. €"),
        (1_234_567_890, "1 234,56789 milj. €"),
    ],
)
def test_euros_are_written_shortly(amount, text):
    assert euros(amount).replace("\xa0", " ") == text
