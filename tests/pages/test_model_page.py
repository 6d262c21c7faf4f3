"""A model's page: its sections in the reader's order, what was measured, and the facts that others say of it."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone
from wagtail.models import PageViewRestriction

from operating_models.components.outcomes import outcome_row
from operating_models.models import Outcome
from tests import factories
from tests.pages.reading import hits, read, search, shown_total, text_of, texts_of

pytestmark = pytest.mark.django_db

CORE_SECTIONS = ["idea", "for-whom", "conditions", "results", "context"]
SECTIONS = [*CORE_SECTIONS, "resources", "risks", "development", "adapted", "family", "attachments", "adoption"]


def sections(soup):
    return [section["id"] for section in soup.select("main section.section[id]")]


@pytest.fixture
def full(committed):
    """A model with all that a model can have."""
    with committed():
        source = factories.make_model("08", "Alkuperäinen malli")
        page = factories.make_model(
            title="Kotikäynti",
            place="Jyväskylä",
            funders="NextGenerationEU",
            further_regions=["12"],
            programmes=["rrp-p4-i2"],
            programme_goals=["quality"],
            service_classes=["home-care"],
            settings=["home"],
            tags=["kotikäynti", "hyvinvointia edistävä työ"],
            contact_email="kotikaynti@example.fi",
            contact_phone="014 123",
            contact_url="https://example.fi/",
            video_url="https://example.fi/video",
            image=factories.make_image(),
            image_alt="Polku viidessä vaiheessa",
            development=[
                ("need", {"heading": "", "text": "<p>Tarve.</p>"}),
                ("tips", {"heading": "Opit", "text": "x"}),
            ],
            outcomes=[{"measure": "Odotusaika", "before": 10, "after": 5}],
            resources=[{"description": "Hoitaja", "cost": "2 000 €"}],
            risks=[{"risk": "Vaihtuvuus", "handling": "Työpari"}],
            links=[{"title": "Loppuraportti", "url": "https://example.fi/raportti"}],
            attachments=[{"document": factories.make_document("Ohje")}],
            adapted_from=source,
            adaptation_kept="Runko säilyi.",
            adaptation_reason="Pitkät matkat.",
        )
    return page


class TestSections:
    def test_filled_ones_stand_in_the_readers_order(self, full):
        soup = read(full.get_url())
        assert sections(soup) == SECTIONS
        assert [a["href"] for a in soup.select(".contents a")] == [f"#{name}" for name in SECTIONS]
        assert texts_of(soup, "#development h3") == ["Tarve ja lähtökohta", "Opit"]
        assert soup.select_one("figure img")["alt"] == "Polku viidessä vaiheessa"
        assert texts_of(soup, "#attachments a") == ["Ohje", "Katso video", "Loppuraportti"]
        assert [text_of(row) for row in soup.select("#risks dt, #risks dd")] == ["Vaihtuvuus", "Työpari"]
        assert "2 000 €" in text_of(soup.select_one("#resources"))
        for shown in ("Jyväskylä", "NextGenerationEU", "Laatu ja vaikuttavuus"):
            assert shown in " ".join(texts_of(soup, "aside"))

    def test_empty_ones_are_not_drawn(self):
        soup = read(factories.make_model().get_url())
        assert sections(soup) == [*CORE_SECTIONS, "adoption"]
        assert not soup.select("main img")
        for absent in ("Resurssit", "Riskit", "Kehittämisen polku", "Liitteet", "Asiasanat", "Hanke", "Ohjelma"):
            assert absent not in texts_of(soup, "h2, dt"), absent

    def test_results_are_drawn_for_outcomes_alone(self, committed):
        page = factories.make_model(live=False, outcomes=[{"measure": "Odotusaika", "note": "Lyheni."}])
        page.evaluation = ""
        type(page).objects.filter(pk=page.pk).update(evaluation="<p></p>", live=True)
        soup = read(page.get_url())
        assert "results" in sections(soup)
        assert "Odotusaika" in text_of(soup.select_one("#results"))

    @pytest.mark.parametrize(
        ("outcomes", "columns", "cells"),
        [
            ([{"measure": "A", "note": "Lyheni."}], ["Tulos"], ["Lyheni."]),
            (
                [{"measure": "A", "after": 5, "unit": "%"}, {"measure": "B", "note": "Ei."}],
                ["Jälkeen"],
                ["5 %", "Ei."],
            ),
            (
                [{"measure": "A", "before": 4}, {"measure": "B", "after": 5}],
                ["Ennen", "Jälkeen"],
                ["4", "–", "–", "5"],
            ),
            ([{"measure": "A", "before": 4, "after": 5}], ["Ennen", "Jälkeen", "Muutos"], ["4", "5", "+1 +25 %"]),
        ],
    )
    def test_outcomes_have_columns_for_the_numbers_that_there_are(self, committed, outcomes, columns, cells):
        with committed():
            page = factories.make_model(outcomes=outcomes)
        table = read(page.get_url()).select_one("table.outcomes")
        assert texts_of(table, "thead th")[1:] == columns
        assert texts_of(table, "tr:not(.outcomes__chart) td") == cells

    def test_the_header_of_an_outcome_is_what_was_measured_alone(self, committed):
        row = {"measure": "Odotusaika", "after": 5, "period": "1–6/2024", "source_url": "https://example.fi/r.pdf"}
        with committed():
            page = factories.make_model(outcomes=[row, {"measure": "Kokemus", "note": "Parani."}])
        table = read(page.get_url()).select_one("table.outcomes")
        assert texts_of(table, "tbody th") == ["Odotusaika", "Kokemus"]
        assert texts_of(table, ".outcomes__chart td") == ["Asiakkaat 1–6/2024 Lähde", "Asiakkaat"]
        assert table.select_one(".outcomes__chart a")["href"] == row["source_url"]

    def test_breadcrumbs_lead_through_the_region(self, full):
        assert texts_of(read(full.get_url()), ".breadcrumbs li") == [
            "Etusivu",
            "Toimintamallit",
            "Keski-Suomen hyvinvointialue",
            "Kotikäynti",
        ]


class TestSourceModel:
    def test_is_linked_with_what_was_kept_and_why(self, full):
        section = read(full.get_url()).select_one("#adapted")
        assert text_of(section.a) == "Alkuperäinen malli"
        assert section.a["href"] == full.adapted_from.get_url()
        assert texts_of(section, "dd") == ["Runko säilyi.", "Pitkät matkat."]

    def test_is_not_told_when_it_is_unpublished(self, full):
        full.adapted_from.unpublish()
        assert "Alkuperäinen malli" not in read(full.get_url()).get_text()

    def test_is_not_told_when_its_readers_are_restricted(self, full, committed):
        with committed():
            PageViewRestriction.objects.create(page=full.adapted_from.page_ptr, restriction_type="login")
        assert "Alkuperäinen malli" not in read(full.get_url()).get_text()


class TestOutcomes:
    @pytest.mark.parametrize(
        ("before", "after", "shown"),
        [
            (10, 5, ("10", "5", "−5", "−50 %", 100, 50)),
            (4, 5, ("4", "5", "+1", "+25 %", 80, 100)),
            (Decimal("12.500"), Decimal("8.250"), ("12,5", "8,25", "−4,25", "−34 %", 100, 66)),
            (3, 3, ("3", "3", "±0", "±0 %", 100, 100)),
            (0, 7, ("0", "7", "+7", "", 0, 100)),
            (0, 0, ("0", "0", "±0", "", 0, 0)),
            (-4, -2, ("−4", "−2", "+2", "+50 %", 0, 0)),
            (-2, 4, ("−2", "4", "+6", "+300 %", 0, 0)),
            (40000, 1000000, ("40\xa0000", "1\xa0000\xa0000", "+960\xa0000", "+2\xa0400 %", 4, 100)),
            (300, 100, ("300", "100", "−200", "−67 %", 100, 33)),
            (5, None, ("5", "", "", "", 0, 0)),
            (None, 5, ("", "5", "", "", 0, 0)),
            (None, None, ("", "", "", "", 0, 0)),
        ],
    )
    def test_change_is_told_in_numbers_and_percent(self, before, after, shown):
        row = outcome_row(
            Outcome(
                measure="Odotusaika",
                before=None if before is None else Decimal(before),
                after=None if after is None else Decimal(after),
            )
        )
        assert (row.before, row.after, row.change, row.change_label, row.bar_before, row.bar_after) == shown

    def test_numbers_stand_in_a_table_and_words_where_there_are_none(self, committed):
        page = factories.make_model(
            outcomes=[
                {
                    "measure": "Odotusaika",
                    "before": Decimal("12.5"),
                    "after": 8,
                    "unit": "päivää",
                    "period": "1–6/2024",
                },
                {"measure": "Palaute", "note": "Asiakkaat kiittivät."},
            ]
        )
        table = read(page.get_url()).select_one("table.outcomes")
        assert texts_of(table, "tbody tr:first-child") == [
            "Odotusaika 12,5 päivää 8 päivää −4,5 −36 %",
            "Palaute Asiakkaat kiittivät.",
        ]
        assert text_of(table.select_one(".outcomes__chart")).startswith("Asiakkaat 1–6/2024")


class TestAdoption:
    def test_is_told_region_by_region_and_the_whole_country_counts_in_no_number(self):
        page = factories.make_model()
        factories.report(page, "15", "piloting", "2023")
        factories.report(page, "15", "in_use", "2024-03", note="Kaikilla asemilla")
        factories.report(page, "08", "in_use", "2024-05-06")
        factories.report(page, "12", "ended", "2025", reasons=["resources"])
        factories.report(page, "fi", "established")
        soup = read(page.get_url())
        assert texts_of(soup, "#adoption tbody tr") == [
            "Pirkanmaa Käytössä 6.5.2024",
            "Etelä-Savo Päättynyt 2025 Miksi käyttö päättyi: resurssit",
            "Keski-Suomi Käytössä 3/2024 Kaikilla asemilla",
            "Valtakunnallinen Juurtunut ajankohta ei tiedossa",
        ]
        names = ["Pirkanmaa", "Etelä-Savo", "Keski-Suomi", "Valtakunnallinen"]
        assert texts_of(soup, "#adoption tbody th") == names
        assert texts_of(soup, "aside .status-list li") == ["Käytössä 2 aluetta", "Päättynyt 1 alue"]
        assert len(soup.select(".reports li")) == 5
        assert text_of(soup.select(".reports li")[-1]).startswith("Keski-Suomi : kokeilussa 2023")

    def test_is_told_as_missing(self):
        soup = read(factories.make_model().get_url())
        assert text_of(soup.select_one("#adoption .nothing"))
        assert not soup.select("#adoption table")

    def test_superseded_and_retracted_reports_count_nowhere_and_are_told_folded(self):
        page = factories.make_model()
        mistake = factories.report(page, "08", "established", "2024")
        factories.report(page, "08", "piloting", "2024", supersedes=mistake)
        wrong = factories.report(page, "12", "in_use", "2024")
        factories.report(page, "12", "in_use", "2024", supersedes=wrong, is_retraction=True)
        soup = read(page.get_url())
        assert texts_of(soup, "#adoption tbody tr") == ["Pirkanmaa Kokeilussa 2024"]
        assert texts_of(soup, "aside .status-list li") == ["Kokeilussa 1 alue"]
        taken_back, corrected = soup.select(".reports li")
        assert text_of(corrected).startswith("Pirkanmaa : kokeilussa 2024")
        assert "Juurtunut" in text_of(corrected.details)
        assert "Etelä-Savo : ilmoitus peruttiin" in text_of(taken_back)
        assert "Käytössä" in text_of(taken_back.details)


class TestFacts:
    def test_evidence_is_not_assessed_unless_somebody_has(self):
        page = factories.make_model()
        box = "section[aria-labelledby=evidence-title]"
        assert "Ei arvioitu" in text_of(read(page.get_url()).select_one(box))
        factories.assess(page, "4", assessed_on=timezone.localdate() - timedelta(days=9))
        factories.assess(page, "2", assessed_on=timezone.localdate() - timedelta(days=99))
        text = text_of(read(page.get_url()).select_one(box))
        assert "4 Kohtalainen dokumentoitu näyttö" in text
        assert "Terveyden ja hyvinvoinnin laitos" in text

    def test_review_is_a_year_after_publishing_and_then_overdue(self):
        with time_machine.travel("2024-02-29 12:00", tick=False):
            page = factories.make_model()
            assert "28.2.2025" in text_of(read(page.get_url()).select_one(".meta"))
        for moment, overdue in (("2025-02-28 12:00", False), ("2025-03-01 12:00", True)):
            with time_machine.travel(moment, tick=False):
                assert bool(read(page.get_url()).select(".meta .badge")) is overdue, moment

    def test_review_date_of_national_staff_stands_in_place_of_the_computed_one(self):
        page = factories.make_model()
        factories.set_review_date(page, "2099-05-04")
        assert "4.5.2099" in text_of(read(page.get_url()).select_one(".meta"))

    def test_contact_is_the_unit_with_its_role_address(self, full):
        contact = read(full.get_url()).select_one("#contact")
        assert [a["href"] for a in contact.select("a")] == ["mailto:kotikaynti@example.fi", "https://example.fi/"]
        for shown in ("Keski-Suomen hyvinvointialue", "Avopalvelut", "014 123"):
            assert shown in text_of(contact)

    def test_each_classification_leads_to_a_search_that_finds_the_model(self, full):
        links = read(full.get_url()).select("aside .facts a, .meta a[href*='?']")
        parameters = {link["href"].partition("?")[2].partition("=")[0] for link in links}
        assert parameters == {"target_group", "service_class", "theme", "setting", "programme", "tag"}
        for link in links:
            assert "Kotikäynti" in hits(read(link["href"])), link["href"]

    def test_a_tag_leads_to_every_model_that_has_it(self, full, committed):
        with committed():
            factories.make_model("08", "Toinen", tags=["hyvinvointia edistävä työ"])
            factories.make_model("08", "Kolmas", tags=["muu"])
        link = next(a for a in read(full.get_url()).select("a.tag") if text_of(a) == "hyvinvointia edistävä työ")
        soup = read(link["href"])
        assert sorted(hits(soup)) == ["Kotikäynti", "Toinen"]
        assert text_of(soup.select_one(".chip")) == "Hyvinvointia edistävä työ (Asiasana), poista"


class TestLanguages:
    @pytest.fixture
    def bilingual(self):
        return factories.make_model(
            title="Kotikäynti",
            texts=[
                {"language": "sv", "title": "Hembesök", "lead": "På svenska.", "idea": "<p>Vårdaren kommer hem.</p>"}
            ],
        )

    def test_swedish_text_is_read_behind_its_link(self, bilingual):
        link = next(a for a in read(bilingual.get_url()).select("a") if text_of(a) == "På svenska")
        assert (link["lang"], link["hreflang"]) == ("sv", "sv")
        soup = read(link["href"])
        assert (text_of(soup.h1), soup.h1["lang"]) == ("Hembesök", "sv")
        assert soup.select_one("#idea .prose")["lang"] == "sv"
        assert text_of(soup.select_one("#idea .prose")) == "Vårdaren kommer hem."
        assert soup.html["lang"] == "sv"
        back = next(a for a in soup.select("a") if text_of(a) == "Suomeksi")
        assert text_of(read(back["href"]).h1) == "Kotikäynti"

    @pytest.mark.parametrize("asked", ["en", "fi", "xx", "", "sv\0", ["en", "de"]])
    def test_other_languages_fall_back_to_the_original(self, bilingual, asked):
        soup = read(bilingual.get_url(), text=asked)
        assert (text_of(soup.h1), soup.h1["lang"]) == ("Kotikäynti", "fi")

    def test_a_text_that_was_asked_for_in_an_address_from_before_is_at_home_under_its_language(self, bilingual):
        soup = read(bilingual.get_url(), text="sv")
        assert (soup.html["lang"], text_of(soup.h1), soup.h1["lang"]) == ("fi", "Hembesök", "sv")
        home = bilingual.get_full_url().replace(bilingual.get_url(), f"/sv{bilingual.get_url()}")
        assert soup.select_one("link[rel=canonical]")["href"] == home

    def test_page_in_one_language_names_no_other(self):
        soup = read(factories.make_model().get_url())
        assert soup.select("link[rel=alternate]") == []

    def test_page_written_in_swedish_says_so(self):
        soup = read(factories.make_model(title="Hembesök", original_language="sv").get_url())
        assert soup.h1["lang"] == "sv"

    def test_swedish_text_is_found(self, committed):
        with committed():
            factories.make_model(title="Kotikäynti", texts=[{"language": "sv", "title": "Hembesök hos äldre"}])
        assert hits(search("hembesöken")) == ["Kotikäynti"]


def test_text_of_writers_is_escaped(committed):
    with committed():
        page = factories.make_model(
            title="<script>alert(1)</script> Neuvola",
            lead="<b>lihava</b> & muu",
            place="<i>paikka</i>",
            risks=[{"risk": "<u>riski</u>"}],
            tags=["<s>tagi</s>"],
        )
        factories.report(page, "08", "in_use", note="<em>huomio</em>")
    for soup in (read(page.get_url()), search("neuvola"), read(factories.region_page("08").get_url()), read("/")):
        assert not soup.main.select("script, .lead b, dd i, #risks u, .tag s, .note em")
        assert "<script>alert(1)</script> Neuvola" in soup.get_text()


def test_preview_says_that_readers_do_not_see_it(client):
    client.force_login(factories.make_user("developer", "15"))
    page = factories.make_model(live=False, gaps=("lead", "themes", "idea"))
    response = client.get(reverse("wagtailadmin_pages:view_draft", args=[page.pk]))
    assert response.status_code == 200
    assert "Luonnoksen esikatselu: lukijat eivät näe tätä." in response.content.decode()
    assert shown_total(search()) == 0
