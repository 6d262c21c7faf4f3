"""Mails to the owner and to the region: to the right people, with links, in the transaction of what they tell of."""

from __future__ import annotations

import pytest
from django.conf import settings as site_settings
from wagtail.users.models import UserProfile

from operating_models.models import AdoptionReport
from tests import factories
from tests.pages.reading import read
from tests.reporting.test_owner import answer
from tests.reporting.writing import fields_of, report, report_url

pytestmark = pytest.mark.django_db


@pytest.fixture
def sent(mailoutbox):
    """Return what has been sent since the last time as (address, subject)."""

    def sent():
        found = sorted((mail.to[0], mail.subject) for mail in mailoutbox)
        assert all(len(mail.recipients()) == 1 for mail in mailoutbox)
        mailoutbox.clear()
        return found

    return sent


def test_the_owner_is_told_of_a_report_its_correction_and_its_retraction(
    reporter, owner, public_model, committed, mailoutbox, sent
):
    to = sorted([owner.user.email, "seniorineuvola@example.fi"])
    with committed():
        report(reporter, public_model, note='Kaikilla "asemilla" & kotona.')
    body = mailoutbox[0].body
    row = AdoptionReport.objects.get()
    for told in (
        "Kainuun hyvinvointialue on ilmoittanut toimintamallista Seniorineuvola.",
        "Tila: käytössä",
        "Mistä alkaen: 2025",
        'Kaikilla "asemilla" & kotona.',
        f"{site_settings.SITE_URL}{report_url(row)}",
        f"{site_settings.SITE_URL}{public_model.get_url()}",
    ):
        assert told in body
    assert reporter.user.last_name not in body
    assert sent() == [(address, "Kainuu ilmoitti mallista Seniorineuvola") for address in to]
    with committed():
        report(reporter, public_model, meaning="corrects", status="piloting")
    assert sent() == [(address, "Kainuu oikaisi ilmoitustaan mallista Seniorineuvola") for address in to]
    url = report_url(AdoptionReport.objects.standing().get(), "retract_report")
    with committed():
        reporter.post(url, fields_of(read(url, client=reporter), "main form"))
    assert sent() == [(address, "Kainuu perui ilmoituksensa mallista Seniorineuvola") for address in to]


def test_each_mail_is_in_the_language_that_its_receiver_has_chosen(
    reporter, owner, public_model, committed, mailoutbox
):
    UserProfile.objects.update_or_create(user=owner.user, defaults={"preferred_language": "sv"})
    with committed():
        report(reporter, public_model)
    by_address = {mail.to[0]: mail for mail in mailoutbox}
    swedish = by_address[owner.user.email]
    row = AdoptionReport.objects.get()
    assert "Kajanaland" in swedish.subject
    assert "Kajanalands välfärdsområde" in swedish.body
    assert "i bruk" in swedish.body
    assert f"{site_settings.SITE_URL}/sv{report_url(row)}" in swedish.body
    finnish = by_address["seniorineuvola@example.fi"]
    assert "Kainuun hyvinvointialue" in finnish.body
    assert f"{site_settings.SITE_URL}{report_url(row)}" in finnish.body


def test_only_people_who_are_there_and_have_an_address_are_told(reporter, log_in, public_model, committed, sent):
    log_in("developer", "15", is_active=False)
    without = log_in("developer", "15").user
    without.email = ""
    without.save()
    log_in("developer", "17")
    log_in("reporter", "15")
    here = log_in("developer", "15").user
    others = log_in("developer", "15").user
    others.email = here.email.upper()
    others.save()
    with committed():
        report(reporter, public_model)
    addresses = {address.casefold() for address, _subject in sent()}
    assert here.email in addresses
    assert "seniorineuvola@example.fi" in addresses
    assert len(addresses) == 2


def test_an_own_report_of_the_owners_region_is_no_news(log_in, owner, public_model, committed, sent):
    with committed():
        report(log_in("reporter", "15"), public_model)
    assert sent() == []


def test_a_double_click_is_told_once_and_what_failed_not_at_all(reporter, owner, public_model, committed, sent):
    fields = fields_of(read(f"/ilmoitus/uusi/{public_model.pk}/", client=reporter), ".report-form")
    with committed():
        for _click in range(2):
            reporter.post(f"/ilmoitus/uusi/{public_model.pk}/", fields | {"status": "in_use", "when": "2025"})
    assert len(sent()) == 2
    with committed():
        report(reporter, public_model, status="")
    assert sent() == []


def test_the_region_is_told_of_a_dispute_alone(reporter, owner, public_model, committed, mailoutbox, sent):
    with committed():
        row = factories.report(public_model, "20", "in_use", "2025")
    with committed():
        answer(owner, row, verdict="confirmed")
        answer(owner, row, verdict="commented", text="Hienoa.")
    assert sent() == []
    with committed():
        answer(owner, row, verdict="disputed", text="Tämä on eri malli.")
    assert "Tämä on eri malli." in mailoutbox[0].body
    assert f"{site_settings.SITE_URL}{report_url(row)}" in mailoutbox[0].body
    assert sent() == [(reporter.user.email, "Omistaja kiistää ilmoituksen: Kainuu, malli Seniorineuvola")]


def test_the_owner_is_told_of_a_report_recorded_in_the_admin(log_in, owner, public_model, kainuu, committed, sent):
    fields = {"page": public_model.pk, "region": kainuu.pk, "status": "in_use", "when": "2025"}
    with committed():
        log_in("curator").post("/hallinta/kuratointi/kayttoonotot/new/", fields)
    assert (owner.user.email, "Kainuu ilmoitti mallista Seniorineuvola") in sent()
