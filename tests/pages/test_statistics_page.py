"""The statistics page: the same numbers as elsewhere, of any day, narrowed as the search is, and as files."""

from __future__ import annotations

import csv
import io
import re
from datetime import UTC, datetime

import pytest
from django.test import Client
from django.utils import timezone

from home.models import SiteSettings
from operating_models.components import maps
from operating_models.models import OperatingModelPage, OwnerAnswer, Region, StatisticsPage, Verdict
from operating_models.pages.tables import Table, TableColumn, TableLine, whole, write_csv
from tests import factories
from tests.pages.reading import SEARCH, read, search, shown_total, text_of, texts_of

STATISTICS = "/tilastot/"

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def all_models(filling):
    """Four models: of two regions, published in two years, used here and there."""
    with filling():
        made = [
            factories.make_model("15", "Neuvola", themes=["access"], target_groups=["older-people"]),
            factories.make_model("15", "Etävastaanotto", themes=["digital-remote"], programmes=["rrp-p4-i1"]),
            factories.make_model("08", "Matala", themes=["access", "prevention"], target_groups=["youth"]),
            factories.make_model("fi", "Verkostopäivä", themes=["leadership"]),
        ]
        factories.report(made[0], "08", "in_use", "2024-05-01")
        factories.report(made[0], "20", "ended", "2025-02-01", reasons=["resources", "fit"])
        disputed = factories.report(made[1], "05", "established", "2024")
        OwnerAnswer.objects.create(report=disputed, verdict=Verdict.DISPUTED, text="Ei ole meidän mallimme.")
        factories.report(made[2], "08", "adopting", "")
        factories.report(made[3], "fi", "in_use", "2025-01-01")
        for page, year in zip(made, (2023, 2023, 2025, 2025), strict=True):
            first = datetime(year, 3, 1, 12, tzinfo=UTC)
            OperatingModelPage.objects.filter(pk=page.pk).update(first_published_at=first)
    return [page.pk for page in made]


@pytest.fixture
def models(all_models, db):
    pages = OperatingModelPage.objects.in_bulk(all_models)
    return [pages[key] for key in all_models]


def table(soup, name):
    """Return the cells of a table by the label of their row, without the bars."""
    rows = soup.select(f"#table-{name} tbody tr")
    return {text_of(row.th): [text_of(cell) for cell in row.select("td.number")] for row in rows}


def figures(soup):
    return {text_of(one.dt): text_of(one.dd) for one in soup.select(".statistics__figures > div")}


def squares(soup, place=0):
    """Return what the squares of a map say."""
    return [link["aria-label"] for link in soup.select(".tile-map")[place].select("svg a")]


