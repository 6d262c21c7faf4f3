"""Recording an adoption in the admin: a lasting fact with its role, its recorder, and a date as exact as is known."""

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse
from django.utils import timezone
from wagtail.admin.widgets import AdminPageChooser

from operating_models.models import AdoptionReport, AdoptionReporter, OperatingModelPage, Region, ReporterRole
from operating_models.reporting import commands
from operating_models.reporting.forms import read_date
from tests import factories
from tests.desk import editor
from tests.reporting import writing as public
from tests.reporting.test_at_once import at_once

pytestmark = pytest.mark.django_db

ADD = "/hallinta/kuratointi/kayttoonotot/new/"


def fields_of(model, region="15", **changes):
    return {
        "page": model.pk,
        "region": Region.objects.get(code=region).pk,
        "status": "in_use",
        "when": "2024",
        "note": "",
        "source": "",
    } | changes


def open_form(client, model, region="15", **changes):
    """Open the form and return what it sends with these changes."""
    opened = client.get(ADD, {"page": model.pk, "region": Region.objects.get(code=region).pk})
    asked = BeautifulSoup(opened.content, "html.parser")
    hidden = {name: asked.select_one(f"[name={name}]")["value"] for name in ("seen", "token")}
    return fields_of(model, region, **hidden) | changes


def errors_of(response):
    return set(response.context["form"].errors)


def test_a_report_is_recorded_with_role_and_recorder(curator):
    model = factories.make_model()
    response = curator.post(ADD, fields_of(model, note="Kaikilla asemilla"))

    report = AdoptionReport.objects.get()
    assert response.status_code == 302
    assert (report.page_id, report.region.code, report.status, report.note) == (
        model.pk,
        "15",
        "in_use",
        "Kaikilla asemilla",
    )
    assert report.reporter_role == ReporterRole.CURATOR
    assert report.reporter.user == curator.user
    assert report.reporter.name == curator.user.get_full_name()


@pytest.mark.parametrize(
    ("written", "day", "precision"),
    [
        ("15.3.2024", "2024-03-15", "day"),
        ("15. 3. 2024", "2024-03-15", "day"),
        ("3/2024", "2024-03-01", "month"),
        ("03.2024", "2024-03-01", "month"),
        (" 2024 ", "2024-01-01", "year"),
    ],
)
def test_a_date_is_kept_as_exactly_as_it_was_written(curator, written, day, precision):
    curator.post(ADD, fields_of(factories.make_model(), when=written))

    report = AdoptionReport.objects.get()
    assert (report.valid_date.isoformat(), report.precision) == (day, precision)


def test_a_time_that_is_not_known_is_recorded_as_such(curator):
    curator.post(ADD, fields_of(factories.make_model(), when="", when_unknown="on"))

    report = AdoptionReport.objects.get()
    assert (report.valid_date, report.precision) == (timezone.localdate(), "unknown")


@pytest.mark.parametrize(
    "given",
    [
        {"when": ""},
        {"when": "2024", "when_unknown": "on"},
        {"when": "keväällä"},
        {"when": "31.2.2024"},
        {"when": "13/2024"},
        {"when": "1.1.2999"},
        {"when": "0000"},
    ],
)
def test_what_is_no_date_is_asked_again(curator, given):
    response = curator.post(ADD, fields_of(factories.make_model(), **given))

    assert errors_of(response) == {"when"}
    assert not AdoptionReport.objects.exists()


@pytest.mark.parametrize("text", ["", "2024-03-15", "3", "15.3.", "1.2.3.2024", "2024/3"])
def test_other_writings_are_no_dates(text):
    with pytest.raises(ValueError, match="not a date"):
        read_date(text)


def test_an_ended_adoption_needs_reasons_and_no_other_has_them(curator):
    model = factories.make_model()
    without = curator.post(ADD, fields_of(model, status="ended"))
    needless = curator.post(ADD, fields_of(model, reasons=["fit"]))
    curator.post(ADD, fields_of(model, status="ended", reasons=["fit", "results"]))

    assert errors_of(without) == {"reasons"}
    assert errors_of(needless) == {"reasons"}
    assert AdoptionReport.objects.get().reasons == ["fit", "results"]


