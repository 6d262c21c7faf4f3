"""The form that records an adoption report: a fact that nobody changes afterwards, so it asks clearly."""

from __future__ import annotations

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext
from wagtail.admin.forms.models import WagtailAdminModelForm

from operating_models.ledger import FREE_TEXTS, TABLE
from operating_models.models import AdoptionReport
from operating_models.models.adoption import AdoptionReportQuerySet
from operating_models.reporting.forms import StatusForm


class AdoptionReportForm(StatusForm, WagtailAdminModelForm):
    """Records where a region stands with a model, and since when, as exactly as it is known.

    Which report a new one corrects is asked only when the model and the region are known: of those that stand.
    """

    field_order = (
        "page",
        "region",
        "status",
        "when",
        "when_unknown",
        "reasons",
        "other_reason",
        "note",
        "changed_locally",
        "results",
        "cost",
        "contact_unit",
        "source",
        "supersedes",
        "is_retraction",
    )

    class Meta(WagtailAdminModelForm.Meta):
        model = AdoptionReport
        fields = ("page", "region", "status", "reasons", *FREE_TEXTS[TABLE], "supersedes", "is_retraction")

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
        if self.valid_from:
            self.instance.valid_date, self.instance.precision = self.valid_from.day, self.valid_from.precision
        return cleaned


def _describe(report: AdoptionReport) -> str:
    """Tell reports of one model and region apart."""
    return gettext("%(status)s, %(since)s (recorded %(recorded)s)") % {
        "status": report.get_status_display(),
        "since": report.valid_from,
        "recorded": date_format(timezone.localtime(report.recorded_at), "j.n.Y"),
    }
