"""Every declared text of a report shows up wherever one must: forgetting a place fails here."""

from __future__ import annotations

from dataclasses import fields

import pytest
from bs4 import BeautifulSoup
from django.db import DatabaseError, connection, models, transaction
from django.urls import reverse

from operating_models import ledger
from operating_models.models import AdoptionReport, EndReason
from operating_models.report_texts import REPORT_TEXTS, Shown, names_of
from operating_models.reporting import commands
from operating_models.reporting.commands import Statement
from tests import factories
from tests.pages.reading import read, text_of
from tests.reporting.writing import fields_of, form_url, report, report_url

pytestmark = pytest.mark.django_db

SAID = {text.name: f"Sanottu kohdassa {text.name}." for text in REPORT_TEXTS}
ENDED = {"status": "ended", "when": "2025", "reasons": [EndReason.OTHER.value]}


def texts_of(row):
    return {name: getattr(row, name) for name in names_of()}


@pytest.fixture
def row(public_model):
    """A report that says something in every text."""
    return factories.report(public_model, "20", "ended", "2025", reasons=[EndReason.OTHER.value], **SAID)


def test_every_free_text_of_the_ledger_is_declared():
    columns = [field for field in AdoptionReport._meta.concrete_fields if not (field.choices or field.is_relation)]
    assert {field.name for field in columns if isinstance(field, models.CharField | models.TextField)} == set(SAID)


def test_a_statement_has_every_text():
    assert set(SAID) <= {field.name for field in fields(Statement)}


def test_public_form_asks_every_text_and_keeps_what_is_said(reporter, public_model):
    report(reporter, public_model, **ENDED, **SAID)
    assert texts_of(AdoptionReport.objects.get()) == SAID


def test_form_of_the_admin_asks_every_text_and_keeps_what_is_said(log_in, public_model, kainuu):
    curator = log_in("curator")
    url = reverse("adoption_reports:add")
    asked = BeautifulSoup(curator.get(url, {"page": public_model.pk, "region": kainuu.pk}).content, "html.parser")
    form = asked.select_one("main form[method=POST], main form[method=post]")
    sent = fields_of(form.parent, "form") | {"page": public_model.pk, "region": kainuu.pk, **ENDED}
    assert set(SAID) <= set(sent)
    assert curator.post(url, sent | SAID).status_code == 302
    assert texts_of(AdoptionReport.objects.get()) == SAID


def test_page_of_a_report_and_page_of_the_model_show_every_text(row, public_model):
    on_page = text_of(read(report_url(row)).select_one("main"))
    beside_model = text_of(read(public_model.get_url()).select_one("#adoption"))
    assert [text for text in SAID.values() if text not in on_page] == []
    assert [text for text in SAID.values() if text not in beside_model] == []


def test_text_under_a_label_stands_under_that_of_its_column(row):
    shown = read(report_url(row)).select(".report-texts > div")
    labels = {text_of(entry.dt): text_of(entry.dd) for entry in shown}
    assert labels == {
        str(AdoptionReport._meta.get_field(text.name).verbose_name).capitalize(): SAID[text.name]
        for text in REPORT_TEXTS
        if text.shown == Shown.UNDER_LABEL
    }


def test_page_of_the_admin_shows_every_text(log_in, row):
    told = log_in("curator").get(reverse("adoption_reports:inspect", args=[row.pk])).content.decode()
    assert [text for text in SAID.values() if text not in told] == []


def test_every_text_can_be_removed(log_in, row):
    curator = log_in("curator")
    url = reverse("operating_models_redact", args=[row.pk])
    choices = dict(curator.get(url).context["form"].fields["removed"].choices)
    assert {f"report:{name}" for name in SAID} <= set(choices)
    curator.post(url, {"removed": [f"report:{name}" for name in SAID], "reason": "Henkilö pyysi."})
    assert texts_of(AdoptionReport.objects.get()) == dict.fromkeys(SAID, "")


@pytest.mark.parametrize("name", SAID)
def test_database_refuses_to_change_a_text_and_lets_it_be_emptied(row, name):
    change = f"UPDATE {ledger.TABLE} SET {name} = 'muuta'"
    for statement in (change, f"{change}, redacted_at = '2026-01-01'"):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    AdoptionReport.objects.filter(pk=row.pk).redact([name])
    assert texts_of(AdoptionReport.objects.get()) == SAID | {name: ""}


def test_taking_back_repeats_no_text_but_the_reasons(log_in, row, public_model):
    reporter = log_in("reporter", "20")
    basis = commands.Basis(latest=row.pk)
    taken = commands.retract(reporter.user, row, basis, note="Väärä malli.").report
    expected = {text.name: SAID[text.name] if text.shown == Shown.IN_REASONS else "" for text in REPORT_TEXTS}
    assert texts_of(taken) == expected | {"note": "Väärä malli."}


def test_form_shows_the_field_of_every_text(reporter, public_model):
    form = read(form_url(public_model), client=reporter).select_one(".report-form")
    assert [name for name in SAID if not form.select(f"[name={name}]")] == []
