"""A region's page: developed, in use, ended, and what neighbours use that it does not."""

from __future__ import annotations

from datetime import date

import pytest

from operating_models.models import Region
from operating_models.statistics import counting
from tests import factories
from tests.pages.reading import facet_counts, read, search, shown_total, text_of, texts_of
from tests.pages.test_topic_pages import numbers

pytestmark = pytest.mark.django_db(transaction=True)

NEIGHBOURS = "#neighbours"


def page(code="15"):
    return read(factories.region_page(code).get_url())


def rows(soup, anchor):
    return [(text_of(row.th), *texts_of(row, "td")) for row in soup.select(f"#models-{anchor} tbody tr")]


def neighbours(soup):
    return [(text_of(item.a), text_of(item.select_one(".lines__number"))) for item in soup.select(f"{NEIGHBOURS} li")]


def others_of_area(code):
    """Return the codes of the regions of the same collaborative area, in their order."""
    area = Region.objects.get(code=code).collaborative_area
    return [region.code for region in Region.objects.filter(collaborative_area=area).exclude(code=code).in_order()]


def test_what_is_in_use_coming_and_ended_is_told_with_dates_and_reasons():
    used, rooted, piloted, ended = (factories.make_model(region="08", title=title) for title in "ABCD")
    factories.report(used, "15", "in_use", "2024-03")
    factories.report(rooted, "15", "established", "2023")
    factories.report(piloted, "15", "piloting", "2025-01-15")
    factories.report(ended, "15", "in_use", "2022")
    factories.report(ended, "15", "ended", "2024", reasons=["resources", "technical"], note="Laite poistui myynnistä.")
    soup = page()
    assert rows(soup, "in-use") == [("A", "Käytössä", "3/2024"), ("B", "Juurtunut", "2023")]
    assert rows(soup, "coming") == [("C", "Kokeilussa", "15.1.2025")]
    assert rows(soup, "ended") == [
        ("D", "Päättynyt", "2024 Syyt: resurssit, tekniset esteet Laite poistui myynnistä.")
    ]


def test_figures_agree_with_the_statistics_and_with_what_their_links_find():
    for number, status in enumerate(("in_use", "adopting", "established", "planned", "ended")):
        factories.report(factories.make_model(region="08", title=f"Malli {number}"), "15", status)
    factories.make_model(region="15")
    factories.make_model(region="08", further_regions=["15"])
    soup = page()
    values, urls = numbers(soup)
    [row] = [row for row in counting.read().regions if row.code == "15"]
    assert values == [row.developed, row.in_use, row.ended] == [2, 2, 1]
    assert shown_total(read(urls[0])) == 2
    assert len(rows(soup, "in-use")) == 2 == facet_counts(search(), "used_in")["15"]
    assert [row[1] for row in rows(soup, "coming")] == ["Käyttöönotto käynnissä", "Suunnitteilla"]
    assert urls[1:] == ["#models-in-use", "#models-ended"]
    assert len(rows(soup, "ended")) == 1


def test_drafts_and_hidden_models_are_in_no_list_of_the_region():
    draft = factories.make_model(region="08", title="Luonnos")
    factories.report(draft, "15", "in_use")
    factories.report(draft, others_of_area("15")[0], "in_use")
    draft.unpublish()
    soup = page()
    assert numbers(soup)[0] == [0, 0, 0]
    assert "Luonnos" not in text_of(soup)


def test_a_region_without_reports_says_so():
    assert "Alue ei ole vielä ilmoittanut mallien käytöstä." in texts_of(page(), "#models-in-use .nothing")
    assert page().select("#models-coming, #models-ended") == []


def test_neighbours_are_the_regions_of_the_same_collaborative_area():
    assert others_of_area("15") == ["12", "13", "14"]
    first = "12"
    [elsewhere] = Region.objects.filter(collaborative_area=5).in_order()[:1]
    assert first != elsewhere.code
    near = factories.make_model(region="05", title="Naapurin käyttämä")
    far = factories.make_model(region="05", title="Muualla käytetty")
    factories.report(near, first, "established")
    factories.report(far, elsewhere.code, "in_use")
    soup = page()
    assert neighbours(soup) == [("Naapurin käyttämä", Region.objects.get(code=first).short_name_fi)]
    links = soup.select(f"{NEIGHBOURS} .side__about a")
    assert [link["href"] for link in links] == [factories.region_page(code).get_url() for code in others_of_area("15")]


