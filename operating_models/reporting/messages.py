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
from django.utils.translation import gettext

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


def _send_to_owner(report: AdoptionReport) -> None:
    if report.is_retraction:
        news, shown = News.RETRACTED, report.supersedes
    else:
        news, shown = News.CORRECTED if report.supersedes_id else News.REPORTED, report
    with translation.override(settings.LANGUAGE_CODE):
        subject = {
            News.REPORTED: gettext("%(region)s reported on the model %(model)s"),
            News.CORRECTED: gettext("%(region)s corrected its report on the model %(model)s"),
            News.RETRACTED: gettext("%(region)s took back its report on the model %(model)s"),
        }[news]
        _send(subject, shown, people.addresses_of_owner(report.page), news=news, words=report.note)


def _send_to_region(answer: OwnerAnswer) -> None:
    report = answer.report
    with translation.override(settings.LANGUAGE_CODE):
        subject = gettext("The owner disputes the report of %(region)s on the model %(model)s")
        to = people.addresses_of_reporters(report.region)
        _send(subject, report, to, news=News.DISPUTED, words=answer.text)


def _send(subject: str, report: AdoptionReport, addresses: Sequence[str], *, news: News, words: str) -> None:
    """Send a mail of its own to each address, so that nobody sees the others'."""
    if not addresses:
        return
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
    line = subject % {"region": str(report.region), "model": report.page.title}
    get_connection().send_messages([EmailMessage(line, body, to=[address]) for address in addresses])


def _path_of(page: OperatingModelPage) -> str:
    parts = page.get_url_parts()
    return parts[2] if parts else "/"


def _full_url(path: str) -> str:
    return f"{settings.SITE_URL}{path}"
