"""The search log: what is counted, what is never kept, and that readers neither wait for it nor are known by it."""

from __future__ import annotations

import time
from datetime import date, timedelta
from io import StringIO

import pytest
import time_machine
from django.core.management import call_command
from django.db import connection
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from search.criteria import Criteria
from search.log.keeping import digest
from search.log.visits import Visit
from search.log.writing import WRITER, Writer
from search.models import EntryKind, HeldWord, LogEntry, LogWord, SynonymSet
from tests import factories
from tests.pages.reading import SEARCH
from tests.search.processes import finish, start

pytestmark = pytest.mark.django_db

BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
HOST = "http://testserver"
DAY = date(2026, 11, 2)


@pytest.fixture(autouse=True)
def nothing_waits():
    WRITER.flush()
    LogEntry.objects.all().delete()
    HeldWord.objects.all().delete()


@pytest.fixture
def model(committed):
    with committed():
        return factories.make_model(title="Kaatumisten ehkäisy")


def visit(url=SEARCH, *, came_from="", agent=BROWSER, headers=None, method="get", **parameters):
    """Ask for a page as a browser does; ``came_from`` is the address of the page whose link was followed."""
    sent = {"User-Agent": agent} | ({"Referer": HOST + came_from} if came_from else {}) | (headers or {})
    response = Client(headers=sent).generic(method.upper(), url, QUERY_STRING=encode(parameters))
    assert response.status_code == 200
    return response


def encode(parameters):
    request = Client().get("/x", parameters).wsgi_request if parameters else None
    return request.META["QUERY_STRING"] if request else ""


def logged():
    """Write what waits, and return the entries with their words in order of time."""
    WRITER.flush()
    return [
        (entry.kind, [word.word for word in entry.words.order_by("pk")]) for entry in LogEntry.objects.order_by("pk")
    ]


def searched(*words):
    return (EntryKind.SEARCH, list(words))


class TestWhatIsStored:
    def test_search_with_its_day_language_words_hits_and_selections(self, model):
        with time_machine.travel("2026-11-02T23:30:00+02:00", tick=False):
            visit(q="EHKÄISY  kaatumisissa", region=["15", "08"], theme="nonsense")
        assert logged() == [searched("ehkäisy", "kaatumisissa")]

        entry = LogEntry.objects.get()
        assert (entry.day, entry.language, entry.full, entry.partial) == (DAY, "fi", 1, 0)
        assert entry.selections == {"region": ["08", "15"]}
        assert (entry.hidden_words, entry.page_id, entry.position) == (0, None, None)

    def test_no_column_could_hold_a_time_or_a_person(self):
        columns = {
            field.name
            for kind in (LogEntry, LogWord, HeldWord)
            for field in kind._meta.get_fields()
            if not field.is_relation or field.concrete
        }
        assert columns == {
            *("id", "day", "kind", "language", "full", "partial", "selections", "hidden_words", "page", "position"),
            *("entry", "word", "found", "digest"),
        }

    def test_logging_sets_no_cookie(self, model):
        response = visit(q="kaatuminen")
        response = visit(model.url, came_from=f"{SEARCH}?q=kaatuminen")
        assert not response.cookies

    def test_list_of_everything_is_no_search(self):
        visit()
        assert logged() == []

    def test_selections_without_words_are_one(self):
        visit(region="15")
        assert logged() == [searched()]

    def test_function_words_are_left_out_and_a_name_of_several_words_is_one(self, model):
        visit(q="kaatumiset ja Keski-Suomen hyvinvointialue")
        assert logged() == [searched("kaatumiset", "keski-suomen hyvinvointialue")]

    def test_word_that_no_page_has_is_told_apart(self, model):
        SynonymSet.objects.create(finnish=["xyzzy", "plugh"])
        visit(q="xyzzy kaatuminen")
        assert logged() == [searched("xyzzy", "kaatuminen")]
        assert list(LogWord.objects.order_by("pk").values_list("word", "found")) == [
            ("xyzzy", False),
            ("kaatuminen", True),
        ]


