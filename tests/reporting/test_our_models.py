""" "Our region's models": what the region considers, pilots, uses and has not touched for a year."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from operating_models.models import AdoptionRenewal, AdoptionReport
from tests import factories
from tests.pages.reading import read, text_of, texts_of
from tests.reporting.writing import fields_of, report_url

pytestmark = pytest.mark.django_db

OURS = "/alueemme/"


def long_ago(days=400):
    return timezone.now() - timedelta(days=days)


def listed(soup, section):
    return texts_of(soup, f"#{section} .ours__model > a")


@pytest.fixture
def models(committed):
    """Models with a report of Kainuu each, by status, and one that only another region uses."""
    with committed():
        made = {status: factories.make_model("15", f"Malli {status}") for status in STATUSES}
        for status, model in made.items():
            factories.report(model, "20", status, "2025")
        factories.report(factories.make_model("15", "Muiden malli"), "17", "in_use")
    return made


STATUSES = ("planned", "piloting", "adopting", "in_use", "established", "ended")


def test_models_stand_by_their_status_of_today(reporter, models):
    soup = read(OURS, client=reporter)
    assert text_of(soup.select_one("main .lead")) == "Kainuun hyvinvointialue"
    assert [heading.split(" (")[0] for heading in texts_of(soup, "#statuses h3")] == [
        "Suunnitteilla",
        "Kokeilussa",
        "Käyttöönotto käynnissä",
        "Käytössä",
        "Juurtunut",
        "Päättynyt",
    ]
    assert listed(soup, "statuses") == [f"Malli {status}" for status in STATUSES]
    assert not soup.select("#untouched")
    buttons = [text_of(button).split(" :")[0] for button in soup.select("#statuses button")]
    assert buttons == [
        "Edelleen suunnitteilla",
        "Edelleen kokeilussa",
        "Käyttöönotto edelleen käynnissä",
        "Edelleen käytössä",
        "Edelleen käytössä",
    ]


def test_what_nobody_has_touched_for_a_year_comes_first_the_oldest_on_top(reporter, committed):
    with committed():
        for title, days, status in (("Vanha", 400, "in_use"), ("Vanhin", 500, "piloting"), ("Uusi", 364, "in_use")):
            factories.report(factories.make_model("15", title), "20", status, recorded_at=long_ago(days))
        factories.report(factories.make_model("15", "Päättynyt"), "20", "ended", recorded_at=long_ago())
    assert listed(read(OURS, client=reporter), "untouched") == ["Vanhin", "Vanha"]


def test_one_click_says_that_it_is_still_in_use_and_counts_nowhere_twice(reporter, public_model, committed):
    with committed():
        row = factories.report(public_model, "20", "in_use", "2024", recorded_at=long_ago())
    soup = read(OURS, client=reporter)
    form = soup.select_one("#untouched form")
    for _click in range(2):
        assert reporter.post(form["action"], fields_of(soup, "#untouched form")).url == "/alueemme/?alue=20"
    assert AdoptionRenewal.objects.get().report == row
    assert AdoptionReport.objects.count() == 1
    soup = read(OURS, client=reporter)
    assert not soup.select("#untouched")
    today = timezone.localdate()
    said = f"Edelleen käytössä {today.day}.{today.month}.{today.year}"
    assert said in text_of(soup.select_one("#statuses .ours"))
    page = read(public_model.get_url())
    assert said in text_of(page.select_one("#adoption tbody tr"))
    assert len(page.select("#adoption tbody tr")) == len(page.select(".reports li")) == 1


def test_another_regions_report_is_not_renewed_and_a_visitor_logs_in_first(reporter, public_model, committed):
    with committed():
        row = factories.report(public_model, "17", "in_use", "2024")
    assert reporter.post(report_url(row, "renew_report")).status_code == 403
    assert Client().post(report_url(row, "renew_report")).url.startswith("/kirjaudu/")
    assert reporter.get(report_url(row, "renew_report")).url == report_url(row)
    assert not AdoptionRenewal.objects.exists()


def test_what_has_been_reported_anew_meanwhile_is_not_renewed(reporter, public_model, committed):
    with committed():
        old = factories.report(public_model, "20", "in_use", "2023")
        factories.report(public_model, "20", "ended", "2024")
    reporter.post(report_url(old, "renew_report"))
    assert not AdoptionRenewal.objects.exists()
    assert "uudempi ilmoitus" in text_of(read(OURS, client=reporter).select_one(".messages"))


@pytest.mark.parametrize("target", ["https://muualla.example/", "//muualla.example/"])
def test_a_click_never_leads_to_another_site(reporter, public_model, committed, target):
    with committed():
        row = factories.report(public_model, "20", "in_use", "2024")
    assert reporter.post(report_url(row, "renew_report"), {"next": target}).url == "/alueemme/?alue=20"


def test_our_latest_reports_can_be_taken_back(reporter, public_model, committed):
    with committed():
        factories.report(public_model, "20", "in_use", "2024")
    link = read(OURS, client=reporter).select_one("#recent a[href*=peru]")
    soup = read(link["href"], client=reporter)
    assert "vain, jos se oli virhe" in text_of(soup.main)
    sent = fields_of(soup, "main form") | {"note": "Väärä malli."}
    for _click in range(2):
        assert reporter.post(link["href"], sent).status_code == 302
    assert AdoptionReport.objects.count() == 2
    assert not AdoptionReport.objects.as_of().exists()
    page = read(public_model.get_url())
    assert not page.select("#adoption table")
    assert "ilmoitus peruttiin" in text_of(page.select_one(".reports"))
    assert "Väärä malli." in text_of(page.select_one(".reports"))
    assert not read(OURS, client=reporter).select("#recent a[href*=peru]")


def test_another_region_cannot_take_it_back(reporter, log_in, public_model, committed):
    with committed():
        row = factories.report(public_model, "20", "in_use", "2024")
    for client in (log_in("reporter", "17"), log_in("developer", "15"), log_in("developer", "20")):
        assert client.get(report_url(row, "retract_report")).status_code == 403
        assert client.post(report_url(row, "retract_report"), {}).status_code == 403
    assert AdoptionReport.objects.count() == 1


def test_what_has_been_corrected_meanwhile_is_not_taken_back(reporter, public_model, committed):
    with committed():
        row = factories.report(public_model, "20", "in_use", "2024")
    sent = fields_of(read(report_url(row, "retract_report"), client=reporter), "main form")
    with committed():
        newer = factories.report(public_model, "20", "piloting", "2024", supersedes=row)
    assert reporter.post(report_url(row, "retract_report"), sent).url == report_url(newer)
    assert AdoptionReport.objects.count() == 2
    assert "jo oikaistu" in text_of(read(report_url(row, "retract_report"), client=reporter).main)


def test_drafts_are_not_listed(reporter, owner, committed):
    with committed():
        draft = factories.make_model("15", "Salainen", live=False)
        factories.report(draft, "20", "in_use", recorded_at=long_ago())
    for client in (reporter, owner):
        assert "Salainen" not in str(read(OURS, client=client))


def test_a_region_without_reports_is_told_how_to_begin(reporter):
    soup = read(OURS, client=reporter)
    assert "ei ole vielä ilmoittanut" in text_of(soup.select_one("#statuses .nothing"))
    assert soup.select_one("#statuses a")["href"] == "/toimintamallit/?region=20"


def test_who_has_neither_role_is_told_how_to_get_one(log_in):
    client = log_in("administrator")
    client.user.groups.clear()
    soup = read(OURS, client=client)
    assert "ei vielä voi ilmoittaa" in text_of(soup.main)
    assert "palvelun ylläpito" in text_of(soup.main)


def test_another_region_is_not_shown_and_visitors_log_in(reporter):
    assert reporter.get(OURS, {"alue": "17"}).status_code == 403
    assert Client().get(OURS).url == "/kirjaudu/?next=/alueemme/"


def test_a_reporter_of_two_regions_chooses(reporter, log_in, models):
    reporter.user.groups.add(log_in("reporter", "17").user.groups.get())
    assert text_of(read(OURS, client=reporter).select_one("main .lead")) == "Pohjanmaan hyvinvointialue"
    soup = read(OURS, client=reporter, alue="20")
    assert listed(soup, "statuses") == [f"Malli {status}" for status in STATUSES]
    assert soup.select_one("option[selected]")["value"] == "20"


def test_a_developer_sees_what_waits_for_an_answer_newest_first(owner, public_model, committed):
    with committed():
        older = factories.report(public_model, "20", "in_use", recorded_at=long_ago())
        factories.report(public_model, "15", "in_use")
        newer = factories.report(public_model, "17", "piloting")
        factories.report(factories.make_model("08", "Toisten malli"), "20", "in_use")
        taken_back = factories.report(public_model, "12", "in_use")
        factories.report(public_model, "12", "in_use", supersedes=taken_back, is_retraction=True)
    soup = read(OURS, client=owner)
    links = [link["href"] for link in soup.select("#awaiting a.button")]
    assert links == [f"{report_url(row)}#answers" for row in (newer, older)]
    assert text_of(soup.select_one("#awaiting p")).startswith("2 muiden alueiden ilmoitusta")


@pytest.mark.django_db(transaction=True)
def test_the_page_asks_as_often_with_twenty_models_as_with_one(log_in):
    reporter = log_in("reporter", "20")
    reporter.user.groups.add(log_in("developer", "15").user.groups.get())
    counts = []
    for more in (1, 19):
        for _model in range(more):
            made = factories.make_model("15")
            factories.report(made, "20", "in_use", "2024", recorded_at=long_ago())
            factories.report(made, "17", "in_use", "2024")
        reporter.get(OURS)
        with CaptureQueriesContext(connection) as captured:
            assert reporter.get(OURS).status_code == 200
        counts.append(len(captured))
    assert counts[0] == counts[1] <= 22
