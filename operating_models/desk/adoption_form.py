"""The admin's form of an adoption report: it asks as the public form does, and records through the same commands."""

from __future__ import annotations

from uuid import UUID, uuid4

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext
from wagtail.admin.forms.models import WagtailAdminModelForm

from operating_models.models import AdoptionReport
from operating_models.models.adoption import AdoptionReportQuerySet
from operating_models.report_texts import names_of
from operating_models.reporting.commands import Basis
from operating_models.reporting.forms import ASKED, StatusForm


class AdoptionReportForm(StatusForm, WagtailAdminModelForm):
    """Records where a region stands with a model, and since when, as exactly as it is known.

    Which report a new one corrects is asked only when the model and the region are known: of those that stand.
    ``seen`` is the newest key of the ledger when the form was opened: what has been recorded of the model and the
    region since then, its sender has not seen.
    """

    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)
    token = forms.UUIDField(widget=forms.HiddenInput, required=False, initial=uuid4)

    field_order = ("page", "region", *ASKED, "supersedes", "is_retraction")

    class Meta(WagtailAdminModelForm.Meta):
        model = AdoptionReport
        fields = ("page", "region", "status", "reasons", *names_of(), "supersedes", "is_retraction")

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        newest = AdoptionReport.objects.order_by("-pk").values_list("pk", flat=True).first()
        self.initial["seen"] = newest or 0
        correctable = self._correctable()
        if correctable.exists():
            self.fields["supersedes"].queryset = correctable
            self.fields["supersedes"].label_from_instance = _describe
        else:
            del self.fields["supersedes"], self.fields["is_retraction"]

    def _correctable(self) -> AdoptionReportQuerySet:
        """Return the standing reports, and the one that this same form has corrected when it was sent before."""
        reports = self._reports_given()
        can_be_chosen = Q(pk__in=reports.standing().values("pk"))
        if token := self._sent_token():
            can_be_chosen |= Q(superseded_by__token=token)
        return reports.filter(can_be_chosen).newest_first()

    def _sent_token(self) -> UUID | None:
        try:
            return self.fields["token"].clean(self.data.get(self.add_prefix("token")))
        except ValidationError:
            return None

    def _reports_given(self) -> AdoptionReportQuerySet:
        """Return the reports of the model and region that the form has been opened or sent with."""
        page, region = (self._given(name) for name in ("page", "region"))
        if page is None or region is None:
            return AdoptionReport.objects.none()
        return AdoptionReport.objects.filter(page_id=page, region_id=region)

    def _given(self, name: str) -> int | None:
        value = self.data.get(self.add_prefix(name)) if self.is_bound else self.initial.get(name)
        return int(value) if str(value or "").isdecimal() else None

    def clean(self) -> dict[str, object]:
        cleaned = super().clean()
        if self.valid_from:
            self.instance.valid_date, self.instance.precision = self.valid_from.day, self.valid_from.precision
        token = cleaned.get("token")
        was_sent = token is not None and self._reports_given().filter(token=token).exists()
        latest = self._reports_given().order_by("-pk").first()
        if latest and latest.pk > (cleaned.get("seen") or 0) and not was_sent:
            self.tell_latest(latest)
        return cleaned

    def validate_unique(self) -> None:
        """Leave it to the command: under its lock it tells a form that was sent twice from another's correction."""

    def tell_latest(self, latest: AdoptionReport) -> None:
        """Say what somebody has recorded since the form was opened; who sends the form again has seen it."""
        self.data = self.data.copy()
        self.data[self.add_prefix("seen")] = str(latest.pk)
        if latest.is_retraction:
            message = gettext(
                "Somebody has taken a report back meanwhile: %(report)s. Nothing has been saved. See what stands now, "
                "and save again if your report still holds."
            )
        else:
            message = gettext(
                "Somebody has reported meanwhile: %(report)s. Nothing has been saved. See what stands now, and save "
                "again if your report still holds."
            )
        self.add_error(None, message % {"report": _describe(latest)})

    def basis(self) -> Basis:
        """Return what the sender of a valid form had before the eyes."""
        given = self.cleaned_data
        seen = self._reports_given().filter(pk__lte=given.get("seen") or 0).order_by("-pk").first()
        corrected = given.get("supersedes")
        return Basis(latest=seen and seen.pk, token=given.get("token"), supersedes=corrected.pk if corrected else None)


def _describe(report: AdoptionReport) -> str:
    """Tell reports of one model and region apart."""
    return gettext("%(status)s, %(since)s (recorded %(recorded)s)") % {
        "status": report.get_status_display(),
        "since": report.valid_from,
        "recorded": date_format(timezone.localtime(report.recorded_at)),
    }
