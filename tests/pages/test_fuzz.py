"""Whatever is sent to the search, the answer is whole: what `manage.py fuzz_search` sends, in small."""

from __future__ import annotations

from itertools import islice

import pytest

from benchmarks.fuzzing import check_markup, fuzz
from benchmarks.hostile import MARKER, draw
from search.log.writing import WRITER
from search.models import LogEntry
from tests import depth

pytestmark = [pytest.mark.usefixtures("demo"), pytest.mark.django_db(transaction=True)]

SEED = 4
REQUESTS = depth.examples(500)
BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0"


def test_hostile_requests_are_answered_without_a_fault():
    # As a browser sends them, so that the search log reads their words and the pages they name as their origin.
    report = fuzz(REQUESTS, seed=SEED, headers={"user-agent": BROWSER})
    assert report.requests == REQUESTS
    assert [(answer.request, answer.faults) for answer in report.violations] == []
    WRITER.flush()
    assert LogEntry.objects.exists()


def test_request_is_made_again_from_its_seed_and_number():
    codes = {"theme": ("prevention",), "tag": ()}
    drawn = list(islice(draw(SEED, codes, ("title",)), 20))
    assert list(islice(draw(SEED, codes, ("title",), first=13), 7)) == drawn[13:]
    assert drawn != list(islice(draw(SEED + 1, codes, ("title",)), 20))


@pytest.mark.parametrize(
    "html",
    [
        f"<p><{MARKER}></{MARKER}></p>",
        f'<p title="" {MARKER.upper()}="">a</p>',
        f"<p><!-- {MARKER} --></p>",
        f"<script>find('{MARKER}')</script>",
        '<a href=" JavaScript:alert(1)">a</a>',
        '<p onclick="a()">a</p>',
        "<p><mark>a</p></mark>",
        "<p><mark>a<mark>b</mark></mark></p>",
        "<p><mark>a",
    ],
)
def test_markup_of_a_query_and_unbalanced_marks_are_faults(html):
    assert check_markup(html)


def test_escaped_text_is_no_fault_and_the_field_says_what_was_asked():
    asked = f'"><{MARKER}>'
    html = f'<p>&lt;{MARKER}&gt; <mark>a</mark><br></p><input name="q" value="&quot;&gt;&lt;{MARKER}&gt;">'
    assert check_markup(html, field_values=[asked]) == []
    assert check_markup(html, field_values=["other"])
