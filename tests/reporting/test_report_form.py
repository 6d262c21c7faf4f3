"""A region's reporter reports on the model's public page; others are told why they cannot."""

from __future__ import annotations

import uuid
from datetime import timedelta
from urllib.parse import quote

import pytest
from bs4 import BeautifulSoup
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.models import PageViewRestriction

from operating_models.models import AdoptionReport, Region, ReporterRole, Withdrawal
from tests import factories
from tests.pages.reading import read, text_of, texts_of
from tests.reporting.writing import fields_of, form_url, open_form, report, send

pytestmark = pytest.mark.django_db


def soup_of(response):
    return BeautifulSoup(response.content.decode(), "html.parser")


def problems(response):
    """Return the places to which the summary of errors leads, in order."""
    return [item.a["href"] if item.a else "" for item in soup_of(response).select(".problems li")]


class TestWhoMayReport:
    def test_a_reporter_reports_without_a_right_to_the_models_page(self, reporter, public_model, kainuu):
        response = report(reporter, public_model, note="Kaikilla asemilla.")
        row = AdoptionReport.objects.get()
        assert response.status_code == 302
        assert response.url == f"{public_model.get_url()}#adoption"
        assert (row.page_id, row.region, row.status, row.note) == (
            public_model.pk,
            kainuu,
            "in_use",
            "Kaikilla asemilla.",
        )
        assert (row.reporter_role, row.reporter.user) == (ReporterRole.REPORTER, reporter.user)
        assert not public_model.permissions_for_user(reporter.user).can_edit()
        thanks = read(public_model.get_url(), client=reporter).select_one(".messages")
        assert "Ilmoitus on tallennettu" in text_of(thanks)

    def test_the_model_page_leads_to_logging_in_and_then_to_the_form(self, public_model):
        link = read(public_model.get_url()).find("a", string="Kerro käyttöönotosta")
        client = Client()
        to_log_in = read(link["href"], client=client).find("a", string="Kirjaudu ja ilmoita")
        assert to_log_in["href"] == f"/kirjaudu/?next={quote(link['href'], safe='')}"
        user = factories.make_user("reporter", "20")
        fields = fields_of(read(to_log_in["href"], client=client), "main form")
        answer = client.post("/kirjaudu/", fields | {"username": user.username, "password": factories.PASSWORD})
        assert answer.url == link["href"]
        assert read(answer.url, client=client).select_one(".report-form")

    def test_a_reader_is_told_who_reports_and_whom_others_tell(self, public_model):
        public_model.contact_email = "kehittajat@alue.example"
        public_model.save_revision().publish()
        soup = read(form_url(public_model))
        assert not soup.select("input[type=password]")
        assert "Alue ilmoittaa vain omasta puolestaan" in text_of(soup.main)
        assert soup.main.select_one("a[href^=mailto\\:kehittajat]")
        missing = read(form_url(public_model).replace(str(public_model.pk), "99999999"), answer=404)
        assert text_of(missing.h1) == "Sivua ei löytynyt"

    def test_the_main_button_of_a_model_is_what_its_reader_does(self, public_model, reporter):
        main = ".actions a.button:not(.button--plain)"
        assert texts_of(read(public_model.get_url()), main) == ["Kysy kehittäjiltä"]
        assert texts_of(read(public_model.get_url(), client=reporter), main) == ["Kerro käyttöönotosta"]

    @pytest.mark.parametrize("name", ["report_adoption", "answer_report", "retract_report", "renew_report"])
    def test_nothing_is_kept_of_a_form_about_what_does_not_exist(self, name, db):
        answers = [Client().post(reverse(name, args=[99999999]), {"note": "x" * 500}) for _ in range(3)]
        kept = {"report_adoption": 404, "answer_report": 404}.get(name, 302)
        assert {answer.status_code for answer in answers} == {kept}
        assert not Session.objects.exists()

    def test_a_form_is_kept_for_an_hour_and_only_as_long_as_one_is(self, public_model):
        client = Client()
        client.post(form_url(public_model), {"note": "x" * 20_000})
        client.post(form_url(public_model), {"x" * 20_000: ""})
        assert not Session.objects.exists()
        client.post(form_url(public_model), {"note": "x" * 4000, "changed_locally": "ä" * 4000, "results": "x" * 4000})
        kept = Session.objects.get()
        assert kept.expire_date <= timezone.now() + timedelta(hours=1)
        user = factories.make_user("reporter", "20")
        client.post("/kirjaudu/", {"username": user.username, "password": factories.PASSWORD})
        assert Session.objects.get().expire_date > timezone.now() + timedelta(days=13)

    def test_the_minutes_job_deletes_sessions_that_have_ended(self, public_model):
        Client().post(form_url(public_model), {"note": "Tämä."})
        Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))
        call_command("tick", verbosity=0)
        assert not Session.objects.exists()

    def test_what_was_typed_is_there_after_logging_in_again(self, reporter, public_model):
        fields = open_form(reporter, public_model) | {
            "status": "in_use",
            "when": "3/2025",
            "note": "Kaikilla asemilla.",
        }
        reporter.logout()
        answer = send(reporter, public_model, fields)
        assert answer.url == f"/kirjaudu/?next={form_url(public_model)}"
        assert not AdoptionReport.objects.exists()
        known = {"username": reporter.user.username, "password": factories.PASSWORD, "next": form_url(public_model)}
        assert reporter.post("/kirjaudu/", known).url == form_url(public_model)
        soup = read(form_url(public_model), client=reporter)
        assert "Kirjoittamasi on tallella" in text_of(soup.select_one(".messages"))
        kept = fields_of(soup, ".report-form")
        assert kept == fields
        assert send(reporter, public_model, kept).status_code == 302
        assert AdoptionReport.objects.get().note == "Kaikilla asemilla."
        assert fields_of(read(form_url(public_model), client=reporter), ".report-form")["note"] == ""

    def test_the_form_stands_on_the_model_page_for_a_reporter_only(self, reporter, owner, public_model):
        soup = read(public_model.get_url(), client=reporter)
        sent = fields_of(soup, "#adoption .report-form")
        action = soup.select_one("#adoption .report-form")["action"]
        assert reporter.post(action, sent | {"status": "piloting", "when": "3/2025"}).status_code == 302
        assert AdoptionReport.objects.get().status == "piloting"
        for client in (owner, Client()):
            assert not read(public_model.get_url(), client=client).select(".report-form")

    def test_another_region_is_refused_with_the_regions_that_one_may_report_for(self, reporter, public_model):
        fields = open_form(reporter, public_model) | {"region": "17", "status": "in_use", "when": "2025"}
        for response in (reporter.post(form_url(public_model), fields), reporter.get(form_url(public_model, "17"))):
            assert response.status_code == 403
            assert "vain omasta alueestasi" in text_of(soup_of(response).main)
            assert texts_of(soup_of(response), "main li") == ["Kainuun hyvinvointialue"]
        assert not AdoptionReport.objects.exists()

    @pytest.mark.parametrize("role", ["developer", "administrator"])
    def test_who_reports_for_no_region_is_told_whom_to_ask(self, log_in, public_model, role):
        client = log_in(role)
        if role == "administrator":
            client.user.groups.clear()
        response = client.get(form_url(public_model))
        assert response.status_code == 403
        assert "palvelun ylläpito" in text_of(soup_of(response).main)

    def test_one_who_has_left_reports_nothing(self, reporter, public_model):
        fields = open_form(reporter, public_model)
        reporter.user.is_active = False
        reporter.user.save()
        assert send(reporter, public_model, fields, status="in_use", when="2025").status_code == 302
        assert not AdoptionReport.objects.exists()

    def test_a_visitor_who_sends_the_form_is_asked_to_log_in(self, public_model):
        response = Client().post(form_url(public_model), {"region": "20", "status": "in_use", "when": "2025"})
        assert response.url.startswith("/kirjaudu/")
        assert not AdoptionReport.objects.exists()

    def test_a_reporter_of_two_regions_chooses_one(self, reporter, public_model):
        reporter.user.groups.add(Region.objects.get(code="17").reporter_group)
        soup = read(form_url(public_model), client=reporter)
        assert not soup.select(".report-form")
        assert [option["value"] for option in soup.select("select[name=alue] option")] == ["17", "20"]
        report(reporter, public_model, region="17")
        assert AdoptionReport.objects.get().region.code == "17"

    def test_national_staff_report_for_any_region_as_national_staff(self, log_in, public_model):
        report(log_in("curator"), public_model, region="08")
        row = AdoptionReport.objects.get()
        assert (row.region.code, row.reporter_role) == ("08", ReporterRole.CURATOR)