class TestNumbers:
    def test_page_tells_the_numbers_of_today_as_the_front_page_and_the_search_do(self, models):
        soup = read(STATISTICS)
        told = figures(soup)
        assert told["toimintamallia"] == "4" == str(shown_total(search()))
        assert told["jossakin käytössä olevaa mallia"] == "3"
        assert told["käyttöönottoa alueilla"] == "3"
        assert told["järjestäjää käyttää malleja (järjestäjiä kaikkiaan 22)"] == "2"
        front = {
            text_of(one.select_one(".figures__label")): text_of(one.select_one(".figures__value"))
            for one in read("/").select(".figures li")
        }
        assert front["toimintamallia"] == told["toimintamallia"]
        assert front["jossakin käytössä olevaa mallia"] == told["jossakin käytössä olevaa mallia"]
        assert front["käyttöönottoa alueilla"] == told["käyttöönottoa alueilla"]
        assert next(value for label, value in front.items() if "kuvan" in label) == "2"

    def test_tables_count_by_theme_region_area_year_and_reason(self, models):
        soup = read(STATISTICS)
        assert table(soup, "teemat")["Hoitoon ja palveluun pääsy"] == ["2", "1", "2", "1", "50,0 %"]
        assert table(soup, "teemat")["Työkyky ja työllistyminen"] == ["0", "0", "0", "0", "–"]
        assert table(soup, "kohderyhmat")["Nuoret"] == ["1", "0", "1", "0", "0,0 %"]
        assert table(soup, "ohjelmat")["Suomen kestävän kasvun ohjelma"] == ["1", "1", "1", "0", "100,0 %"]
        regions = table(soup, "alueet")
        assert regions["Pirkanmaa"] == ["1", "1", "2", "0", "0"]
        assert regions["Varsinais-Suomi"] == ["0", "1", "1", "0", "1"]
        assert regions["Kainuu"] == ["0", "0", "0", "1", "0"]
        assert list(regions)[-1] == "Valtakunnallinen"
        assert table(soup, "yhteistyoalueet")["Sisä-Suomen yhteistyöalue"] == ["1", "1", "2", "0"]
        years = table(soup, "vuodet")
        assert (years["2023"], years["2024"], years["2025"]) == (["2", "0"], ["0", "2"], ["2", "0"])
        assert table(soup, "syyt")["Resurssit"] == ["1"]
        assert table(soup, "kesto")["12 kuukauden kuluttua"] == ["1", "1", "100,0 %"]
        assert "2 käyttöönottoa on jätetty pois" in text_of(soup.select_one("#kesto"))
        assert table(soup, "yhteenveto")["Käyttöönottoja, joiden ilmoitus on kiistetty"] == ["1"]

    def test_every_row_leads_to_a_search_that_finds_as_many(self, models):
        rows = read(STATISTICS).select("#table-teemat tbody tr, #table-kohderyhmat tbody tr, #table-ohjelmat tbody tr")
        developed = {row.a["href"]: int(text_of(row.select_one("td.number"))) for row in rows if row.a}
        developed = {href: number for href, number in developed.items() if number}
        # Four themes, two target groups, the programme with its investment, and no programme.
        assert sorted(developed.values()) == [1, 1, 1, 1, 1, 1, 2, 3, 3]
        assert {href: shown_total(read(href)) for href in developed} == developed

    def test_map_tells_each_region_its_number_from_north_to_south_and_leads_to_its_page(self, models):
        soup = read(STATISTICS)
        told = squares(soup)
        assert (len(told), told[0]) == (24, "La 0, Lappi käyttää 0 mallia")
        assert "Pi 1, Pirkanmaa käyttää 1 mallia" in told
        assert "KS 2, Keski-Suomi on kehittänyt 2 mallia" in squares(soup, 1)
        lapland = soup.select_one(".tile-map svg a")
        assert lapland["href"] == "/toimintamallit/lappi/"
        assert texts_of(soup.select_one(".tile-map"), "text")[:2] == ["La", "0"]

    def test_page_says_how_each_number_is_counted(self, models):
        terms = texts_of(read(STATISTICS), ".statistics__definitions dt")
        assert {"Käyttöönotto", "Aika siihen, kun toinen alue otti mallin käyttöön", "Kiistetty"} <= set(terms)

    def test_header_of_every_page_leads_to_the_statistics(self, models):
        for url in ("/", SEARCH, STATISTICS):
            assert read(url).select_one(f'header a[href="{STATISTICS}"]') is not None


class TestNarrowing:
    @pytest.mark.parametrize(
        "parameters",
        [
            {"theme": "access"},
            {"theme": ["access", "leadership"], "region": "15"},
            {"q": "neuvola"},
            {"used_in": "08"},
            {"status": "in_use", "evidence": "none"},
            {"region": "15", "programme": "rrp"},
        ],
    )
    def test_numbers_are_of_what_the_search_finds_for_the_same_address(self, models, parameters):
        expected = shown_total(read(SEARCH, **parameters))
        soup = read(STATISTICS, **parameters)
        assert expected > 0
        assert figures(soup)["toimintamallia" if expected > 1 else "toimintamalli"] == str(expected)
        link = soup.select_one("#numbers-title").find_next("a")["href"]
        assert shown_total(read(link)) == expected

    def test_chosen_values_stay_chosen_and_can_be_removed_each(self, models):
        soup = read(STATISTICS, theme="access", used_in="08", q="neuvola", paiva="2025-12-31")
        assert [box["value"] for box in soup.select("input[type=checkbox][checked]")] == ["access"]
        assert soup.select_one("#words")["value"] == "neuvola"
        assert soup.select_one("#day")["value"] == "2025-12-31"
        assert soup.select_one("input[type=hidden][name=used_in]")["value"] == "08"
        theme = "Hoitoon ja palveluun pääsy (Teema), poista"
        removing = {text_of(chip): chip["href"] for chip in soup.select(".chips .chip")}
        assert set(removing) == {theme, "Pirkanmaa (Alue, jossa käytössä), poista"}
        assert removing[theme] == "/tilastot/?q=neuvola&used_in=08&paiva=2025-12-31"

    def test_unknown_values_and_parameters_change_nothing(self, models):
        soup = read(STATISTICS, theme="ei-ole", sort="xyz", p="-4", foo="1")
        assert figures(soup)["toimintamallia"] == "4"
        assert soup.select(".chips") == []

    def test_limits_that_find_nothing_say_so_and_keep_the_form(self, models):
        soup = read(STATISTICS, region="21")
        assert "Yhtään mallia ei löytynyt" in text_of(soup.select_one("main"))
        assert soup.select("table") == []
        assert soup.select_one("form.statistics__form") is not None

    def test_site_without_models_says_so(self, models):
        for page in models:
            page.unpublish()
        assert "Yhtään mallia ei löytynyt" in text_of(read(STATISTICS).select_one("main"))


