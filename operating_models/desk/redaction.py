"""Removing a person's name or free texts from a report or an answer; the removal is logged and the fact stays."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

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

from operating_models.ledger import ANSWERS, FREE_TEXTS
from operating_models.models import AdoptionReport, AdoptionReporter, AnswerAuthor, OwnerAnswer, Redaction
from operating_models.report_texts import names_of
from operating_models.reporting import commands
from operating_models.reporting.commands import NAME

OF_REPORT = "report"
"""Stands in a choice in place of the key of an answer."""

SHOWN = 12
"""Words of a text that a choice shows."""


class RedactionForm(forms.Form):
    """Chooses what is removed of a report and its answers. Values are "report:note", "report:name", "7:text"."""

    removed = forms.MultipleChoiceField(label=_("What is removed"), widget=forms.CheckboxSelectMultiple)
    reason = forms.CharField(
        label=_("Reason"), max_length=300, help_text=Redaction._meta.get_field("reason").help_text
    )

    def __init__(self, report: AdoptionReport, data: object = None) -> None:
        super().__init__(data)
        self.fields["removed"].choices = list(removable(report))


def removable(report: AdoptionReport) -> Iterator[tuple[str, str]]:
    """Yield what can be removed of a report and its answers: a value and what the choice says."""
    if AdoptionReporter.objects.filter(report=report).exists():
        yield f"{OF_REPORT}:{NAME}", gettext("Name of who recorded the report")
    yield from _texts(report, names_of(), OF_REPORT)
    named = set(AnswerAuthor.objects.filter(answer__report=report).values_list("answer_id", flat=True))
    for answer in report.answers.all():
        if answer.pk in named:
            yield f"{answer.pk}:{NAME}", gettext("Name of who recorded the owner's answer")
        yield from _texts(answer, FREE_TEXTS[ANSWERS], str(answer.pk))


def _texts(row: AdoptionReport | OwnerAnswer, names: Iterable[str], owner: str) -> Iterator[tuple[str, str]]:
    for name in names:
        if text := getattr(row, name):
            label = capfirst(row._meta.get_field(name).verbose_name)
            yield f"{owner}:{name}", f"{label}: {Truncator(text).words(SHOWN)}"


def redact(request: HttpRequest, report_id: int) -> HttpResponse:
    """Ask what is removed and why, and remove it for good."""
    report = get_object_or_404(AdoptionReport, pk=report_id)
    if not request.user.has_perm("operating_models.add_redaction"):
        raise PermissionDenied
    inspect_url = reverse("adoption_reports:inspect", args=[report.pk])
    form = RedactionForm(report, request.POST or None)
    if form.is_bound and form.is_valid():
        _remove(request, report, form.cleaned_data["removed"], form.cleaned_data["reason"])
        messages.success(request, gettext("Removed. The report itself stays, and the removal has been logged."))
        return redirect(inspect_url)
    told = {"report": report, "form": form, "back_url": inspect_url}
    return TemplateResponse(request, "operating_models/desk/redact.html", told)


@transaction.atomic
def _remove(request: HttpRequest, report: AdoptionReport, values: list[str], reason: str) -> None:
    """Remove all that was chosen, or nothing."""
    names: dict[str, list[str]] = defaultdict(list)
    for value in values:
        owner, _colon, name = value.partition(":")
        names[owner].append(name)
    for owner, chosen in names.items():
        answer = None if owner == OF_REPORT else report.answers.get(pk=owner)
        commands.remove(request.user, report, chosen, reason=reason, answer=answer)