class TestWhatIsAsked:
    def test_all_that_is_said_is_kept_and_shown(self, reporter, public_model):
        texts = {
            "changed_locally": "Puhelimitse, koska matkat ovat pitkiä.",
            "results": "Jonot lyhenivät.",
            "cost": "Puolen hoitajan työaika",
            "contact_unit": "Avopalvelujen neuvonta",
            "note": "Kaikilla asemilla.",
        }
        report(reporter, public_model, source="https://kainuu.example/", **texts)
        told = text_of(read(public_model.get_url()).select_one("#adoption"))
        for text in (*texts.values(), "kainuu.example"):
            assert text in told
        assert reporter.user.last_name not in told

    def test_an_ended_adoption_says_why_and_stays_visible(self, reporter, public_model):
        asked = report(reporter, public_model, status="ended", when="11/2025")
        assert problems(asked)[0] == "#id_reasons_0"
        without_words = report(reporter, public_model, status="ended", when="11/2025", reasons=["other"])
        assert problems(without_words)[0] == "#id_other_reason"
        reasons = {"reasons": ["turnover", "other"], "other_reason": "Hanke loppui"}
        report(reporter, public_model, status="ended", when="11/2025", **reasons)
        row = text_of(read(public_model.get_url()).select_one("#adoption tbody tr"))
        assert row == "Kainuu Päättynyt 11/2025 Miksi käyttö päättyi: henkilöstön vaihtuvuus, Hanke loppui"

    def test_errors_stand_by_their_fields_and_nothing_typed_is_lost(self, reporter, public_model):
        response = report(reporter, public_model, status="", when="keväällä", note="Tämä säilyy.")
        soup = soup_of(response)
        links = [link["href"] for link in soup.select(".problems a")]
        assert links == ["#id_status_0", "#id_when"]
        for link in links:
            assert soup.select_one(link)
        assert len(soup.select(".form-field__error")) == 2
        assert soup.select_one("#id_note").text.strip() == "Tämä säilyy."
        assert soup.select_one("#id_when")["value"] == "keväällä"
        assert not AdoptionReport.objects.exists()

    def test_reasons_of_what_has_not_ended_are_asked_again(self, reporter, public_model):
        assert problems(report(reporter, public_model, reasons=["fit"]))[0] == "#id_reasons_0"

    def test_a_time_before_the_region_existed_is_asked_again(self, reporter, public_model, kainuu):
        assert problems(report(reporter, public_model, when="2010"))[0] == "#id_when"

    def test_a_time_that_is_not_known_is_kept_as_such(self, reporter, public_model):
        report(reporter, public_model, when="", when_unknown="on")
        assert AdoptionReport.objects.get().precision == "unknown"

    def test_a_form_without_its_token_is_not_recorded(self, reporter, public_model):
        response = report(reporter, public_model, token="")
        assert response.status_code == 200
        assert soup_of(response).select(".problems")
        assert not AdoptionReport.objects.exists()