def test_a_correction_is_offered_of_standing_reports_of_that_model_and_region_only(curator):
    model = factories.make_model()
    old = factories.report(model, valid="2023")
    standing = factories.report(model, valid="2024", supersedes=old)
    factories.report(model, "08")
    factories.report(factories.make_model())
    page = curator.get(ADD, {"page": model.pk, "region": standing.region_id, "supersedes": standing.pk})

    form = page.context["form"]
    assert list(form.fields["supersedes"].queryset) == [standing]
    assert form["page"].initial == model.pk
    assert form["supersedes"].initial == standing.pk


@pytest.mark.parametrize("name", ["featured", "evidence", "review_dates", "adoption_reports"])
def test_a_model_is_chosen_in_the_page_chooser_among_operating_models(curator, name):
    widget = curator.get(reverse(f"{name}:add")).context["form"].fields["page"].widget

    assert isinstance(widget, AdminPageChooser)
    assert widget.target_models == [OperatingModelPage]


def test_without_a_model_no_correction_is_offered(curator):
    factories.report(factories.make_model())

    assert "supersedes" not in curator.get(ADD).context["form"].fields
    assert "supersedes" not in curator.get(ADD, {"page": "x", "region": "9999999"}).context["form"].fields


def test_a_correction_takes_the_place_of_the_corrected(curator):
    model = factories.make_model()
    wrong = factories.report(model, status="established", valid="2024")
    curator.post(ADD, open_form(curator, model, status="piloting", supersedes=wrong.pk))

    assert [report.status for report in AdoptionReport.objects.standing()] == ["piloting"]


def test_a_retraction_leaves_nothing_standing(curator):
    model = factories.make_model()
    wrong = factories.report(model, valid="2024")
    curator.post(ADD, open_form(curator, model, supersedes=wrong.pk, is_retraction="on", note="Väärä malli"))

    assert not AdoptionReport.objects.standing().exists()
    taken_back = AdoptionReport.objects.get(is_retraction=True)
    assert (taken_back.supersedes_id, taken_back.note) == (wrong.pk, "Väärä malli")
    assert AdoptionReport.objects.count() == 2


def test_of_two_corrections_one_after_the_other_the_second_is_told_of_the_first(curator):
    model = factories.make_model()
    wrong = factories.report(model, valid="2024")
    first, second = (open_form(curator, model, status="piloting", supersedes=wrong.pk) for _form in range(2))
    assert curator.post(ADD, first).status_code == 302
    late = curator.post(ADD, second | {"status": "in_use"})

    assert late.status_code == 200
    assert "__all__" in errors_of(late)
    assert "Joku muu on juuri ilmoittanut" in editor.text_of(late)
    assert AdoptionReport.objects.count() == 2


def test_who_has_been_told_of_another_report_can_save_and_loses_nothing(curator):
    model = factories.make_model()
    fields = open_form(curator, model, note="Kaikilla asemilla")
    factories.report(model, status="piloting")
    told = BeautifulSoup(curator.post(ADD, fields).content, "html.parser")

    assert AdoptionReport.objects.count() == 1
    assert told.select_one("[name=note]").text.strip() == "Kaikilla asemilla"
    again = fields | {"seen": told.select_one("[name=seen]")["value"]}
    assert curator.post(ADD, again).status_code == 302
    assert AdoptionReport.objects.filter(note="Kaikilla asemilla").count() == 1


def test_reports_of_other_models_and_regions_are_in_nobodys_way(curator):
    model = factories.make_model()
    fields = open_form(curator, model)
    factories.report(model, "08")
    factories.report(factories.make_model())

    assert curator.post(ADD, fields).status_code == 302


def test_a_form_sent_twice_is_one_report_and_one_mail(curator, mailoutbox, django_capture_on_commit_callbacks):
    model = factories.make_model("08", contact_email="seniorineuvola@example.fi")
    fields = open_form(curator, model)
    with django_capture_on_commit_callbacks(execute=True):
        assert [curator.post(ADD, fields).status_code for _time in range(2)] == [302, 302]

    assert AdoptionReport.objects.count() == 1
    assert len(mailoutbox) == 1


@pytest.mark.parametrize("further", [{}, {"is_retraction": "on"}])
def test_a_correction_sent_twice_is_one_report(curator, further):
    model = factories.make_model()
    wrong = factories.report(model, valid="2024")
    fields = open_form(curator, model, status="piloting", supersedes=wrong.pk, **further)

    assert [curator.post(ADD, fields).status_code for _time in range(2)] == [302, 302]
    assert AdoptionReport.objects.exclude(pk=wrong.pk).count() == 1


