"""Removing a name or free texts from a report, an answer or an assessment; it is logged and the fact stays."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from django import forms
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.text import Truncator, capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin import messages

from operating_models.ledger import FREE_TEXTS
from operating_models.models import (
    AdoptionReport,
    AdoptionReporter,
    AnswerAuthor,
    EvidenceAssessment,
    EvidenceRecorder,
    OwnerAnswer,
    Redaction,
)
from operating_models.reporting import commands
from operating_models.reporting.commands import NAME

OF_ROW = "report"
"""Stands in a choice for the report or assessment itself, in place of the key of an answer."""

SHOWN = 12
"""Words of a text that a choice shows."""


class RedactionForm(forms.Form):
    """Chooses what is removed of a row and its answers. Values are "report:note", "report:name", "7:text"."""

    removed = forms.MultipleChoiceField(label=_("What is removed"), widget=forms.CheckboxSelectMultiple)
    reason = forms.CharField(
        label=_("Reason"), max_length=300, help_text=Redaction._meta.get_field("reason").help_text
    )

    def __init__(self, row: AdoptionReport | EvidenceAssessment, data: object = None) -> None:
        super().__init__(data)
        self.fields["removed"].choices = list(removable(row))


def removable(row: AdoptionReport | EvidenceAssessment) -> Iterator[tuple[str, str]]:
    """Yield what can be removed of a row and its answers: a value and what the choice says."""
    if isinstance(row, EvidenceAssessment):
        if EvidenceRecorder.objects.filter(assessment=row).exists():
            yield f"{OF_ROW}:{NAME}", gettext("Name of who recorded the assessment")
        yield from _texts(row, OF_ROW)
        return
    if AdoptionReporter.objects.filter(report=row).exists():
        yield f"{OF_ROW}:{NAME}", gettext("Name of who recorded the report")
    yield from _texts(row, OF_ROW)
    named = set(AnswerAuthor.objects.filter(answer__report=row).values_list("answer_id", flat=True))
    for answer in row.answers.all():
        if answer.pk in named:
            yield f"{answer.pk}:{NAME}", gettext("Name of who recorded the owner's answer")
        yield from _texts(answer, str(answer.pk))


def _texts(row: AdoptionReport | OwnerAnswer | EvidenceAssessment, owner: str) -> Iterator[tuple[str, str]]:
    for name in FREE_TEXTS[row._meta.db_table]:
        if text := getattr(row, name):
            label = capfirst(row._meta.get_field(name).verbose_name)
            yield f"{owner}:{name}", f"{label}: {Truncator(text).words(SHOWN)}"


def redact(request: HttpRequest, report_id: int) -> HttpResponse:
    """Ask what is removed of a report and its answers."""
    return _ask(request, get_object_or_404(AdoptionReport, pk=report_id), "adoption_reports:inspect")


def redact_assessment(request: HttpRequest, assessment_id: int) -> HttpResponse:
    """Ask what is removed of an assessment of evidence."""
    return _ask(request, get_object_or_404(EvidenceAssessment, pk=assessment_id), "evidence:inspect")


def _ask(request: HttpRequest, row: AdoptionReport | EvidenceAssessment, inspect_url_name: str) -> HttpResponse:
    """Ask what is removed and why, and remove it for good."""
    if not request.user.has_perm("operating_models.add_redaction"):
        raise PermissionDenied
    inspect_url = reverse(inspect_url_name, args=[row.pk])
    form = RedactionForm(row, request.POST or None)
    if form.is_bound and form.is_valid():
        _remove(request, row, form.cleaned_data["removed"], form.cleaned_data["reason"])
        messages.success(request, gettext("Removed. The row itself stays, and the removal has been logged."))
        return redirect(inspect_url)
    told = {"row": row, "form": form, "back_url": inspect_url}
    return TemplateResponse(request, "operating_models/desk/redact.html", told)


@transaction.atomic
def _remove(request: HttpRequest, row: AdoptionReport | EvidenceAssessment, values: list[str], reason: str) -> None:
    """Remove all that was chosen, or nothing."""
    names: dict[str, list[str]] = defaultdict(list)
    for value in values:
        owner, _colon, name = value.partition(":")
        names[owner].append(name)
    for owner, chosen in names.items():
        answer = None if owner == OF_ROW else row.answers.get(pk=owner)
        commands.remove(request.user, row, chosen, reason=reason, answer=answer)