class TestDay:
    def test_earlier_day_has_its_own_numbers(self, models):
        soup = read(STATISTICS, paiva="2024-12-31")
        assert text_of(soup.select_one("#numbers-title")) == "Tilanne 31.12.2024"
        assert figures(soup)["toimintamallia"] == "2"
        assert table(soup, "alueet")["Kainuu"] == ["0", "0", "0", "0", "0"]
        assert figures(read(STATISTICS, paiva="31.12.2024"))["toimintamallia"] == "2"

    @pytest.mark.parametrize(
        "typed", ["32.13.2024", "2024-02-30", "eilen", "20241231", "0000-01-01", "9" * 5000, "<b>", "2024-01-01\0'"]
    )
    def test_what_is_no_day_is_told_and_todays_numbers_are_shown(self, models, typed):
        soup = read(STATISTICS, paiva=typed)
        message = text_of(soup.select_one("[role=alert]"))
        assert "ei ole päivämäärä" in message
        assert figures(soup)["toimintamallia"] == "4"
        assert soup.select_one("#day")["aria-invalid"] == "true"
        assert "day-message" in soup.select_one("#day")["aria-describedby"]

    def test_day_to_come_is_refused(self, models):
        assert "ei ole vielä tullut" in text_of(read(STATISTICS, paiva="2999-01-01").select_one("[role=alert]"))

    def test_first_day_of_the_calendar_has_no_models(self, models):
        assert "Yhtään mallia ei löytynyt" in text_of(read(STATISTICS, paiva="0001-01-01").select_one("main"))


class TestFiles:
    LICENCE = ["Lisenssi", "CC BY 4.0, https://creativecommons.org/licenses/by/4.0/deed.fi"]

    @staticmethod
    def rows(response):
        assert response.content.startswith(b"\xef\xbb\xbf")
        return list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"), newline=""), delimiter=";"))

    def test_every_table_is_a_file_with_the_same_numbers(self, models):
        soup = read(STATISTICS, theme="access")
        links = soup.select(".table-files a")
        assert len(links) == len(soup.select("table.numbers")) == 10
        for link in links:
            response = Client().get(link["href"])
            assert (response.status_code, response["Content-Type"]) == (200, "text/csv; charset=utf-8")
            name = re.search(r"taulu=(\w+)", link["href"])[1]
            limit, licence, gap, _heading, *rows = self.rows(response)
            assert (limit, licence, gap) == (["Rajaus", "Teema: Hoitoon ja palveluun pääsy"], self.LICENCE, [])
            shown = table(soup, name)
            assert [row[0] for row in rows] == list(shown)
            for row in rows:
                assert [cell.replace("\xa0", "").replace(" %", "").replace("–", "") for cell in shown[row[0]]] == row[
                    1:
                ]

    def test_file_is_named_after_its_table_and_day(self, models):
        response = Client().get(STATISTICS, {"muoto": "csv", "taulu": "teemat", "paiva": "2025-12-31"})
        assert response["Content-Disposition"] == 'attachment; filename="tilastot-teemat-2025-12-31.csv"'
        today = Client().get(STATISTICS, {"muoto": "csv", "taulu": "teemat"})
        assert timezone.localdate().isoformat() in today["Content-Disposition"]
        assert [row[:2] for row in self.rows(today)[:2]] == [self.LICENCE, []]
        assert self.rows(today)[2][0] == "Teema"

    def test_file_names_the_licence_that_the_settings_name_and_none_where_they_name_none(self, models):
        settings = SiteSettings.load()
        for name, url, told in (("CC0", "", ["Lisenssi", "CC0"]), ("", "https://example.fi/", None)):
            settings.licence_name, settings.licence_url = name, url
            settings.save()
            first, *_rows = self.rows(Client().get(STATISTICS, {"muoto": "csv", "taulu": "teemat"}))
            assert first == told if told else first[0] == "Teema"

    def test_narrowed_file_says_its_limits_in_its_name_and_first_lines(self, models):
        asked = {"muoto": "csv", "taulu": "alueet", "paiva": "2025-12-31", "q": "=neuvola", "region": ["15", "08"]}
        response = Client().get(STATISTICS, asked)
        assert response["Content-Disposition"] == (
            'attachment; filename="tilastot-alueet-rajattu-haku-neuvola-alue-pirkanmaa-keski-suomi-2025-12-31.csv"'
        )
        first, second, licence, gap, heading, *_rows = self.rows(response)
        assert (first, second) == (["Rajaus", "Haku: =neuvola"], ["Rajaus", "Alue: Pirkanmaa, Keski-Suomi"])
        assert licence == self.LICENCE
        assert (gap, heading[0]) == ([], "Alue")

    def test_name_of_a_file_is_no_longer_than_any_file_may_be_called(self, models):
        asked = {"muoto": "csv", "taulu": "teemat", "q": "neuvola " * 30, "theme": ["access", "leadership"]}
        assert len(Client().get(STATISTICS, asked)["Content-Disposition"]) < 200

    @pytest.mark.parametrize(
        "parameters",
        [
            {"muoto": "csv"},
            {"muoto": "csv", "taulu": "ei-ole"},
            {"muoto": "xls", "taulu": "teemat"},
            {"muoto": "csv", "taulu": "teemat", "paiva": "eilen"},
        ],
    )
    def test_file_that_cannot_be_made_is_not_found(self, models, parameters):
        assert Client().get(STATISTICS, parameters).status_code == 404

    @pytest.mark.parametrize("text", ["=1+1", "+358", "-2", "@SUM(A1)", "  =1", "\t=1", "\r=1"])
    def test_no_text_in_a_file_is_a_formula(self, text):
        made = write_csv(Table("t", "T", "", text, (TableColumn(text),), (TableLine(text, (whole(-1),)),)))
        rows = list(csv.reader(io.StringIO(made.decode("utf-8-sig"), newline=""), delimiter=";"))
        assert rows == [[f"'{text}", f"'{text}"], [f"'{text}", "-1"]]

    def test_quotes_semicolons_and_lines_in_a_text_stay_in_their_cell(self):
        text = 'Etsivä "nuorisotyö"; pari\nriviä'
        made = write_csv(Table("t", "T", "", "Teema", (TableColumn("Luku"),), (TableLine(text, (whole(12345),)),)))
        rows = list(csv.reader(io.StringIO(made.decode("utf-8-sig"), newline=""), delimiter=";"))
        assert rows[1] == [text, "12345"]


