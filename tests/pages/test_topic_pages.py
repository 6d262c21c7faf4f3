"""Pages of themes and target groups: their models, numbers that their links find, and terms beside them."""

from __future__ import annotations

import pytest
from wagtail.models import PageViewRestriction

from operating_models.models import Region, TargetGroup, TargetGroupPage, Theme, ThemeIndexPage, ThemePage
from operating_models.seed import term_pages
from tests import factories
from tests.pages.reading import SEARCH, facet_counts, read, search, shown_total, text_of, texts_of

pytestmark = pytest.mark.django_db(transaction=True)

INDEX = "/teemat/"
NEWEST, REGIONS = "section[aria-labelledby=models-title]", "#regions"


def theme(code="access"):
    return ThemePage.objects.get(theme__code=code)


def numbers(soup):
    """Return the figures of a page in their order, and their addresses (None for one that leads nowhere)."""
    items = soup.select(".live-figures li")
    values = [int(text_of(item.select_one(".live-figures__value")).replace("\xa0", "")) for item in items]
    return values, [item.a["href"] if item.a else None for item in items]


def lines(soup, title):
    """Return the lines of a list of terms: label → number."""
    items = soup.select(f"section[aria-labelledby={title}] li")
    return {text_of(item.a or item.span): int(text_of(item.select_one(".lines__number")).split()[0]) for item in items}


def test_every_theme_and_target_group_has_a_page_with_an_introduction():
    for kind, vocabulary, number in ((ThemePage, Theme, 14), (TargetGroupPage, TargetGroup, 13)):
        assert kind.objects.live().count() == vocabulary.objects.count() == number
        for page in kind.objects.all():
            soup = read(page.get_url())
            assert text_of(soup.h1) == str(page.term)
            assert len(text_of(soup.select_one(".model-head .prose"))) > 80, page


def test_list_shows_every_term_with_as_many_models_as_the_search():
    factories.make_model(themes=["access", "leadership"], target_groups=["youth"])
    factories.make_model(themes=["access"], target_groups=["youth", "working-age"])
    soup = read(INDEX)
    found = search()
    tiles = {tile["href"]: int(text_of(tile.select_one(".tile__count")).split()[0]) for tile in soup.select(".tile")}
    for facet, kind in (("theme", ThemePage), ("target_group", TargetGroupPage)):
        counts = facet_counts(found, facet)
        assert {page.term.code: tiles[page.get_url()] for page in kind.objects.all()} == counts
    assert tiles[theme().get_url()] == 2


def test_figures_are_what_their_links_find():
    used, piloted, ended = (factories.make_model(title=f"Malli {n}") for n in range(3))
    factories.make_model(themes=["leadership"])
    factories.report(used, "15", "in_use", "2024")
    factories.report(used, "08", "adopting", "2025")
    factories.report(piloted, "08", "piloting", "2025")
    factories.report(ended, "07", "ended", "2025")
    values, urls = numbers(read(theme().get_url()))
    assert values == [3, 1, 2, 1]
    assert shown_total(read(urls[0])) == 3
    assert shown_total(read(urls[1])) == 1
    assert urls[2:] == ["#regions", "#regions"]


def test_newest_models_come_first_and_the_link_leads_to_all():
    for n in range(13):
        factories.make_model(title=f"Malli {n:02}")
    factories.make_model(title="Muu", themes=["leadership"])
    soup = read(theme().get_url())
    shown = texts_of(soup, f"{NEWEST} .card__title")
    assert shown == [f"Malli {n:02}" for n in range(12, 0, -1)]
    link = soup.select_one(f"{NEWEST} .part__head a")
    assert "13" in text_of(link)
    assert shown_total(read(link["href"])) == 13


def test_drafts_and_hidden_models_are_neither_shown_nor_counted():
    factories.make_model(title="Luonnos", live=False)
    hidden = factories.make_model(title="Piilotettu")
    factories.report(hidden)
    PageViewRestriction.objects.create(page=hidden, restriction_type=PageViewRestriction.LOGIN)
    soup = read(theme().get_url())
    assert numbers(soup)[0] == [0, 0, 0, 0]
    assert texts_of(soup, ".card__title") == []
    assert "Piilotettu" not in text_of(soup)


def test_regions_are_listed_with_what_their_links_find():
    model = factories.make_model(region="15", further_regions=["08"])
    other = factories.make_model(region="15")
    factories.make_model(region="10", themes=["leadership"])
    factories.report(model, "07", "established")
    factories.report(model, "15", "adopting")
    factories.report(other, "15", "ended")
    factories.report(model, "fi", "in_use")
    rows = [
        (text_of(row.th), *(int(text_of(cell)) for cell in row.select("td")))
        for row in read(theme().get_url()).select(f"{REGIONS} tbody tr")
    ]
    assert rows == [("Kanta-Häme", 1, 1, 0, 0), ("Keski-Suomi", 0, 1, 1, 2), ("Pirkanmaa", 0, 0, 0, 1)]
    links = read(theme().get_url()).select(f"{REGIONS} td a")
    assert [text_of(link) for link in links] == ["1", "2", "1"]
    for link in links:
        assert shown_total(read(link["href"])) == int(text_of(link))


