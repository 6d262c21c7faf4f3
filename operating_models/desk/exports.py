"""The files of the admin's lists and reports, Wagtail's own too: the product's CSV, local time, headings in words.

Overrides of Wagtail: docs/decisions/0020-wagtail-overrides.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from wagtail.admin.views.mixins import SpreadsheetExportMixin
from wagtail.admin.views.reports.base import PageReportView
from wagtail.admin.views.reports.locked_pages import LockedPagesView

from operating_models import csv_files

HEADINGS = {
    "finished_at": _("finished"),
    "finished_by": _("finished by"),
    "requested_by": _("requested by"),
    "started_at": _("started"),
    "task": _("task"),
    "title": _("title"),
    "workflow": _("workflow"),
}
"""Of fields that Wagtail's reports call after their attributes."""

TITLED_TYPE, TYPE = "content_type.model_class._meta.verbose_name.title", "specific_class.get_verbose_name"
"""The name of a page's type: Wagtail writes each of its words with a capital letter."""


def assign() -> None:
    """Put the overrides in their place; every view that exports inherits them."""
    mixin, get_heading = SpreadsheetExportMixin, SpreadsheetExportMixin.get_heading

    def heading(view: SpreadsheetExportMixin, rows: QuerySet | Iterable[object], field: str) -> str:
        named = view.export_headings.get(field) or HEADINGS.get(field) or get_heading(view, rows, field)
        return capfirst(str(named))

    for report in (PageReportView, LockedPagesView):
        report.list_export = [TYPE if field == TITLED_TYPE else field for field in report.list_export]
        report.export_headings = {**report.export_headings, TYPE: report.export_headings[TITLED_TYPE]}
    mixin.get_heading = heading
    mixin.stream_csv = _stream_csv
    local_time = {mixin.FORMAT_XLSX: _without_zone}
    mixin.custom_value_preprocess = {**mixin.custom_value_preprocess, datetime: local_time}


def _stream_csv(view: SpreadsheetExportMixin, rows: QuerySet | Iterable[object]) -> Iterator[bytes]:
    def lines() -> Iterator[list[object]]:
        yield [view.get_heading(rows, field) for field in view.list_export]
        for row in rows:
            told = view.to_row_dict(row).items()
            yield [view.preprocess_field_value(field, value, view.FORMAT_CSV) for field, value in told]

    return csv_files.write(lines())


def _without_zone(moment: datetime) -> datetime:
    """Return a moment in local time: a cell of a spreadsheet knows no zone."""
    return timezone.make_naive(moment) if timezone.is_aware(moment) else moment