class TestTwice:
    def test_a_double_click_makes_one_row_and_tells_the_same(self, reporter, public_model):
        fields = open_form(reporter, public_model) | {"status": "in_use", "when": "2025"}
        answers = [send(reporter, public_model, fields) for _click in range(2)]
        assert [answer.status_code for answer in answers] == [302, 302]
        assert answers[0].url == answers[1].url
        assert AdoptionReport.objects.count() == 1

    def test_of_two_people_the_second_sees_what_was_saved_and_can_correct_it(self, reporter, log_in, public_model):
        colleague = log_in("reporter", "20")
        mine = open_form(reporter, public_model) | {"status": "established", "when": "2025", "note": "Minun."}
        report(colleague, public_model, status="piloting", note="Kollegan.", results="Hyvä alku.")
        late = send(reporter, public_model, mine)
        soup = soup_of(late)
        assert late.status_code == 409
        saved = text_of(soup.select_one("#just-saved"))
        for shown in ("Kokeilussa", "2025", "Kollegan.", "Hyvä alku."):
            assert shown in saved
        assert colleague.user.last_name not in saved
        again = fields_of(soup, ".report-form")
        assert (again["status"], again["when"], again["note"]) == ("established", "2025", "Minun.")
        assert "meaning" not in again
        assert AdoptionReport.objects.count() == 1
        # Sent again without an answer it is asked what it means; then it corrects.
        assert problems(send(reporter, public_model, again))[0] == "#id_meaning_0"
        assert send(reporter, public_model, again, meaning="corrects").status_code == 302
        standing = AdoptionReport.objects.standing().get()
        assert (standing.status, standing.supersedes.note) == ("established", "Kollegan.")

    def test_a_token_of_somebody_else_records_nothing_twice(self, reporter, log_in, public_model):
        token = str(uuid.uuid4())
        report(reporter, public_model, token=token)
        response = report(log_in("reporter", "17"), public_model, token=token)
        assert response.status_code == 200
        assert AdoptionReport.objects.count() == 1


