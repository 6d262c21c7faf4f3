"""Facts about models in the admin: what is featured, how strong the evidence is, when to review, who uses what."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.forms import ModelForm
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms.models import WagtailAdminModelForm
from wagtail.admin.panels import ObjectList, PageChooserPanel
from wagtail.admin.ui.tables import Column, DateColumn, StatusTagColumn, UserColumn
from wagtail.admin.views.generic import CreateView
from wagtail.admin.viewsets.base import ViewSetGroup
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.log_actions import log

from operating_models.components.adoption import day_label
from operating_models.desk.adoption_form import AdoptionReportForm
from operating_models.desk.evidence import EvidenceAssessmentViewSet
from operating_models.desk.folded_search import FoldedSearch
from operating_models.desk.ledger import STANDS, LedgerInspectView, LedgerListView, LedgerViewSet, RecordView
from operating_models.desk.word_lines import WordsField
from operating_models.models import (
    AdoptionReport,
    AdoptionReporter,
    EndReason,
    FeaturedModel,
    PromotedModel,
    ReviewDate,
    Withdrawal,
)
from operating_models.models.adoption import StandingQuerySet
from operating_models.models.facts import Fact, FactQuerySet
from operating_models.report_texts import names_of
from operating_models.reporting import commands
from operating_models.reporting.commands import OutdatedError
from operating_models.reporting.messages import tell_owner


class RecordFactView(CreateView):
    """Adds a fact and remembers who recorded it."""

    def save_instance(self) -> Fact:
        self.form.instance.recorded_by = self.request.user
        return super().save_instance()


class FactListView(FoldedSearch):
    """Lists facts with their models in one query."""

    def get_base_queryset(self) -> FactQuerySet:
        return super().get_base_queryset().select_related("page", "recorded_by")


class FactViewSet(ModelViewSet):
    """What the viewsets of facts share. Facts are found by the name of their model."""

    index_view_class = FactListView
    add_view_class = RecordFactView
    copy_view_enabled = False
    search_fields = ("page__title",)
    search_backend_name = None


class ShownListView(FactListView):
    """Lists models shown for a time, and says which are shown today."""

    def get_base_queryset(self) -> FactQuerySet:
        shown = self.model.objects.on(timezone.localdate()).filter(pk=OuterRef("pk"))
        return super().get_base_queryset().annotate(is_shown=Exists(shown))


REASONS = ("reason", "reason_sv", "reason_en")
SHOWN_PANELS = ("since", "until", "order")
SHOWN_COLUMNS = (
    DateColumn("since", label=_("From"), sort_key="since"),
    DateColumn("until", label=_("Until"), sort_key="until"),
    Column("order", label=_("Order"), sort_key="order"),
    StatusTagColumn(
        "is_shown",
        label=_("Shown now"),
        accessor=lambda row: gettext("shown") if row.is_shown else gettext("not shown"),
        primary=lambda row: row.is_shown,
    ),
)
"""What the forms and lists of models shown for a time have in common."""


class FeaturedModelViewSet(FactViewSet):
    model = FeaturedModel
    name = "featured"
    url_prefix = "kuratointi/nostot"
    icon = "pick"
    index_view_class = ShownListView
    panels = ("page", *REASONS, *SHOWN_PANELS)
    list_display = ("page", "reason", *SHOWN_COLUMNS)


class PromotedModelForm(WagtailAdminModelForm):
    """Words for which a model stands above the hits."""

    words = WordsField(
        label=_("Search words"),
        help_text=_(
            "One search on each line. The model is shown when a search has the words of a line and no others, in any "
            "form and order. Example: muistisairaan hoito"
        ),
    )

    def clean_words(self) -> list[str]:
        if not self.cleaned_data["words"]:
            raise ValidationError(gettext("Write at least one word."))
        return self.cleaned_data["words"]


class PromotedModelViewSet(FactViewSet):
    model = PromotedModel
    name = "promoted"
    url_prefix = "kuratointi/poiminnat"
    icon = "search"
    index_view_class = ShownListView
    list_display = (
        "page",
        Column("words", label=_("Search words"), accessor=lambda row: ", ".join(row.words)),
        "reason",
        *SHOWN_COLUMNS,
    )

    def get_edit_handler(self) -> ObjectList:
        panels = ["page", "words", *REASONS, *SHOWN_PANELS]
        return ObjectList(panels, base_form_class=PromotedModelForm).bind_to_model(self.model)


class ReviewDateViewSet(FactViewSet):
    model = ReviewDate
    name = "review_dates"
    url_prefix = "kuratointi/tarkistukset"
    icon = "calendar-check"
    panels = ("page", "review_by", "reason")
    list_display = (
        "page",
        DateColumn("review_by", label=_("To be reviewed by"), sort_key="review_by"),
        "reason",
        UserColumn("recorded_by", label=_("Recorded by")),
    )


class WithdrawalListView(FactListView):
    """Lists withdrawals, and says which hold."""

    def get_base_queryset(self) -> FactQuerySet:
        holding = Withdrawal.objects.in_force().filter(pk=OuterRef("pk"))
        return super().get_base_queryset().select_related("successor").annotate(holds=Exists(holding))


class WithdrawalViewSet(FactViewSet):
    """Withdrawals in the admin; developers withdraw their own region's models from the model itself."""

    model = Withdrawal
    name = "withdrawals"
    url_prefix = "kuratointi/vedetyt"
    icon = "no-view"
    index_view_class = WithdrawalListView
    panels = (
        "page",
        "reason",
        "withdrawn_on",
        PageChooserPanel("successor", "operating_models.OperatingModelPage"),
        "is_in_force",
    )
    list_display = (
        "page",
        "reason",
        DateColumn("withdrawn_on", label=_("Withdrawn on"), sort_key="withdrawn_on"),
        "successor",
        StatusTagColumn(
            "holds",
            label=_("Holds"),
            accessor=lambda row: gettext("withdrawn") if row.holds else gettext("no longer"),
            primary=lambda row: row.holds,
        ),
        UserColumn("recorded_by", label=_("Recorded by")),
    )


