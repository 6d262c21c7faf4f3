"""The report of outgoing mail: what waits, what was sent and what could not be, which may be sent again."""

from __future__ import annotations

from collections.abc import Mapping

import django_filters
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST
from wagtail.admin import messages
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.tables import Column, DateColumn
from wagtail.admin.views.reports import ReportView
from wagtail.permission_policies import ModelPermissionPolicy

from operating_models.mail import outbox
from operating_models.mail.models import MailState, OutgoingMail

POLICY = ModelPermissionPolicy(OutgoingMail)


class MailFilter(WagtailFilterSet):
    """Narrows the report to a state."""

    state = django_filters.ChoiceFilter(label=_("State"), choices=MailState.choices)

    class Meta:
        model = OutgoingMail
        fields = ("state",)


class SendAgainColumn(Column):
    """A button for each mail that has not been sent, for those who may press it."""

    cell_template_name = "operating_models/desk/send_again.html"

    def get_cell_context_data(self, instance: OutgoingMail, parent_context: Mapping[str, object]) -> dict[str, object]:
        request = parent_context["request"]
        told = super().get_cell_context_data(instance, parent_context)
        return told | {"may_send": may_send(request, instance), "csrf_token": get_token(request)}


class MailReport(ReportView):
    """Mails with their subject and recipient, never with their text."""

    page_title = _("Outgoing mail")
    header_icon = "mail"
    model = OutgoingMail
    permission_policy = POLICY
    permission_required = "view"
    filterset_class = MailFilter
    index_url_name = "outgoing_mail"
    index_results_url_name = "outgoing_mail_results"
    default_ordering = "-created_at"
    template_name = "operating_models/desk/outgoing_mail.html"
    export_headings = {"created_at": _("Written"), "finished_at": _("Sent or given up"), "last_error": _("Error")}
    list_export = ("created_at", "recipient", "subject", "state", "attempts", "last_error", "finished_at")

    @cached_property
    def columns(self) -> list[Column]:
        return [
            Column("subject", label=_("Subject of the mail")),
            Column("recipient", label=_("Recipient")),
            Column("state", label=_("State"), accessor="get_state_display"),
            DateColumn("created_at", label=_("Written"), sort_key="created_at"),
            DateColumn("finished_at", label=_("Sent or given up"), sort_key="finished_at"),
            Column("last_error", label=_("Error")),
            SendAgainColumn("send_again", label=_("Action")),
        ]

    def get_filename(self) -> str:
        return "lahteva-posti"

    def get_context_data(self, **kwargs: object) -> dict[str, object]:
        told = {
            "has_server": bool(settings.EMAIL_HOST),
            "kept_days": settings.MAIL_DAYS,
            "outbox": outbox.read_state(),
        }
        return super().get_context_data(**told, **kwargs)

    @cached_property
    def no_results_message(self) -> str:
        return gettext("There is no such mail.")


def may_send(request: HttpRequest, mail: OutgoingMail) -> bool:
    """Say whether a user may have a mail sent again: one that failed, or that waits after an attempt."""
    is_unsent = mail.state == MailState.FAILED or (mail.state == MailState.WAITING and mail.attempts > 0)
    return is_unsent and POLICY.user_has_permission(request.user, "change")


@require_POST
def send_again(request: HttpRequest, mail_id: int) -> HttpResponse:
    """Let a mail be sent by the next run of the minute's job."""
    mail = get_object_or_404(OutgoingMail, pk=mail_id)
    if not POLICY.user_has_permission(request.user, "change"):
        raise PermissionDenied
    if outbox.send_again(mail):
        messages.success(request, gettext("The mail is sent within a minute or two."))
    else:
        messages.warning(request, gettext("The mail has been sent, or could never be written."))
    return redirect("outgoing_mail")


def urls() -> list[URLPattern]:
    address = "raportit/lahteva-posti/"
    return [
        path(address, MailReport.as_view(), name="outgoing_mail"),
        path(f"{address}taulukko/", MailReport.as_view(results_only=True), name="outgoing_mail_results"),
        path(f"{address}<int:mail_id>/uudelleen/", send_again, name="send_mail_again"),
    ]


class MailMenuItem(MenuItem):
    """The report's place among the reports, for those who may see it."""

    def __init__(self) -> None:
        super().__init__(
            MailReport.page_title, reverse("outgoing_mail"), name="outgoing-mail", icon_name="mail", order=1600
        )

    def is_shown(self, request: HttpRequest) -> bool:
        return POLICY.user_has_permission(request.user, "view")
