"""The measurements measure something: both searches find, a real server answers, and every row has its numbers."""

from __future__ import annotations

import re
import threading
from contextlib import nullcontext
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from wagtail.models import Page

from benchmarks import comparison, scratch, stock, throughput, timing
from benchmarks.management.commands import bench_search
from benchmarks.synthetic import make_models
from operating_models.models import OperatingModelPage
from search.criteria import Criteria
from search.indexing import upkeep
from tests import depth, factories

pytestmark = pytest.mark.django_db(transaction=True)

MODELS = 60 if depth.CHOSEN == "deep" else 30


def build_both(number=MODELS):
    make_models(number, lambda done: None)
    upkeep.rebuild(lambda done, total: None)
    heard = []
    with stock.searchable_texts():
        stock.build(heard.append)
    return heard


def test_stock_search_finds_by_body_and_counts_regions_and_vocabularies():
    make_models(3, lambda done: None)
    found = OperatingModelPage.objects.order_by("pk")[0]
    OperatingModelPage.objects.filter(pk=found.pk).update(conditions="<p>Tarvitaan seniorineuvola.</p>")
    with stock.searchable_texts():
        stock.build(lambda done: None)
        page = stock.search(Criteria(words="seniorineuvola"))
        theme = found.themes.first()
        narrowed = stock.search(Criteria(words="seniorineuvola", selections={"theme": (theme.code,)}))
    assert page.page_ids == narrowed.page_ids == (found.pk,)
    assert page.total == 1
    assert page.counts["region"] == {found.get_parent().path: 1}
    assert page.counts["theme"] == dict.fromkeys(found.themes.values_list("pk", flat=True), 1)
    assert page.counts["target_group"] == dict.fromkeys(found.target_groups.values_list("pk", flat=True), 1)


def test_facet_of_the_stock_search_is_counted_without_its_own_selection():
    make_models(1, lambda done: None)
    model = OperatingModelPage.objects.get()
    OperatingModelPage.objects.update(idea="<p>Seniorineuvola.</p>")
    absent = next(code for code in ("access", "prevention") if not model.themes.filter(code=code).exists())
    with stock.searchable_texts():
        stock.build(lambda done: None)
        page = stock.search(Criteria(words="seniorineuvola", selections={"theme": (absent,)}))
    assert page.page_ids == ()
    assert set(page.counts["theme"]) == set(model.themes.values_list("pk", flat=True)) != set()
    assert sum(page.counts["target_group"].values()) == 0
    assert sum(page.counts["theme"].values()) > 0


def test_admin_index_is_as_before_after_a_comparison():
    before = OperatingModelPage.search_fields
    with stock.searchable_texts():
        assert len(OperatingModelPage.search_fields) > len(before)
    assert OperatingModelPage.search_fields is before
    model = factories.make_model("15", "Kaatumisten ehkäisy", lead="Seniorineuvola")
    search = stock.stock_backend().search
    assert [page.pk for page in search("kaatumisten", Page.objects.all())] == [model.pk]
    assert list(search("seniorineuvola", Page.objects.all())) == []


def test_both_searches_are_asked_the_same_and_both_find(monkeypatch):
    monkeypatch.setattr(comparison, "QUERIES", 20)
    assert build_both()[-1] == MODELS
    rows = list(comparison.compare(seconds=60))
    assert [(row.state, row.kind) for row in rows] == [
        ("as installed", "no facet"),
        ("as installed", "one facet"),
        ("tuned", "no facet"),
        ("tuned", "one facet"),
    ]
    for row in rows:
        assert len(row.runs) == 20
        assert all(run.ours > 0 and run.stock > 0 for run in row.runs)
    installed, _faceted, tuned, _faceted = rows
    assert min(installed.found) > 0
    assert [run.stock_total for run in installed.runs] == [run.stock_total for run in tuned.runs]
    assert all(run.stock_total <= run.our_total for run in installed.runs)


def test_slow_side_has_three_runs_when_its_time_is_over_at_once():
    build_both(25)
    assert [len(row.runs) for row in comparison.compare(seconds=0)] == [3, 3, 3, 3]


def test_ratio_below_its_aim_is_explained_and_another_is_not():
    slow = comparison.PairedRun(words=2, ours=10, stock=50, our_total=5, stock_total=1)
    below = comparison.StockComparison(comparison.TUNED, "no facet", 10, (slow,))
    reached = comparison.StockComparison(comparison.TUNED, "no facet", 5, (slow,))
    assert below.ratio == 5
    assert "5 is below the aim of 10" in below.explain()
    assert "2: 5 (1 runs, median 1 stock hits)" in below.explain()
    assert reached.explain() == ""