class TestWhichWordsAreKept:
    def test_unknown_word_is_only_a_digest_until_a_third_day_brings_it(self, model):
        for day in range(3):
            with time_machine.travel(f"2026-11-0{day + 1}T12:00:00+02:00", tick=False):
                for _ in range(4):
                    visit(q="Virtaslainen kaatuminen")
                words = ("virtaslainen", "kaatuminen") if day == 2 else ("kaatuminen",)
                assert logged()[-1] == searched(*words)
        assert LogWord.objects.filter(word="virtaslainen").count() == 4
        assert set(LogEntry.objects.filter(hidden_words=1).values_list("day", flat=True)) == {
            date(2026, 11, 1),
            date(2026, 11, 2),
        }
        assert not HeldWord.objects.exists()

        with time_machine.travel("2026-11-09T12:00:00+02:00", tick=False):
            visit(q="virtaslainen")
            assert logged()[-1] == searched("virtaslainen")

    def test_held_word_stands_nowhere_as_text(self):
        visit(q="virtaslainen")
        assert logged() == [searched()]
        held = HeldWord.objects.get()
        assert held.digest == digest("virtaslainen")
        assert "virta" not in held.digest

    def test_digest_depends_on_the_key_of_the_service(self):
        before = digest("virtaslainen")
        with override_settings(SECRET_KEY="another"):
            assert digest("virtaslainen") != before

    def test_word_of_a_document_or_a_concept_is_kept_at_once(self, model):
        SynonymSet.objects.create(swedish=["fallolycka"], finnish=["tapaturma"])
        visit(q="kaatumisissa fallolyckor Kainuussa")
        assert logged() == [searched("kaatumisissa", "fallolyckor", "kainuussa")]

    def test_word_that_is_only_a_part_of_longer_ones_is_not_known(self, committed):
        with committed():
            factories.make_model(title="Kalliokiipeily")
        visit(q="kallio")
        assert logged() == [searched()]

    def test_quoted_words_are_kept_or_not_each_by_itself(self, model):
        visit(q='"kaatumisten virtaslainen"')
        assert logged() == [searched("kaatumisten")]

    @pytest.mark.parametrize(
        "written", ["131052-308T", "131052Y308T", "13 10 52 A 308 T", "040 123 4567", "matti@example.fi"]
    )
    def test_personal_data_is_kept_neither_whole_nor_in_part_nor_as_a_digest(self, model, written):
        for day in range(1, 6):
            with time_machine.travel(f"2026-11-0{day}T12:00:00+02:00", tick=False):
                visit(q=f"kaatuminen {written}")
                visit(model.url, came_from=f"{SEARCH}?{encode({'q': f'kaatuminen {written}'})}")
                assert logged()[-2:] == [searched("kaatuminen"), (EntryKind.OPENING, ["kaatuminen"])]
        assert not HeldWord.objects.exists()
        assert LogEntry.objects.order_by("pk")[0].hidden_words > 0

    def test_selections_that_nothing_knows_are_kept_nowhere(self, model):
        visit(q="kaatuminen", tag="131052-308T")
        visit(model.url, came_from=f"{SEARCH}?q=kaatuminen&tag=131052-308T&region=Virtanen")
        assert len(logged()) == 2
        assert list(LogEntry.objects.values_list("selections", flat=True)) == [{}, {}]