class TestFurtherReport:
    def test_a_changed_situation_is_a_new_row_beside_the_old(self, reporter, public_model):
        report(reporter, public_model, status="piloting", when="2024")
        soup = read(form_url(public_model), client=reporter)
        assert "Kokeilussa" in text_of(soup.select_one("main .notice"))
        report(reporter, public_model, meaning="changed", status="in_use", when="2025")
        assert AdoptionReport.objects.standing().count() == 2
        assert AdoptionReport.objects.as_of().get().status == "in_use"

    def test_a_correction_takes_the_place_of_the_earlier_and_is_told_in_the_timeline(self, reporter, public_model):
        report(reporter, public_model, status="established", when="2024")
        report(reporter, public_model, meaning="corrects", status="piloting", when="2024")
        assert AdoptionReport.objects.standing().get().status == "piloting"
        entry = read(public_model.get_url()).select_one(".reports li")
        assert "Oikaistu aiempi ilmoitus" in text_of(entry.summary)
        assert "Juurtunut" in text_of(entry.details)

    def test_what_it_means_is_asked(self, reporter, public_model):
        report(reporter, public_model)
        assert problems(report(reporter, public_model))[0] == "#id_meaning_0"
        assert AdoptionReport.objects.count() == 1

    def test_correcting_where_nothing_stands_any_more_corrects_nothing(self, reporter, public_model):
        wrong = factories.report(public_model, "20")
        factories.report(public_model, "20", supersedes=wrong, is_retraction=True)
        report(reporter, public_model, meaning="corrects")
        assert AdoptionReport.objects.standing().get().supersedes is None


class TestWhichModels:
    @pytest.mark.parametrize("hide", ["draft", "unpublished", "restricted", "missing"])
    def test_what_is_not_public_is_missing_whoever_asks(self, log_in, committed, hide):
        with committed():
            model = factories.make_model("15", "Salainen", live=hide != "draft")
            if hide == "unpublished":
                model.unpublish()
            if hide == "restricted":
                PageViewRestriction.objects.create(page=model.page_ptr, restriction_type="login")
        row = factories.report(model, "20")
        for client in (log_in("reporter", "20"), log_in("developer", "15"), log_in("curator")):
            key = model.pk if hide != "missing" else 999_999
            for url in (f"/ilmoitus/uusi/{key}/", *(f"/ilmoitus/{row.pk}/{act}" for act in ACTS)):
                if hide == "missing" and "uusi" not in url:
                    continue
                response = client.get(url)
                assert response.status_code == 404, url
                assert "Salainen" not in response.content.decode()
            assert client.post(f"/ilmoitus/uusi/{key}/", {"region": "20"}).status_code == 404
        assert AdoptionReport.objects.count() == 1

    def test_a_withdrawn_model_may_still_be_reported_on(self, reporter, public_model, committed):
        with committed():
            Withdrawal.objects.create(page=public_model, reason="Vanhentunut.")
        report(reporter, public_model, status="ended", reasons=["replaced"])
        assert AdoptionReport.objects.get().status == "ended"

    def test_a_preview_has_no_form(self, log_in):
        curator = log_in("curator")
        draft = factories.make_model("15", live=False)
        response = curator.get(f"/hallinta/pages/{draft.pk}/view_draft/")
        assert response.status_code == 200
        assert not soup_of(response).select(".report-form")


ACTS = ("", "peru/", "edelleen/", "vastaa/")


@pytest.mark.parametrize(
    "address", ["/ilmoitus/uusi/{}/", "/ilmoitus/{}/", "/ilmoitus/{}/peru/", "/sovella/{}/", "/erot/{}/"]
)
@pytest.mark.parametrize("key", [0, 2**63 - 1, 2**63, 10**30])
def test_an_address_of_nothing_is_not_found_however_great_its_number(reporter, address, key):
    assert reporter.get(address.format(key)).status_code == 404
