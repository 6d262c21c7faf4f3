"""Removing a name or texts from a report in the admin: what was chosen is gone, the rest and the log stay."""

import pytest
from django.urls import reverse

from operating_models.models import AdoptionReport, AdoptionReporter, AnswerAuthor, Redaction, Verdict
from operating_models.reporting import commands
from tests import factories
from tests.desk import editor

pytestmark = pytest.mark.django_db


@pytest.fixture
def row(db):
    reporter = factories.make_user("reporter", "08", last_name="Raportoija")
    return factories.report(
        factories.make_model("15"), "08", note="Kysy Aino Aallolta.", cost="10 000 €", reporter=reporter
    )


@pytest.fixture
def answered(row):
    return commands.answer(factories.make_user("developer", "15"), row, Verdict.COMMENTED, "Soita Ainolle.")


def url(row):
    return reverse("operating_models_redact", args=[row.pk])


def inspect(client, row):
    return editor.text_of(client.get(reverse("adoption_reports:inspect", args=[row.pk])))


def test_only_what_is_there_can_be_chosen(curator, row, answered):
    choices = dict(curator.get(url(row)).context["form"].fields["removed"].choices)
    assert set(choices) == {"report:name", "report:note", "report:cost", f"{answered.pk}:name", f"{answered.pk}:text"}
    assert "Aino" in choices["report:note"]


def test_what_was_chosen_is_gone_and_the_fact_and_the_log_stay(curator, row, answered):
    chosen = ["report:name", "report:note", f"{answered.pk}:text", f"{answered.pk}:name"]
    response = curator.post(url(row), {"removed": chosen, "reason": "Henkilö pyysi."})
    assert response.status_code == 302
    kept = AdoptionReport.objects.get()
    assert (kept.note, kept.cost, kept.status) == ("", "10 000 €", "in_use")
    assert kept.answers.get().text == ""
    assert not AdoptionReporter.objects.exists()
    assert not AnswerAuthor.objects.exists()
    assert {row.recorded_by for row in Redaction.objects.all()} == {curator.user}
    told = inspect(curator, row)
    assert "Henkilö pyysi." in told
    assert "Aino" not in told
    assert "Raportoija" not in told


@pytest.mark.parametrize(
    "given",
    [
        {"removed": [], "reason": "x"},
        {"removed": ["report:note"], "reason": ""},
        {"removed": ["report:status"], "reason": "x"},
    ],
)
def test_nothing_is_removed_without_a_choice_and_a_reason(curator, row, given):
    assert curator.post(url(row), given).status_code == 200
    assert AdoptionReport.objects.get().note == "Kysy Aino Aallolta."
    assert not Redaction.objects.exists()


@pytest.mark.parametrize(("role", "region"), [("developer", "15"), ("reporter", "08")])
def test_nobody_else_removes(log_in, row, role, region):
    client = log_in(role, region)
    assert client.post(url(row), {"removed": ["report:note"], "reason": "x"}).status_code in (302, 403)
    assert AdoptionReport.objects.get().note == "Kysy Aino Aallolta."


def test_the_report_in_the_admin_tells_all_that_was_said_and_leads_to_removing(curator, row, answered):
    told = inspect(curator, row)
    for shown in ("10 000 €", "Soita Ainolle.", url(row)):
        assert shown in told
