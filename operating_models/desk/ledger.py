"""The ledger in the admin: rows are added, listed, read and corrected by other rows; none is edited or deleted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from urllib.parse import urlencode

from django.db.models import Exists, Field, OuterRef
from django.urls import URLPattern, reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.admin_url_finder import ModelAdminURLFinder, register_admin_url_finder
from wagtail.admin.ui.menus import MenuItem
from wagtail.admin.ui.tables import StatusTagColumn
from wagtail.admin.views.generic import CreateView, InspectView
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.admin.widgets.button import Button
from wagtail.permissions import policy_registry

from operating_models.components.adoption import day_label
from operating_models.desk.folded_search import FoldedSearch
from operating_models.models import AdoptionReport, EvidenceAssessment, OwnerAnswer, Redaction
from operating_models.models.adoption import StandingQuerySet
from operating_models.reporting.commands import NAME

Correctable = AdoptionReport | EvidenceAssessment

IDENTIFYING = ("page", "region")
"""The fields that a correction shares with what it corrects, of those that the row has."""


def correction_url(add_url: str, row: Correctable) -> str:
    """Return the address of the form that corrects a row or takes it back."""
    shared = {field.name: field.value_from_object(row) for field in row._meta.fields if field.name in IDENTIFYING}
    return f"{add_url}?{urlencode(shared | {'supersedes': row.pk})}"


class LedgerListView(FoldedSearch):
    """Lists rows of the ledger, and offers to correct those that stand."""

    def get_base_queryset(self) -> StandingQuerySet:
        standing = self.model.objects.standing().filter(pk=OuterRef("pk"))
        return super().get_base_queryset().select_related("page").annotate(is_standing=Exists(standing))

    def get_list_more_buttons(self, instance: Correctable) -> list[MenuItem]:
        buttons = super().get_list_more_buttons(instance)
        if instance.is_standing and self.user_has_permission("add"):
            buttons.append(
                MenuItem(gettext("Correct"), url=correction_url(self.add_url, instance), icon_name="edit", priority=10)
            )
        return buttons


class RecordView(CreateView):
    """Records a row. The address may bring along which row it corrects."""

    def get_initial(self) -> dict[str, object]:
        given = {name: self.request.GET.get(name, "") for name in (*IDENTIFYING, "supersedes")}
        return super().get_initial() | {name: int(value) for name, value in given.items() if value.isdecimal()}

    def get_success_buttons(self) -> list[Button]:
        return []


class LedgerInspectView(InspectView):
    """Shows a row as it was recorded."""

    redact_url_name: str
    LABELS: Mapping[str, str] = {"redactions": _("What has been removed")}

    def get_field_label(self, field_name: str, field: Field | None) -> str:
        return str(self.LABELS.get(field_name) or super().get_field_label(field_name, field))

    def get_supersedes_display_value(self) -> str:
        return str(self.object.supersedes or "–")

    def get_is_retraction_display_value(self) -> str:
        return _yes_or_no(self.object.is_retraction)

    def get_is_demonstration_display_value(self) -> str:
        return _yes_or_no(self.object.is_demonstration)

    def get_redactions_display_value(self) -> str:
        """Tell the log of removals: when, what, why, by whom."""
        rows = self.object.redactions.select_related("recorded_by")
        told = (
            f"{day_label(row.recorded_at)} {', '.join(_removed(row))}: {row.reason} ({row.recorded_by})"
            for row in rows
        )
        return "; ".join(told) or "–"

    @cached_property
    def header_more_buttons(self) -> list[Button]:
        buttons = list(super().header_more_buttons)
        stands = self.model.objects.standing().filter(pk=self.object.pk).exists()
        if stands and self.user_has_permission("add"):
            # The list's address is "adoption_reports:index".
            add_url = reverse(self.index_url_name.replace(":index", ":add"))
            buttons.append(
                Button(gettext("Correct"), url=correction_url(add_url, self.object), icon_name="edit", priority=10)
            )
        if self.request.user.has_perm("operating_models.add_redaction"):
            url = reverse(self.redact_url_name, args=[self.object.pk])
            buttons.append(Button(gettext("Remove a name or texts"), url=url, icon_name="bin", priority=20))
        return buttons


def _yes_or_no(value: bool) -> str:
    return gettext("yes") if value else gettext("no")


def _removed(row: Redaction) -> Iterator[str]:
    """Name what a redaction removed, by the labels of the fields."""
    kind = OwnerAnswer if row.answer_id else AdoptionReport if row.report_id else EvidenceAssessment
    for name in row.removed:
        yield gettext("name") if name == NAME else str(kind._meta.get_field(name).verbose_name)


def _standing_label(row: Correctable) -> str:
    if row.is_standing:
        return gettext("stands")
    return gettext("takes an earlier one back") if row.is_retraction else gettext("corrected later")


STANDS = StatusTagColumn(
    "is_standing", label=_("Stands"), accessor=_standing_label, primary=lambda row: row.is_standing
)


class RecordedUrlFinder(ModelAdminURLFinder):
    def get_edit_url(self, instance: Correctable) -> str | None:
        may_view = self.user is None or policy_registry.get(instance).user_has_permission(self.user, "view")
        return self.construct_edit_url(instance) if may_view else None


class LedgerViewSet(ModelViewSet):
    """What the viewsets of the ledger share."""

    add_to_reference_index = False
    copy_view_enabled = False
    inspect_view_enabled = True
    index_view_class = LedgerListView
    add_view_class = RecordView
    search_backend_name = None

    VIEWS = ("index", "index_results", "add", "inspect")

    def get_common_view_kwargs(self, **kwargs: object) -> dict[str, object]:
        without = dict.fromkeys(("edit_url_name", "delete_url_name", "history_url_name", "usage_url_name"))
        return super().get_common_view_kwargs(**(without | kwargs))

    def get_urlpatterns(self) -> list[URLPattern]:
        return [pattern for pattern in super().get_urlpatterns() if pattern.name in self.VIEWS]

    def register_admin_url_finder(self) -> None:
        """Lead to where a row is read: it is edited nowhere."""
        inspect = {"edit_url_name": self.get_url_name("inspect")}
        register_admin_url_finder(self.model, type(f"{self.name}_finder", (RecordedUrlFinder,), inspect))
