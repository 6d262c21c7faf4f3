"""What the owner says of a report: everybody reads it, a disputed report counts and is marked."""

from __future__ import annotations

import pytest
from django.test import Client

from operating_models.models import AdoptionReport, OwnerAnswer
from tests import factories
from tests.pages.reading import facet_counts, read, search, text_of, texts_of
from tests.reporting.writing import fields_of, report_url

pytestmark = pytest.mark.django_db


@pytest.fixture
def row(public_model, committed, reporter):
    """A report of Kainuu on the model."""
    with committed():
        made = factories.report(
            public_model, "20", "in_use", "2025", note="Kaikilla asemilla.", reporter=reporter.user
        )
    return made


def answer(client, row, **fields):
    sent = fields_of(read(report_url(row), client=client), "#answers form")
    return client.post(report_url(row, "answer_report"), sent | fields)


def test_the_report_has_a_page_that_names_no_person(row, reporter, owner):
    answer(owner, row, verdict="confirmed", text="Hienoa.")
    told = text_of(read(report_url(row)).main)
    for shown in ("Kainuu", "Seniorineuvola", "Käytössä", "2025", "Kaikilla asemilla.", "Omistaja vahvistaa"):
        assert shown in told
    for person in (reporter.user, owner.user):
        assert person.last_name not in told
        assert person.username not in told


def test_the_owner_confirms_and_a_double_click_is_one_answer(row, owner):
    sent = fields_of(read(report_url(row), client=owner), "#answers form") | {"verdict": "confirmed"}
    for _click in range(2):
        response = owner.post(report_url(row, "answer_report"), sent)
        assert response.url == f"{report_url(row)}#answers"
    assert OwnerAnswer.objects.get().author.user == owner.user


def test_an_answer_is_still_there_after_logging_in_again(row, owner):
    sent = fields_of(read(report_url(row), client=owner), "#answers form")
    sent |= {"verdict": "commented", "text": "Kysykää koulutuksesta."}
    owner.logout()
    to_log_in = owner.post(report_url(row, "answer_report"), sent)
    known = {"username": owner.user.username, "password": factories.PASSWORD, "next": to_log_in.url.split("next=")[1]}
    back = owner.get(owner.post("/kirjaudu/", known).url)
    assert fields_of(read(back.url, client=owner), "#answers form") == sent
    assert not OwnerAnswer.objects.exists()


def test_a_comment_stands_by_the_report(row, owner, public_model):
    answer(owner, row, verdict="commented", text="Kysykää koulutuksesta.")
    assert "Kysykää koulutuksesta." in text_of(read(public_model.get_url()).select_one(".reports"))


def test_a_disputed_report_counts_and_is_marked_everywhere(row, owner, public_model, committed):
    with committed():
        answer(owner, row, verdict="disputed", text="Tämä on eri malli.")
    page = read(public_model.get_url())
    table, entry = text_of(page.select_one("#adoption tbody tr")), text_of(page.select_one(".reports li"))
    assert "Kiistetty Tämä on eri malli." in table
    assert "Kiistetty" in entry
    assert "Tämä on eri malli." in entry
    assert texts_of(page, "aside .status-list li") == ["Käytössä 1 alue"]
    assert "Kiistetty" in text_of(read(factories.region_page("20").get_url()).select_one("table.adoption"))
    assert facet_counts(search(), "used_in")["20"] == 1
    assert AdoptionReport.objects.as_of().get() == row


def test_a_dispute_ends_when_the_owner_confirms(row, owner, public_model):
    answer(owner, row, verdict="disputed", text="Tämä on eri malli.")
    answer(owner, row, verdict="confirmed", text="Sama malli sittenkin.")
    assert "Kiistetty" not in text_of(read(public_model.get_url()).select_one("#adoption tbody tr"))
    assert texts_of(read(report_url(row)), ".answer strong") == ["Omistaja kiistää", "Omistaja vahvistaa"]


@pytest.mark.parametrize("verdict", ["commented", "disputed"])
def test_a_comment_and_a_dispute_need_words(row, owner, verdict):
    response = answer(owner, row, verdict=verdict, text=" ")
    assert response.status_code == 200
    assert 'href="#id_text"' in response.content.decode()
    assert not OwnerAnswer.objects.exists()


def test_an_answer_needs_a_side(row, owner):
    assert 'href="#id_verdict_0"' in answer(owner, row).content.decode()


def test_nobody_else_answers(row, reporter, log_in):
    for client in (reporter, log_in("developer", "17"), log_in("reporter", "15")):
        assert not read(report_url(row), client=client).select("#answers form")
        assert client.post(report_url(row, "answer_report"), {"verdict": "confirmed"}).status_code == 403
    visitor = Client()
    assert not read(report_url(row), client=visitor).select("form[action*=vastaa]")
    assert visitor.post(report_url(row, "answer_report"), {}).url.startswith("/kirjaudu/")
    assert not OwnerAnswer.objects.exists()


def test_a_developer_who_has_left_answers_nothing(row, owner):
    owner.user.is_active = False
    owner.user.save()
    owner.post(report_url(row, "answer_report"), {"verdict": "confirmed"})
    assert not OwnerAnswer.objects.exists()


def test_national_staff_answer_too(row, log_in):
    assert answer(log_in("curator"), row, verdict="confirmed").status_code == 302
    assert OwnerAnswer.objects.count() == 1


def test_a_corrected_report_leads_to_the_one_that_holds(row, public_model, committed):
    with committed():
        newer = factories.report(public_model, "20", "piloting", "2025", supersedes=row)
    soup = read(report_url(row))
    assert soup.select_one(".notice a")["href"] == report_url(newer)
    assert "Käytössä" in text_of(read(report_url(newer)).select_one("section[aria-labelledby=earlier-title]"))


def test_a_report_taken_back_says_so_and_its_retraction_leads_to_it(row, public_model, committed):
    with committed():
        retraction = factories.report(public_model, "20", supersedes=row, is_retraction=True, note="Väärä malli.")
    assert Client().get(report_url(retraction)).url == report_url(row)
    told = text_of(read(report_url(row)).select_one(".notice"))
    assert "perui tämän ilmoituksen" in told
    assert "Väärä malli." in told


def test_made_up_reports_and_removed_texts_say_so(public_model, committed, log_in):
    with committed():
        made = factories.report(public_model, "08", "in_use", "2025", note="Nimi.", is_demonstration=True)
        AdoptionReport.objects.filter(pk=made.pk).redact(["note"])
    for soup in (read(report_url(made)), read(public_model.get_url()).select_one("#adoption")):
        assert "Esittelyä varten keksitty" in text_of(soup)
        assert "Tekstiä on poistettu" in text_of(soup)
        assert "Nimi." not in text_of(soup)


def test_words_of_a_report_are_no_markup(public_model, committed):
    with committed():
        made = factories.report(public_model, "08", note="<em>x</em>", results="<b>y</b>", cost="<i>z</i>")
    for soup in (read(report_url(made)).main, read(public_model.get_url()).select_one("#adoption")):
        assert not soup.select("em, b, i")