def test_what_the_region_has_developed_or_reported_is_not_told_as_the_neighbours():
    first, *_rest = others_of_area("15")
    own = factories.make_model(region="15", title="Oma")
    shared = factories.make_model(region="05", title="Yhdessä kehitetty", further_regions=["15"])
    planned = factories.make_model(region="05", title="Suunnitteilla")
    ended = factories.make_model(region="05", title="Päättynyt")
    for model in (own, shared, planned, ended):
        factories.report(model, first, "in_use")
    factories.report(planned, "15", "planned")
    factories.report(ended, "15", "ended")
    soup = page()
    assert neighbours(soup) == []
    assert texts_of(soup, f"{NEIGHBOURS} .nothing") == [
        "Yhteistyöalueen muilla alueilla ei ole ilmoitettu olevan käytössä muita malleja."
    ]


def test_what_neighbours_only_begin_to_adopt_or_have_ended_is_not_told():
    first, second, *_rest = others_of_area("15")
    model = factories.make_model(region="05")
    factories.report(model, first, "adopting")
    factories.report(model, second, "in_use", "2023")
    factories.report(model, second, "ended", "2024")
    assert neighbours(page()) == []


def test_models_of_most_neighbours_come_first_then_in_order_of_titles():
    first, second, *_rest = others_of_area("15")
    names = [Region.objects.get(code=code).short_name_fi for code in (first, second)]
    for title, codes in (("Öljy", [first]), ("Ääni", [second]), ("Zoom", [first]), ("Yhteinen", [first, second])):
        model = factories.make_model(region="05", title=title)
        for code in codes:
            factories.report(model, code, "in_use")
    assert neighbours(page()) == [
        ("Yhteinen", ", ".join(names)),
        ("Zoom", names[0]),
        ("Ääni", names[1]),
        ("Öljy", names[0]),
    ]


def test_a_long_list_is_folded_and_its_link_leads_to_all_that_neighbours_use():
    first, *_rest = others_of_area("15")
    for number in range(12):
        factories.report(factories.make_model(region="05", title=f"Malli {number:02}"), first, "in_use")
    soup = page()
    assert len(neighbours(soup)) == 12
    assert texts_of(soup, f"{NEIGHBOURS} details li a") == ["Malli 10", "Malli 11"]
    [link] = soup.select(f"{NEIGHBOURS} p a[href*=used_in]")
    assert shown_total(read(link["href"])) == 12


@pytest.mark.parametrize("code", ["91", "fi"])
def test_a_region_of_no_collaborative_area_has_no_neighbours(code):
    assert page(code).select(NEIGHBOURS) == []


def test_hus_has_neighbours_and_is_one():
    assert others_of_area("90") == ["01", "02", "03", "04", "09", "10", "11", "hus"]
    assert str(Region.objects.get(code="hus")) in texts_of(page("90"), f"{NEIGHBOURS} .side__about a")
    assert len(texts_of(page("hus"), f"{NEIGHBOURS} .side__about a")) == 8


def test_a_region_that_goes_on_for_another_stands_where_that_one_stood_until_it_reports():
    old, new = Region.objects.get(code="08"), Region.objects.get(code="15")
    kept, changed = (factories.make_model(region="05", title=title) for title in ("Jatkuu", "Muuttui"))
    for model in (kept, changed):
        factories.report(model, "08", "in_use", "2020")
    Region.objects.filter(pk=old.pk).update(valid_until=date(2024, 12, 31))
    old.successors.add(new)
    factories.report(changed, "15", "ended", "2025")
    soup = page("15")
    assert rows(soup, "in-use") == [("Jatkuu", "Käytössä", "2020 Ilmoittaja: Pirkanmaa")]
    assert rows(soup, "ended") == [("Muuttui", "Päättynyt", "2025 Syyt: resurssit")]
    [row] = [row for row in counting.read().regions if row.code == "15"]
    assert numbers(soup)[0] == [row.developed, row.in_use, row.ended] == [0, 1, 1]


def test_a_region_that_exists_no_more_says_so_and_leads_to_those_that_go_on():
    old = Region.objects.get(code="08")
    factories.report(factories.make_model(region="05"), "08", "in_use", "2020")
    Region.objects.filter(pk=old.pk).update(valid_until=date(2024, 12, 31))
    old.successors.add(Region.objects.get(code="15"))
    soup = page("08")
    notice = soup.select_one("main .notice")
    assert "Alue oli olemassa 31.12.2024 asti." in text_of(notice)
    assert notice.a["href"] == factories.region_page("15").get_url()
    assert numbers(soup)[0] == [0, 0, 0]
    assert soup.select(NEIGHBOURS) == []


def test_a_neighbour_that_exists_no_more_is_none():
    first, second, *_rest = others_of_area("15")
    factories.report(factories.make_model(region="05"), first, "in_use", "2020")
    Region.objects.filter(code=first).update(valid_until=date(2024, 12, 31))
    soup = page()
    assert neighbours(soup) == []
    assert soup.select_one(f"{NEIGHBOURS} .side__about a")["href"] == (factories.region_page(second).get_url())