class TestWhatIsANewSearch:
    WORDS = f"{SEARCH}?q=kaatuminen"

    def test_same_words_with_other_selections_narrow_the_search(self, model):
        visit(q="kaatuminen")
        visit(q="kaatuminen", region="15", came_from=self.WORDS)
        assert logged() == [searched("kaatuminen"), (EntryKind.NARROWING, ["kaatuminen"])]

    @pytest.mark.parametrize(
        "parameters",
        [{"p": "2"}, {"sort": "newest"}, {"p": "2", "sort": "title"}, {}],
        ids=["page", "order", "both", "again"],
    )
    def test_another_page_or_order_of_the_same_search_adds_nothing(self, model, parameters):
        visit(q="kaatuminen", came_from=self.WORDS, **parameters)
        assert logged() == []

    def test_later_page_and_chosen_order_add_nothing_where_the_browser_names_no_page_before(self, committed):
        with committed():
            for number in range(21):
                factories.make_model(title=f"Kaatuminen {number}")
        visit(q="kaatuminen", p="2")
        visit(q="kaatuminen", sort="title")
        assert logged() == []

    def test_other_words_from_the_page_of_results_are_a_new_search_in_a_chosen_order_too(self, model):
        visit(q="ehkäisy", sort="title", came_from=f"{self.WORDS}&sort=title")
        assert logged() == [searched("ehkäisy")]

    def test_search_from_another_page_or_site_is_new(self, model):
        visit(q="kaatuminen", came_from=model.url)
        visit(q="kaatuminen", headers={"Referer": "https://example.fi/toimintamallit/?q=kaatuminen"})
        assert logged() == [searched("kaatuminen")] * 2

    def test_page_loaded_again_is_not_counted(self, model):
        visit(q="kaatuminen", headers={"Cache-Control": "max-age=0"})
        visit(model.url, came_from=self.WORDS, headers={"Cache-Control": "no-cache"})
        assert logged() == []

    @pytest.mark.parametrize(
        "headers",
        [
            {"Sec-Purpose": "prefetch"},
            {"Sec-Purpose": "prefetch;prerender"},
            {"Purpose": "prefetch"},
            {"X-Moz": "prefetch"},
        ],
    )
    def test_page_fetched_ahead_is_not_counted(self, model, headers):
        visit(q="kaatuminen", headers=headers)
        visit(model.url, came_from=self.WORDS, headers=headers)
        assert logged() == []

    @pytest.mark.parametrize(
        "agent",
        [
            "",
            "Googlebot/2.1",
            "Mozilla/5.0 (compatible; bingbot/2.0)",
            "curl/8",
            "python-requests/2",
            "HeadlessChrome/1",
        ],
    )
    def test_programs_are_not_counted(self, model, agent):
        visit(q="kaatuminen", agent=agent)
        visit(model.url, came_from=self.WORDS, agent=agent)
        assert logged() == []

    def test_telephone_with_bot_in_its_name_is(self, model):
        visit(q="kaatuminen", agent="Mozilla/5.0 (Linux; Android 14; CUBOT X70)")
        assert logged() == [searched("kaatuminen")]

    def test_request_for_headers_only_is_not_counted(self, model):
        visit(q="kaatuminen", method="head")
        assert logged() == []

    @pytest.mark.parametrize(
        "referer", ["http://[", "\x7f", "//", f"{HOST}{SEARCH}?" + "a&" * 5000, f"{HOST}{SEARCH}?q=%00%ff"]
    )
    def test_odd_referer_does_no_harm(self, model, referer):
        visit(q="kaatuminen", headers={"Referer": referer})
        visit(model.url, headers={"Referer": referer})
        assert searched("kaatuminen") in logged()


class TestOpenedModels:
    def test_model_opened_from_results_is_logged_with_its_place(self, committed):
        with committed():
            models = [factories.make_model(title=f"Kaatuminen {number:02}") for number in range(1, 23)]
        visit(models[20].url, came_from=f"{SEARCH}?q=kaatuminen&sort=title&region=15&p=2")

        assert logged() == [(EntryKind.OPENING, ["kaatuminen"])]
        entry = LogEntry.objects.get()
        assert (entry.page_id, entry.position, entry.selections) == (models[20].pk, 21, {"region": ["15"]})
        assert (entry.full, entry.partial) == (None, None)

    def test_model_that_was_no_hit_has_no_place(self, model):
        visit(model.url, came_from=f"{SEARCH}?q=xyzzy&region=15")
        logged()
        assert LogEntry.objects.get().position is None

    @pytest.mark.parametrize("before", ["", SEARCH, "/", "/toimintamallit/kainuu/?q=kaatuminen"])
    def test_model_opened_from_elsewhere_is_not_logged(self, model, before):
        visit(model.url, came_from=before)
        assert logged() == []

    def test_address_of_a_hit_is_the_plain_address_of_the_model(self, model):
        assert f'<a href="{model.url}">' in visit(q="kaatuminen").content.decode()

    def test_browsers_are_asked_to_name_the_page_before_within_the_site_only(self):
        assert visit(q="kaatuminen").headers["Referrer-Policy"] == "same-origin"

    def test_deleting_a_model_leaves_the_entry(self, model):
        visit(model.url, came_from=f"{SEARCH}?q=kaatuminen")
        logged()
        key = model.pk
        model.delete()
        assert LogEntry.objects.get().page_id == key