def test_recent_adoptions_are_those_of_its_own_models():
    own = factories.make_model(title="Oma")
    other = factories.make_model(title="Muu", themes=["leadership"])
    factories.report(own, "08", "in_use", "2024-03")
    factories.report(other, "08", "in_use", "2025")
    events = texts_of(read(theme().get_url()), ".events li")
    assert events == ["Pirkanmaalla otettiin käyttöön: Oma 3/2024"]


def test_related_terms_are_those_of_its_own_models_with_the_number_they_share():
    factories.make_model(themes=["access", "leadership", "prevention"], target_groups=["youth"])
    factories.make_model(themes=["access", "leadership"], target_groups=["youth"])
    factories.make_model(themes=["leadership", "workforce"], target_groups=["sami"])
    soup = read(theme().get_url())
    assert lines(soup, "themes-title") == {"Johtaminen ja rakenteet": 2, "Ehkäisevä työ ja hyte": 1}
    assert lines(soup, "groups-title") == {"Nuoret": 2}
    links = {text_of(link): link["href"] for link in soup.select("section[aria-labelledby=themes-title] a")}
    assert links["Johtaminen ja rakenteet"] == theme("leadership").get_url()


@pytest.mark.parametrize(
    ("status", "told"),
    [
        ("adopting", "Vantaalla ja Keravalla alkoi käyttöönotto: Oma 3/2024"),
        ("in_use", "Vantaalla ja Keravalla otettiin käyttöön: Oma 3/2024"),
        ("established", "Vantaalla ja Keravalla juurtui: Oma 3/2024"),
    ],
)
def test_an_adoption_is_told_with_the_name_of_the_region_in_its_right_form(status, told):
    factories.report(factories.make_model(title="Oma"), "04", status, "2024-03")
    assert texts_of(read(theme().get_url()), ".events li") == [told]


def test_a_region_whose_form_nobody_has_given_is_told_of_in_good_finnish_too():
    Region.objects.filter(code="04").update(short_name_fi="Uusi alue", inside_fi="")
    factories.report(factories.make_model(title="Oma"), "04", "established", "2024-03")
    assert texts_of(read(theme().get_url()), ".events li") == ["Alueella Uusi alue juurtui: Oma 3/2024"]


def test_a_target_group_has_the_same_page():
    factories.make_model(title="Nuorten", target_groups=["youth"])
    soup = read(TargetGroupPage.objects.get(target_group__code="youth").get_url())
    assert text_of(soup.select_one(".model-head__kind")) == "Kohderyhmä"
    assert numbers(soup)[0][0] == 1
    assert texts_of(soup, ".card__title") == ["Nuorten"]


def test_a_topic_without_models_says_so():
    soup = read(theme().get_url())
    assert texts_of(soup, ".nothing") == [
        "Tästä teemasta ei ole vielä julkaistu malleja.",
        "Yhtään käyttöönottoa ei ole vielä ilmoitettu.",
    ]
    assert soup.select(REGIONS) == []
    assert numbers(soup) == ([0, 0, 0, 0], [None] * 4)


def test_page_says_where_it_stands_and_what_it_is():
    page = theme()
    soup = read(page.get_url())
    assert texts_of(soup, ".breadcrumbs li") == ["Etusivu", "Teemat", "Hoitoon ja palveluun pääsy"]
    assert soup.select_one("link[rel=canonical]")["href"] == page.full_url
    description = soup.select_one("meta[name=description]")["content"]
    assert description.startswith("Palveluun on päästävä")
    assert len(description) <= 200
    assert text_of(soup.select_one("header .header__links [aria-current]")) == "Teemat"


def test_a_renamed_term_renames_its_page():
    Theme.objects.filter(code="access").update(name_fi="Uusi nimi")
    soup = read(theme().get_url())
    assert text_of(soup.h1) == "Uusi nimi"
    assert texts_of(soup, ".breadcrumbs li")[-1] == "Uusi nimi"


def test_a_term_without_a_public_page_leads_to_its_search():
    theme().unpublish()
    factories.make_model()
    for url in ("/", INDEX):
        links = {tile["href"] for tile in read(url).select(".tile")}
        assert f"{SEARCH}?theme=access" in links
        assert theme("leadership").get_url() in links


def test_front_page_leads_to_topics_and_the_header_to_their_list():
    soup = read("/")
    assert soup.select_one("#teemat .tile")["href"] == theme().get_url()
    assert {text_of(link): link["href"] for link in soup.select(".header__links a")}["Teemat"] == INDEX


def test_setting_up_again_changes_no_page():
    page = theme()
    page.intro = "<p>Kuraattorin teksti</p>"
    page.title = "Kuraattorin otsikko"
    page.save()
    home = ThemeIndexPage.objects.get().get_parent()
    before = list(home.get_descendants().values_list("pk", "path", "slug", "title"))
    term_pages.set_up(home)
    assert list(home.get_descendants().values_list("pk", "path", "slug", "title")) == before
    assert text_of(read(page.get_url()).select_one(".model-head .prose")) == "Kuraattorin teksti"


def test_terms_of_one_name_get_addresses_of_their_own():
    Theme.objects.create(code="twin", name_fi="Nuoret")
    term_pages.set_up(ThemeIndexPage.objects.get().get_parent())
    assert theme("twin").slug == "nuoret-2"


def test_every_introduction_is_of_a_term_that_has_a_page():
    pages = [page for kind in term_pages.KINDS for page in kind.objects.all()]
    assert len(pages) == 14 + 13 + 2 + 1
    assert {page.term.key for page in pages} == set(term_pages.introductions("fi"))