class TestModelsMap:
    def test_model_page_draws_where_each_region_stands_with_the_same_in_the_table(self, models):
        soup = read(models[0].get_url())
        told = squares(soup)
        assert "Pi, Pirkanmaa: käytössä" in told
        assert "Kai, Kainuu: päättynyt" in told
        assert "La, Lappi: ei ilmoitusta" in told
        shapes = [use["href"] for use in soup.select(".tile-map__drawing use")]
        assert shapes == ["#ended", "#in_use"]
        assert texts_of(soup, ".tile-map__key li") == ["Käytössä", "Päättynyt"]

    def test_model_without_regions_has_no_map(self, models):
        assert read(models[3].get_url()).select(".tile-map") == []


class TestMap:
    def test_every_region_of_the_country_has_a_place_and_letters_of_its_own(self):
        codes = {region.code for region in Region.objects.of_the_country()}
        assert codes == set(maps.SPOTS)
        assert len({spot.letters for spot in maps.SPOTS.values()}) == len(maps.SPOTS)
        assert len({(spot.column, spot.row) for spot in maps.SPOTS.values()}) == len(maps.SPOTS)
        assert all(2 <= len(spot.letters) <= 3 for spot in maps.SPOTS.values())

    def test_region_that_the_map_does_not_know_stands_below_with_letters_of_its_own(self):
        regions = (("21", "Lappi"), ("30", "Laukaa"), ("31", "Lauha"))
        drawn = maps.draw_numbers("", [maps.RegionOnMap(code, name, name) for code, name in regions])
        assert [square.letters for square in drawn.squares] == ["La", "Lu", "Lh"]
        assert drawn.squares[1].y == maps.ROWS * maps.STEP
        assert drawn.height == maps.ROWS * maps.STEP + maps.SIDE

    @pytest.mark.parametrize(
        ("greatest", "expected"),
        [
            (0, [(0, 0, 0)]),
            (1, [(0, 0, 0), (4, 1, 1)]),
            (16, [(0, 0, 0), (1, 1, 4), (2, 5, 8), (3, 9, 12), (4, 13, 16)]),
        ],
    )
    def test_levels_of_a_number_reach_from_none_to_the_greatest(self, greatest, expected):
        drawn = maps.draw_numbers("", [maps.RegionOnMap("21", "Lappi", "", number=greatest)])
        assert [(one.level, one.first, one.last) for one in drawn.ranges] == expected


def test_site_has_one_statistics_page_in_its_own_words():
    page = StatisticsPage.objects.get()
    assert (page.slug, page.get_url()) == ("tilastot", STATISTICS)
    assert page.title == "Tilastot"
    assert page.live
