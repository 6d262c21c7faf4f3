"""Every page that tells a number tells the same one, on the whole of the demo."""

from __future__ import annotations

import pytest

from operating_models.models import ProgrammePage, RegionPage, TargetGroupPage, ThemePage
from operating_models.statistics import counting
from tests.pages.reading import facet_counts, read, search, shown_total, text_of

pytestmark = [pytest.mark.usefixtures("demo"), pytest.mark.django_db]


def number(element):
    return int(text_of(element).replace("\xa0", ""))


def table(name):
    """Return the numbers of the statistics page's table by the label of their row."""
    rows = read("/tilastot/").select(f"#table-{name} tbody tr")
    return {text_of(row.th): [number(cell) for cell in row.select("td.number")[:4]] for row in rows}


def live_figures(page):
    return [number(value) for value in read(page.get_url()).select(".live-figures__value")]


def assert_table_of_regions_has_the_adoptions(page):
    """Look that the table to which the adoptions and endings lead has them, region by region."""
    soup = read(page.get_url())
    adoptions, ended = soup.select(".live-figures li")[2:]
    rows = [[number(cell) for cell in row.select("td")] for row in soup.select("#regions tbody tr")]
    for figure, column in ((adoptions, 1), (ended, 2)):
        told = number(figure.select_one(".live-figures__value"))
        assert (figure.a["href"] if figure.a else None) == ("#regions" if told else None)
        assert sum(row[column] for row in rows) == told, page


def test_front_page_tells_the_numbers_of_the_statistics_and_of_the_search():
    numbers, found = counting.read(), search()
    front = [number(figure) for figure in read("/").select(".figures__value")]
    assert front == [numbers.models, numbers.models_in_use, numbers.regions_developing, numbers.adoptions]
    assert shown_total(found) == numbers.models
    statuses = facet_counts(found, "status")
    assert statuses["in_use"] + statuses["established"] == numbers.models_in_use
    assert {row.status.value: row.models for row in numbers.by_status} == statuses


def test_regions_tell_the_numbers_of_the_statistics_and_of_the_search():
    rows, used = table("alueet"), facet_counts(search(), "used_in")
    pages = RegionPage.objects.select_related("region").exclude(region__code="fi")
    assert len(pages) == 24
    for page in pages:
        developed, in_use, _adoptions, ended = rows[page.region.short_name_fi]
        assert live_figures(page) == [developed, in_use, ended], page
        assert used[page.region.code] == in_use, page


def test_the_front_page_tells_of_a_region_what_its_page_does_and_leads_to_every_adoption():
    front = read("/")
    told = {
        text_of(row.select_one(".lines__label")): text_of(row.select_one(".lines__count"))
        for row in front.select("#alueet li")
    }
    for page in RegionPage.objects.select_related("region").exclude(region__code="fi"):
        in_use = live_figures(page)[1]
        assert (f", {in_use} käytössä" in told[page.region.short_name_fi]) == bool(in_use), page
    adoptions = front.select(".figures a")[3]
    assert adoptions["href"] == "/tilastot/#alueet"
    rows = table("alueet")
    rows.pop("Valtakunnallinen")
    assert sum(row[2] for row in rows.values()) == number(adoptions.select_one(".figures__value"))


@pytest.mark.parametrize(
    ("kind", "name", "facet", "number"),
    [(ThemePage, "teemat", "theme", 14), (TargetGroupPage, "kohderyhmat", "target_group", 13)],
)
def test_themes_and_target_groups_tell_the_numbers_of_the_statistics_and_of_the_search(kind, name, facet, number):
    rows, counts = table(name), facet_counts(search(), facet)
    assert len(rows) == kind.objects.count() == number
    for page in kind.objects.all():
        assert live_figures(page)[:3] == rows[str(page.term)][:3], page
        assert rows[str(page.term)][0] == counts[page.term.code], page
        assert_table_of_regions_has_the_adoptions(page)


def test_programmes_tell_the_numbers_of_the_statistics_and_of_the_search():
    rows, counts = table("ohjelmat"), facet_counts(search(), "programme")
    assert ProgrammePage.objects.count() == 2
    for page in ProgrammePage.objects.all():
        assert live_figures(page)[:3] == rows[str(page.term)][:3], page
        assert rows[str(page.term)][0] == counts[page.term.code], page
        assert_table_of_regions_has_the_adoptions(page)
