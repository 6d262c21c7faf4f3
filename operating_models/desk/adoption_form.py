"""The form that records an adoption report: a fact that nobody changes afterwards, so it asks clearly."""

from __future__ import annotations

import re

from django import forms
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms.models import WagtailAdminModelForm

from operating_models.models import AdoptionReport, AdoptionStatus, EndReason, PartialDate
from operating_models.models.adoption import AdoptionReportQuerySet

WRITTEN_DATE = re.compile(r"(?:(?:(?P<day>\d{1,2})\s*\.\s*)?(?P<month>\d{1,2})\s*[./]\s*)?(?P<year>\d{4})")


def read_date(text: str) -> PartialDate:
    """Read a date as it is written in Finnish: "15.3.2024", "3/2024" or "2024". Raises ValueError for other texts."""
    found = WRITTEN_DATE.fullmatch(text.strip())
    if not found:
        raise ValueError(f"not a date: {text}")
    parts = (found["year"], found["month"], found["day"])
    return PartialDate.parse("-".join(part for part in parts if part), recorded=timezone.localdate())


class AdoptionReportForm(WagtailAdminModelForm):
    """Records where a region stands with a model, and since when, as exactly as it is known.

    Which report a new one corrects is asked only when the model and the region are known: of those that stand.
    """

    when = forms.CharField(
        label=_("Valid from"),
        required=False,
        max_length=20,
        help_text=_("As exactly as it is known: a day 15.3.2024, a month 3/2024 or a year 2024."),
    )
    when_unknown = forms.BooleanField(label=_("The time is not known"), required=False)
    reasons = forms.MultipleChoiceField(
        label=_("Reasons for ending"),
        choices=EndReason.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Only when the adoption has ended."),
    )

    field_order = (
        "page",
        "region",
        "status",
        "when",
        "when_unknown",
        "reasons",
        "note",
        "source",
        "supersedes",
        "is_retraction",
    )

    class Meta(WagtailAdminModelForm.Meta):
        model = AdoptionReport
        fields = ("page", "region", "status", "reasons", "note", "source", "supersedes", "is_retraction")

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        correctable = self._correctable()
        if correctable.exists():
            self.fields["supersedes"].queryset = correctable
            self.fields["supersedes"].label_from_instance = _describe
        else:
            del self.fields["supersedes"], self.fields["is_retraction"]

    def _correctable(self) -> AdoptionReportQuerySet:
        """Return the standing reports of the model and region that the form has been opened or sent with."""
        page, region = (self._given(name) for name in ("page", "region"))
        if page is None or region is None:
            return AdoptionReport.objects.none()
        return AdoptionReport.objects.standing().filter(page_id=page, region_id=region).newest_first()

    def _given(self, name: str) -> int | None:
        value = self.data.get(self.add_prefix(name)) if self.is_bound else self.initial.get(name)
        return int(value) if str(value or "").isdecimal() else None

    def clean(self) -> dict[str, object]:
        cleaned = super().clean()
        when = self._read_when(cleaned)
        if when:
            self.instance.valid_date, self.instance.precision = when.day, when.precision
        if cleaned.get("reasons") and cleaned.get("status") != AdoptionStatus.ENDED:
            self.add_error("reasons", gettext("Give reasons only for an adoption that has ended."))
        return cleaned

    def _read_when(self, cleaned: dict[str, object]) -> PartialDate | None:
        """Return the date of the report; add an error and return None when the fields tell none."""
        text, unknown = str(cleaned.get("when") or ""), bool(cleaned.get("when_unknown"))
        if bool(text) == unknown:
            self.add_error("when", gettext("Give the time, or say that it is not known; one of the two."))
            return None
        try:
            when = read_date(text) if text else PartialDate.parse("", recorded=timezone.localdate())
        except ValueError:
            self.add_error("when", gettext("Write a day 15.3.2024, a month 3/2024 or a year 2024."))
            return None
        if when.day > timezone.localdate():
            self.add_error("when", gettext("The date is in the future. Report what is true today."))
            return None
        return when


def _describe(report: AdoptionReport) -> str:
    """Tell reports of one model and region apart."""
    return gettext("%(status)s, %(since)s (recorded %(recorded)s)") % {
        "status": report.get_status_display(),
        "since": report.valid_from,
        "recorded": date_format(timezone.localtime(report.recorded_at), "j.n.Y"),
    }