def test_a_report_between_check_and_writing_gets_a_clear_message(curator, monkeypatch):
    model = factories.make_model()
    wrong = factories.report(model, valid="2024")
    fields = open_form(curator, model, supersedes=wrong.pk)
    lock = commands._lock

    def wait_for_another(region):
        factories.report(model, supersedes=wrong)
        lock(region)

    monkeypatch.setattr(commands, "_lock", wait_for_another)
    response = curator.post(ADD, fields)

    assert errors_of(response) == {"__all__"}
    assert not AdoptionReporter.objects.filter(user=curator.user).exists()
    assert AdoptionReport.objects.exclude(pk=wrong.pk).count() == 0


@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    """Requests in threads of their own, with the locks of the real database."""

    def test_of_two_curators_one_records_and_the_other_is_told(self, log_in):
        model = factories.make_model()
        clients = [log_in("curator"), log_in("curator")]
        forms = [open_form(client, model) for client in clients]
        answers = at_once(*((client, ADD, fields) for client, fields in zip(clients, forms, strict=True)))

        assert sorted(answers) == [200, 302]
        assert AdoptionReport.objects.count() == 1

    def test_of_a_curator_and_a_reporter_one_records_and_the_other_is_told(self, log_in):
        model = factories.make_model()
        curator, reporter = log_in("curator"), log_in("reporter", "20")
        of_curator = open_form(curator, model, "20")
        of_reporter = public.open_form(reporter, model) | {"status": "piloting", "when": "2025"}
        answers = at_once((curator, ADD, of_curator), (reporter, public.form_url(model), of_reporter))

        assert answers in ([302, 409], [200, 302])
        assert AdoptionReport.objects.count() == 1


def test_a_report_is_read_and_neither_edited_nor_deleted(superuser):
    report = factories.report(factories.make_model(title="Seniorineuvola"), status="ended", valid="3/2024"[2:])
    inspect = superuser.get(reverse("adoption_reports:inspect", args=[report.pk]))
    listing = superuser.get(reverse("adoption_reports:index"))

    assert "Seniorineuvola" in editor.text_of(inspect)
    assert reverse("adoption_reports:inspect", args=[report.pk]) in editor.text_of(listing)
    for page in (inspect, listing):
        assert f"/edit/{report.pk}/" not in editor.text_of(page)
        assert f"/delete/{report.pk}/" not in editor.text_of(page)
    for view in ("edit", "delete", "copy", "history", "usage"):
        assert superuser.get(f"/hallinta/kuratointi/kayttoonotot/{view}/{report.pk}/").status_code == 404


def test_a_standing_report_can_be_corrected_from_the_list_and_from_itself(curator):
    report = factories.report(factories.make_model())
    for url in (reverse("adoption_reports:index"), reverse("adoption_reports:inspect", args=[report.pk])):
        assert f"supersedes={report.pk}" in editor.text_of(curator.get(url))


def test_the_list_tells_which_featured_models_are_shown_now(curator):
    shown, draft = factories.make_model(title="Näkyy"), factories.make_model(title="Luonnos", live=False)
    factories.feature(shown)
    factories.feature(draft)
    factories.feature(factories.make_model(title="Tuleva"), since="2999-01-01")
    rows = curator.get(reverse("featured:index")).context["object_list"]

    assert {row.page.title: row.is_shown for row in rows} == {"Näkyy": True, "Luonnos": False, "Tuleva": False}


def test_terms_are_listed_with_the_number_of_models_that_use_them(curator):
    factories.make_model(themes=["access", "leadership"], tags=["neuvonta"], further_regions=["08"])
    factories.make_model(region="08", themes=["access"], live=False)
    listed = {
        name: curator.get(reverse(f"wagtailsnippets_operating_models_{name}:list")).context["object_list"]
        for name in ("theme", "region", "keyword")
    }
    uses = {name: {str(row): row.uses for row in rows if row.uses} for name, rows in listed.items()}

    assert uses["theme"] == {"Hoitoon ja palveluun pääsy": 2, "Johtaminen ja rakenteet": 1}
    assert uses["region"] == {"Keski-Suomi": 1, "Pirkanmaa": 2}
    assert uses["keyword"] == {"neuvonta": 1}
