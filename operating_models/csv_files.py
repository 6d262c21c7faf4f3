"""CSV files as spreadsheets in Finnish read them: UTF-8 with its mark, semicolons, decimal commas, no formula.

Every CSV file of the product is written here, those of the admin's lists and reports too.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time
from decimal import Decimal

from django.utils import timezone
from django.utils.formats import date_format, get_format, time_format
from django.utils.translation import gettext

FORMULA = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""First characters that make a spreadsheet take a text for a formula, of full width too."""

CONTENT_TYPE = "text/csv; charset=utf-8"


def write(rows: Iterable[Iterable[object]]) -> Iterator[bytes]:
    """Yield the bytes of a file, row by row. Numbers and times are written as such, all else as harmless text."""
    yield "\ufeff".encode()
    for row in rows:
        line = io.StringIO()
        csv.writer(line, delimiter=";", lineterminator="\r\n").writerow([_cell(value) for value in row])
        yield line.getvalue().encode()


def _cell(value: object) -> str:
    match value:
        case None:
            return ""
        case bool():
            return gettext("yes") if value else gettext("no")
        case int():
            return str(value)
        case float() | Decimal():
            return f"{Decimal(str(value)):f}".replace(".", get_format("DECIMAL_SEPARATOR"))
        case datetime():
            local = timezone.localtime(value) if timezone.is_aware(value) else value
            return date_format(local, "SHORT_DATETIME_FORMAT")
        case date():
            return date_format(value, "SHORT_DATE_FORMAT")
        case time():
            return time_format(value)
        case list() | tuple():
            return _harmless(", ".join(map(str, value)))
        case _:
            return _harmless(str(value))


def _harmless(text: str) -> str:
    return f"'{text}" if text.lstrip().startswith(FORMULA) or text[:1] in ("\t", "\r", "\n") else text
