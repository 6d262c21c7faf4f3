"""Mails about reports: to the owner of a model, and to a region whose report its owner disputes.

They are put into the outbox in the transaction of the fact, and sent by the minute's job.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy

from operating_models.mail.receivers import Receiver
from operating_models.models import AdoptionReport, OperatingModelPage, OwnerAnswer, Verdict
from operating_models.reporting import people


class News(StrEnum):
    """What a mail is about."""

    REPORTED = "reported"
    CORRECTED = "corrected"
    RETRACTED = "retracted"
    DISPUTED = "disputed"


def tell_owner(report: AdoptionReport) -> None:
    """Tell the owner of a model of a report by another region."""
    owner = report.page.get_parent().specific
    if owner.region_id != report.region_id:
        _send_to_owner(report)


def tell_region(answer: OwnerAnswer) -> None:
    """Tell the region's reporters that the owner disputes what they reported."""
    if answer.verdict == Verdict.DISPUTED:
        _send_to_region(answer)


SUBJECTS = {
    News.REPORTED: gettext_lazy("%(region)s reported on the model %(model)s"),
    News.CORRECTED: gettext_lazy("%(region)s corrected its report on the model %(model)s"),
    News.RETRACTED: gettext_lazy("%(region)s took back its report on the model %(model)s"),
    News.DISPUTED: gettext_lazy("The owner disputes the report of %(region)s on the model %(model)s"),
}


def _send_to_owner(report: AdoptionReport) -> None:
    if report.is_retraction:
        news, shown = News.RETRACTED, report.supersedes
    else:
        news, shown = News.CORRECTED if report.supersedes_id else News.REPORTED, report
    _send(news, shown, people.receivers_of_owner(report.page), words=report.note)


def _send_to_region(answer: OwnerAnswer) -> None:
    report = answer.report
    _send(News.DISPUTED, report, people.receivers_of_region(report.region), words=answer.text)


def _send(news: News, report: AdoptionReport, receivers: Sequence[Receiver], *, words: str) -> None:
    """Send a mail of its own to each receiver, in the receiver's language, so that nobody sees the others'."""
    mails = []
    for receiver in receivers:
        with translation.override(receiver.language):
            subject, body = _write(news, report, words=words)
        mails.append(EmailMessage(subject, body, to=[receiver.address]))
    if mails:
        get_connection().send_messages(mails)


def _write(news: News, report: AdoptionReport, *, words: str) -> tuple[str, str]:
    """Return subject and body in the language of the moment."""
    told = {
        "news": news.value,
        "region": report.region.full_name,
        "model": report.page.title,
        "status": str(report.get_status_display()),
        "since": str(report.valid_from),
        "words": words,
        "report_url": _full_url(reverse("adoption_report", args=[report.pk])),
        "model_url": _full_url(_path_of(report.page)),
    }
    # The mail is plain text: what looks like markup is none, and an escaped quotation mark would be read as it is.
    plain = {name: SafeString(text) for name, text in told.items()}
    body = render_to_string("operating_models/mail/report.txt", plain)
    return SUBJECTS[news] % {"region": str(report.region), "model": report.page.title}, body


def _path_of(page: OperatingModelPage) -> str:
    parts = page.get_url_parts()
    return parts[2] if parts else "/"


def _full_url(path: str) -> str:
    return f"{settings.SITE_URL}{path}"