class TestBesideTheRequest:
    def count(self, agent):
        visit(q="kaatuminen", agent=agent)
        with CaptureQueriesContext(connection) as captured:
            visit(q="kaatuminen", agent=agent)
        return len(captured)

    def test_logging_adds_no_query_to_a_request(self, model):
        assert self.count(BROWSER) == self.count("")

    def test_nothing_is_written_before_the_batch_is(self, model):
        visit(q="kaatuminen")
        assert not LogEntry.objects.exists()
        assert WRITER.flush() == 1
        assert WRITER.flush() == 0
        assert LogEntry.objects.count() == 1

    def test_full_memory_drops_what_comes_and_says_how_much(self, caplog):
        writer = Writer(seconds=0, most=2)
        for _ in range(5):
            writer.put(Visit(EntryKind.SEARCH, DAY, "fi", Criteria(words="kotihoito"), full=0, partial=0))
        assert writer.flush() == 2
        assert "3 entries were dropped" in caplog.text

    def test_with_no_days_to_keep_nothing_is_logged(self, model):
        with override_settings(SEARCH_LOG_DAYS=0):
            visit(q="kaatuminen")
        assert logged() == []

    def test_tick_deletes_what_is_as_old_as_the_settings_say(self, model):
        today = timezone.localdate()
        for days in (364, 365, 400):
            entry = LogEntry.objects.create(day=today - timedelta(days=days), kind=EntryKind.SEARCH, language="fi")
            LogWord.objects.create(entry=entry, word=f"sana{days}", found=True)
            HeldWord.objects.create(day=entry.day, digest=str(days))
        call_command("tick", stdout=StringIO(), stderr=StringIO(), verbosity=0)

        assert LogWord.objects.get().word == "sana364"
        assert LogEntry.objects.count() == 1
        assert HeldWord.objects.get().digest == "364"


@pytest.mark.django_db(transaction=True)
class TestThread:
    def entry(self):
        return Visit(EntryKind.SEARCH, DAY, "fi", Criteria(words="kotihoito"), full=0, partial=0)

    def test_thread_writes_what_waits_without_being_told(self):
        writer = Writer(seconds=0.05)
        writer.put(self.entry())
        assert wait_for(lambda: LogEntry.objects.count() == 1)
        writer.stop()

    def test_thread_goes_on_after_a_failed_batch(self, caplog):
        writer = Writer(seconds=0.05)
        # A day that no database takes.
        writer.put(Visit(EntryKind.SEARCH, "no day", "fi", Criteria(words="kotihoito"), full=0, partial=0))
        assert wait_for(lambda: "was not written" in caplog.text)
        writer.put(self.entry())
        assert wait_for(lambda: LogEntry.objects.count() == 1)
        writer.stop()

    def test_end_of_a_process_writes_what_waits_in_a_forked_worker_of_a_server_too(self):
        code, output, errors = finish(start(ENDING_PROCESSES))
        assert (code, output) == (0, ""), errors
        assert LogEntry.objects.count() == 2


ENDING_PROCESSES = """
import multiprocessing
from datetime import date

from search.criteria import Criteria
from search.models import EntryKind
from search.log.visits import Visit
from search.log.writing import Writer

def search(writer):
    writer.put(Visit(EntryKind.SEARCH, date(2026, 11, 2), "fi", Criteria(words="kotihoito"), full=0, partial=0))

writer = Writer(seconds=600)
worker = multiprocessing.get_context("fork").Process(target=search, args=[writer])
worker.start()
worker.join()
search(writer)
"""


def wait_for(condition):
    """Return whether the condition comes true within a generous time."""
    end = timezone.now() + timedelta(seconds=30)
    while timezone.now() < end:
        if condition():
            return True
        time.sleep(0.05)
    return False