class ReportListView(LedgerListView):
    def get_base_queryset(self) -> StandingQuerySet:
        return super().get_base_queryset().select_related("region", "reporter__user")


class RecordReportView(RecordView):
    """Records an adoption report through the commands of the ledger, as the public form does."""

    @transaction.atomic
    def save_instance(self) -> AdoptionReport:
        form, user = self.form, self.request.user
        given = form.cleaned_data
        if given.get("is_retraction"):
            recorded = commands.retract(user, given["supersedes"], form.basis(), note=given["note"])
        else:
            recorded = commands.record(user, given["page"], given["region"], form.statement(), form.basis())
        if recorded.is_new:
            log(recorded.report, "wagtail.create", user=user, content_changed=True)
            tell_owner(recorded.report)
        return recorded.report

    def form_valid(self, form: AdoptionReportForm) -> HttpResponse:
        try:
            return super().form_valid(form)
        except OutdatedError as error:
            form.tell_latest(error.latest)
            self.produced_error_message = self.get_error_message()
            return self.form_invalid(form)

    def get_success_message(self, instance: AdoptionReport) -> str:
        return gettext("The report has been recorded.")


class InspectReportView(LedgerInspectView):
    redact_url_name = "operating_models_redact"
    LABELS = LedgerInspectView.LABELS | {
        "valid_from": _("Valid from"),
        "reporter": _("Recorded by"),
        "renewals": _("Still in use on"),
        "answers": _("Owner's answers"),
    }

    def get_reporter_display_value(self) -> str:
        return str(AdoptionReporter.objects.filter(report=self.object).first() or "–")

    def get_reasons_display_value(self) -> str:
        return ", ".join(str(EndReason(reason).label) for reason in self.object.reasons) or "–"

    def get_renewals_display_value(self) -> str:
        return ", ".join(day_label(row.renewed_on) for row in self.object.renewals.all()) or "–"

    def get_answers_display_value(self) -> str:
        rows = self.object.answers.all()
        told = (f"{day_label(row.recorded_at)} {row.get_verdict_display()} {row.text}".strip() for row in rows)
        return "; ".join(told) or "–"


class AdoptionReportViewSet(LedgerViewSet):
    model = AdoptionReport
    name = "adoption_reports"
    url_prefix = "kuratointi/kayttoonotot"
    icon = "clipboard-list"
    index_view_class = ReportListView
    add_view_class = RecordReportView
    inspect_view_class = InspectReportView
    inspect_view_fields = (
        "page",
        "region",
        "status",
        "valid_from",
        "reasons",
        *names_of(),
        "recorded_at",
        "reporter_role",
        "reporter",
        "supersedes",
        "is_retraction",
        "renewals",
        "answers",
        "redactions",
    )
    list_display = (
        "page",
        "region",
        "status",
        Column("valid_from", label=_("Valid from"), sort_key="valid_date"),
        DateColumn("recorded_at", label=_("Recorded"), sort_key="recorded_at"),
        STANDS,
    )
    list_filter = ("status", "region")
    search_fields = ("page__title", "region__name_fi", "note")
    ordering = ("-recorded_at", "-pk")

    def get_form_class(self, for_update: bool = False) -> type[ModelForm]:
        return AdoptionReportForm


class Curation(ViewSetGroup):
    menu_name = "curation"
    menu_label = _("Curation")
    menu_icon = "pick"
    menu_order = 200
    items = (
        FeaturedModelViewSet,
        PromotedModelViewSet,
        EvidenceAssessmentViewSet,
        ReviewDateViewSet,
        WithdrawalViewSet,
        AdoptionReportViewSet,
    )
