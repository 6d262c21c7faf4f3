"""Files of the admin's reports, Wagtail's own too: one way of writing, Finnish headings, local time, no formula."""

import csv
import io
import re
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from django.urls import reverse
from openpyxl import load_workbook
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Page, PageLogEntry, TaskState, WorkflowState

from operating_models import csv_files
from search.models import EntryKind
from tests import factories
from tests.desk.test_search_reports import COMMON, log

ROOT = Path(__file__).resolve().parent.parent.parent
FORMULA = '=HYPERLINK("https://example.org";"Avaa")'
MOMENT = datetime(2026, 6, 30, 21, 30, 15, 123456, tzinfo=UTC)
"""In Helsinki the first of July, half past midnight."""

REPORTS = (
    *(f"wagtailadmin_reports:{name}" for name in ("aging_pages", "locked_pages", "site_history")),
    *("wagtailadmin_reports:workflow", "wagtailadmin_reports:workflow_tasks", "wagtailredirects:index"),
)


@pytest.fixture
def told(superuser):
    """Fill the reports with a page whose title is a formula."""
    page = factories.make_model(title=FORMULA)
    Page.objects.filter(pk=page.pk).update(
        last_published_at=MOMENT, latest_revision_created_at=MOMENT, locked=True, locked_at=MOMENT
    )
    draft = factories.make_model(title=FORMULA, live=False)
    draft.get_workflow().start(draft, superuser.user)
    WorkflowState.objects.update(created_at=MOMENT)
    TaskState.objects.update(started_at=MOMENT)
    PageLogEntry.objects.log_action(page, "wagtail.edit", user=superuser.user)
    PageLogEntry.objects.update(timestamp=MOMENT)
    Redirect.objects.create(old_path="/vanha", redirect_link="=1+1")
    log("=1+1", kind=EntryKind.SEARCH)
    return superuser


def rows(client, url):
    response = client.get(url, {"export": "csv"})
    content = b"".join(response)
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";"))


@pytest.mark.django_db
@pytest.mark.parametrize("name", REPORTS)
def test_a_report_of_wagtail_is_a_file_for_finnish_spreadsheets(told, name):
    heading, *lines = rows(told, reverse(name))
    assert lines
    assert not [cell for cell in heading if not re.fullmatch(r"[A-ZÅÄÖ][a-zåäö /]+|ID", cell)]
    cells = [cell for line in lines for cell in line]
    assert not [cell for cell in cells if cell.startswith("=")]
    assert f"'{FORMULA}" in cells or "'=1+1" in cells
    if name != "wagtailredirects:index":
        assert "1.7.2026 0.30" in cells


@pytest.mark.django_db
def test_an_own_report_is_written_the_same_way(told):
    assert rows(told, COMMON)[1] == ["'=1+1", "1", "0", "0"]


@pytest.mark.django_db
def test_a_workbook_has_local_time_too(told):
    response = told.get(reverse("wagtailadmin_reports:workflow"), {"export": "xlsx"})
    sheet = load_workbook(io.BytesIO(b"".join(response))).active
    cells = [cell.value for row in sheet.rows for cell in row]
    assert datetime(2026, 7, 1, 0, 30, 15, 123000) in [
        cell.replace(microsecond=123000) if isinstance(cell, datetime) else cell for cell in cells
    ]


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (None, ""),
        (True, "kyllä"),
        (-2, "-2"),
        (1234567.5, "1234567,5"),
        (0.00001, "0,00001"),
        (Decimal("12.50"), "12,50"),
        (MOMENT, "1.7.2026 0.30"),
        (date(2026, 7, 1), "1.7.2026"),
        (["=1", "b"], "'=1, b"),
        ("a;b", '"a;b"'),
        ("\uff1d1+1", "'\uff1d1+1"),
        ("\n=1", '"\'\n=1"'),
        ("-2", "'-2"),
    ],
)
def test_a_value_is_written_as_a_spreadsheet_in_finnish_reads_it(value, written):
    assert b"".join(csv_files.write([[value, "x"]])).decode("utf-8-sig") == f"{written};x\r\n"


def test_no_other_module_writes_csv():
    rooms = ("kb_site", "home", "operating_models", "search")
    found = [
        str(path.relative_to(ROOT))
        for room in rooms
        for path in (ROOT / room).rglob("*.py")
        if re.search(r"csv\.(Dict)?[wW]riter", path.read_text())
    ]
    assert found == ["operating_models/csv_files.py"]