def test_every_part_prints_its_rows_with_numbers(monkeypatch):
    # The test's own database is thrown away as a scratch database is, and is there at once.
    monkeypatch.setattr(scratch, "scratch_database", nullcontext)
    monkeypatch.setattr(bench_search, "USERS", (1, 3))
    monkeypatch.setattr(timing, "QUERIES", 10)
    monkeypatch.setattr(comparison, "QUERIES", 12)
    monkeypatch.setattr(throughput, "WORKERS", 1)
    ports, press = [], throughput.press
    monkeypatch.setattr(
        throughput, "press", lambda port, *args, **how: ports.append(port) or press(port, *args, **how)
    )
    out = StringIO()
    call_command("bench_search", models=MODELS, stock_seconds=30, user_seconds=1, stdout=out)
    printed = out.getvalue()
    # Nobody answers once the measurement is over.
    assert press(ports[0], ["/"], users=1, seconds=0.1).requests == 0

    rows = [[cell.strip() for cell in line.strip("│ ").split("│")] for line in printed.splitlines() if "│" in line]
    times = {row[0]: row[1:] for row in rows if len(row) == 5}
    assert {"find()", "served page", "suggestions", "indexing a publish"} <= set(times)
    assert all(float(p50) > 0 and float(p95) > 0 for p50, p95, *_rest in times.values())

    compared = [row for row in rows if len(row) == 9]
    assert [row[:2] for row in compared] == [
        [state, kind] for state in ("as installed", "tuned") for kind in ("no facet", "one facet")
    ]
    assert all(float(cell) > 0 for row in compared for cell in row[2:8])

    loads = [row for row in rows if len(row) == 6]
    assert [row[0] for row in loads] == ["1", "3"]
    assert all(float(cell) > 0 for row in loads for cell in row[1:5])
    assert [row[5] for row in loads] == ["0", "0"]

    found = re.findall(
        r"no facet: of 12 queries find\(\) found something for (\d+), the stock search for (\d+)", printed
    )
    assert len(found) == 2
    assert all(int(number) > 0 for pair in found for number in pair)
    assert connection.display_name in printed
    assert "Calibration loop" in printed


def test_kept_database_is_measured_again_without_making_its_models(monkeypatch):
    # The test's own database stays between the two, as a kept one does.
    monkeypatch.setattr(scratch, "scratch_database", nullcontext)
    monkeypatch.setattr(bench_search.Command, "_time", lambda self, **options: self._say("Measured."))
    printed = []
    for _turn in range(2):
        out = StringIO()
        call_command("bench_search", "--models=5", "--parts=times", "--keep=twice", stdout=out)
        printed.append(out.getvalue())
    assert ["from nothing" in text for text in printed] == [True, False]
    assert all("with all words known" in text and "Measured." in text for text in printed)
    assert OperatingModelPage.objects.count() == 5
    with pytest.raises(CommandError, match="has 5 models and not 6"):
        call_command("bench_search", "--models=6", "--parts=times", "--keep=twice")


def test_database_that_a_comparison_tunes_is_not_kept():
    with pytest.raises(CommandError, match="tuned for good"):
        call_command("bench_search", "--models=5", "--keep=twice")


@pytest.mark.parametrize("name", ["../up", "a b", "Iso", '"', ""])
def test_name_that_no_database_may_have_is_refused(name):
    with pytest.raises(CommandError, match="other characters"):
        call_command("bench_search", "--keep", name)


class WrongAnswers(BaseHTTPRequestHandler):
    """Answers as the site does where there is no page."""

    def do_GET(self):
        self.send_error(HTTPStatus.NOT_FOUND)

    def log_message(self, *args):
        """Say nothing."""


def test_wrong_answers_of_the_server_are_counted_as_errors():
    with ThreadingHTTPServer((throughput.HOST, 0), WrongAnswers) as server:
        threading.Thread(target=server.serve_forever).start()
        load = throughput.press(server.server_port, ["/no-such-page/"], users=2, seconds=0.5)
        server.shutdown()
    assert load.requests == 0
    assert load.errors > 0
    assert load.p50 == 0


def test_server_that_cannot_start_says_why(settings):
    settings.WSGI_APPLICATION = "kb_site.no_such_module.application"
    with pytest.raises(throughput.ServerError, match="no_such_module"), throughput.serve():
        pass
