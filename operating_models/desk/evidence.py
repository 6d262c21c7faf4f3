"""Assessments of evidence in the admin: recorded once, corrected or taken back by another row."""

from __future__ import annotations

from django import forms
from django.db import IntegrityError
from django.http import HttpResponse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms.models import WagtailAdminModelForm
from wagtail.admin.ui.tables import BooleanColumn, DateColumn

from operating_models.desk.ledger import STANDS, LedgerInspectView, LedgerViewSet, RecordView
from operating_models.models import EvidenceAssessment, EvidenceRecorder
from operating_models.reporting.commands import name_of

ASSESSED = ("level", "assessor", "assessed_on", "source", "note")


class EvidenceForm(WagtailAdminModelForm):
    """Records an assessment. Which one it corrects is asked only of a model with assessments that stand."""

    class Meta(WagtailAdminModelForm.Meta):
        model = EvidenceAssessment
        fields = ("page", *ASSESSED, "supersedes", "is_retraction")

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        page = str((self.data if self.is_bound else self.initial).get("page") or "")
        standing = EvidenceAssessment.objects.standing().filter(page_id=int(page) if page.isdecimal() else None)
        if not standing.exists() and not self.data.get("supersedes"):
            del self.fields["supersedes"], self.fields["is_retraction"]
            return
        corrected = self.fields["supersedes"]
        corrected.queryset = standing
        corrected.error_messages["invalid_choice"] = corrected_meanwhile()


def corrected_meanwhile() -> str:
    return str(EvidenceAssessment._meta.get_field("supersedes").error_messages["unique"])


class RecordEvidenceView(RecordView):
    """Records an assessment with who recorded it. A correction begins with what the corrected one says."""

    def get_initial(self) -> dict[str, object]:
        initial = super().get_initial()
        corrected = EvidenceAssessment.objects.standing().filter(pk=initial.get("supersedes")).first()
        return initial | (forms.model_to_dict(corrected, ["page", *ASSESSED]) if corrected else {})

    def save_instance(self) -> EvidenceAssessment:
        row, user = super().save_instance(), self.request.user
        EvidenceRecorder.objects.create(assessment=row, user=user, name=name_of(user))
        return row

    def form_valid(self, form: EvidenceForm) -> HttpResponse:
        try:
            return super().form_valid(form)
        except IntegrityError:
            # Two people have corrected the same row in one moment; the database let one of them.
            form.add_error(None, corrected_meanwhile())
            self.produced_error_message = self.get_error_message()
            return self.form_invalid(form)

    def get_success_message(self, instance: EvidenceAssessment) -> str:
        return gettext("The assessment has been recorded.")


class InspectEvidenceView(LedgerInspectView):
    redact_url_name = "operating_models_redact_assessment"
    LABELS = LedgerInspectView.LABELS | {"recorder": _("Recorded by")}

    def get_recorder_display_value(self) -> str:
        return str(EvidenceRecorder.objects.filter(assessment=self.object).first() or "–")


class EvidenceAssessmentViewSet(LedgerViewSet):
    model = EvidenceAssessment
    name = "evidence"
    url_prefix = "kuratointi/naytto"
    icon = "success"
    add_view_class = RecordEvidenceView
    inspect_view_class = InspectEvidenceView
    inspect_view_fields = (
        *("page", *ASSESSED, "recorded_at", "recorder", "is_demonstration"),
        *("supersedes", "is_retraction", "redactions"),
    )
    list_display = (
        "page",
        "level",
        "assessor",
        DateColumn("assessed_on", label=_("Assessed on"), sort_key="assessed_on"),
        STANDS,
        BooleanColumn("is_demonstration", label=_("Made up for demonstration")),
    )
    list_filter = ("level",)
    search_fields = ("page__title",)

    def get_form_class(self, for_update: bool = False) -> type[EvidenceForm]:
        return EvidenceForm
