"""Changes reach a real Elasticsearch, whatever it goes through; publishing and searching go on without it."""

from __future__ import annotations

import logging
import time
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.utils import timezone
from wagtail.models import Page, PageViewRestriction

from search import catalogue as catalogues
from search import index_version
from search.criteria import Criteria
from search.elasticsearch import deployment, mirror, outbox
from search.elasticsearch.index import TIMEOUT, Change
from search.elasticsearch.models import Delivery
from search.finding.results import find
from search.indexing import upkeep
from search.memory.engine import ENGINE
from search.models import IndexState
from search.terms.search_server import Delivered, SearchServerFailed
from tests import factories
from tests.search import processes
from tests.search.conftest import entry
from tests.search.test_upkeep import run
from tests.search.troubled_server import Door

pytestmark = pytest.mark.django_db(transaction=True)

PREFIXES = iter(range(10_000))
WITHOUT_END = "a" * 40_000
"""A sort key that no server takes."""


def use(url, cluster, settings):
    """Let the settings name the server, with an index of the test's own that is made."""
    name_server(url, cluster, settings)
    deployment.current().rebuild()
    return deployment.current()


def name_server(url, cluster, settings):
    settings.SEARCH_SERVER = "search.elasticsearch.deployment.current"
    settings.ELASTICSEARCH_URL = url
    settings.ELASTICSEARCH_INDEX = f"{cluster.prefix}-{next(PREFIXES)}"


@pytest.fixture
def engine(cluster, settings, db):
    chosen = use(cluster.url, cluster, settings)
    # A busy machine is no failure here.
    chosen.engine.timeout = 60.0
    return chosen


@pytest.fixture
def door(cluster):
    door = Door(cluster.url)
    yield door
    door.close()


@pytest.fixture
def troubled(door, cluster, settings, db):
    """The server behind a door."""
    return use(door.url, cluster, settings)


@pytest.fixture
def close_breaker():
    """Lets a server that failed be asked again at once, so that no test waits for a pause."""

    def renew():
        deployment.current().breaker.record_success()

    return renew


def seen(words, engine=None, **selections):
    selections = {facet: (code,) for facet, code in selections.items()}
    results = find(Criteria(words=words, selections=selections), engine=engine)
    return [hit.title for hit in results.hits], results.total, results.facets


def assert_same(words="", **selections):
    """The server and the process find the same."""
    assert seen(words, deployment.current().engine, **selections) == seen(words, ENGINE, **selections)


def difference():
    return deployment.current().compare()


def waiting():
    return list(Delivery.objects.order_by("page_id").values_list("page_id", flat=True))


# What is delivered.


@pytest.mark.parametrize(
    "change",
    [
        lambda model: model.unpublish(),
        lambda model: model.delete(),
        lambda model: model.get_parent().delete(),
        lambda model: PageViewRestriction.objects.create(
            page=model.get_parent(), restriction_type=PageViewRestriction.LOGIN
        ),
    ],
    ids=["unpublished", "deleted", "parent deleted", "restricted"],
)
def test_page_that_may_not_be_found_leaves_the_server_with_the_change(engine, change):
    model = factories.make_model("15", "Kaatumisten ehkäisy")
    other = factories.make_model("08", "Kaatumisvaaran arviointi")
    assert seen("kaatuminen", engine.engine)[1] == 2
    change(model)
    assert seen("kaatuminen", engine.engine)[1] == 1
    assert_same("kaatuminen")
    assert (difference().pages, waiting()) == ((), [])
    other.unpublish()


def test_published_edited_moved_and_reported_page_is_found_so_at_once(engine):
    model = factories.make_model("15", "Kaatumisten ehkäisy")
    factories.make_draft(model, lead="Uusi johdanto: hiihtokoulu.").publish()
    assert seen("hiihtokoulu", engine.engine)[1] == 1
    model.refresh_from_db()
    model.move(factories.region_page("08"), pos="last-child")
    assert seen("", engine.engine, region="08")[1] == 1
    factories.report(model, "09", "in_use")
    assert seen("", engine.engine, used_in="09")[1] == 1
    assert_same("hiihtokoulu", used_in="09")
    assert difference().pages == ()


def test_search_asks_the_server_and_marks_words_as_the_process_does(troubled, door):
    factories.make_model("15", "Kaatumisten ehkäisy", lead="Hiihtokoulu kaatuneille.")
    door.requests.clear()
    found = seen("kaatuminen hiihtokoulun")
    assert found[0] == ["<mark>Kaatumisten ehkäisy</mark>"]
    assert found == seen("kaatuminen hiihtokoulun", ENGINE)
    assert 1 <= len([path for _, path in door.requests if "_msearch" in path]) <= 6


def test_model_that_expires_leaves_the_results_at_that_moment_although_nothing_is_delivered(troubled):
    staying, leaving = (factories.make_model("15", f"Kaatumisten ehkäisy {number}") for number in range(2))
    leaving.expire_at = timezone.now() + timedelta(hours=1)
    leaving.save_revision().publish()
    before, after = (
        find(Criteria(words="kaatuminen"), engine=troubled.engine, now=timezone.now() + later)
        for later in (timedelta(), timedelta(hours=2))
    )
    assert {hit.page_id for hit in before.hits} == {staying.pk, leaving.pk}
    assert [hit.page_id for hit in after.hits] == [staying.pk]
    assert (before.total, after.total) == (2, 1)


def test_misspelt_word_is_corrected_as_in_the_process_and_without_a_question_for_each_near_word(troubled, door):
    factories.make_model("15", "Kaatumisten ehkäisy")
    door.requests.clear()
    # As it was typed: what is surely meant would be searched for with questions of its own.
    asked = Criteria(words="kaatummisten ehkäsy", as_typed=True)
    there = find(asked, engine=troubled.engine)
    assert len(door.requests) <= 6
    here = find(asked, engine=ENGINE)
    assert (there.correction, there.unknown) == (here.correction, here.unknown)
    assert there.correction is not None


def test_change_that_is_rolled_back_is_not_delivered(library, engine):
    with transaction.atomic():
        library.add(entry("Kaatumisten ehkäisy"))
        assert len(waiting()) == 1
        transaction.set_rollback(True)
    assert waiting() == []
    assert deployment.current().index().stamps() == {}


def test_process_that_dies_before_it_delivers_leaves_the_change_waiting(engine, settings):
    model = factories.make_model("15", "Kaatumisten ehkäisy", live=False)
    killed = processes.start(
        """
import os, sys
from django.conf import settings
from operating_models.models import OperatingModelPage
from search.elasticsearch import outbox
settings.SEARCH_SERVER = "search.elasticsearch.deployment.current"
settings.ELASTICSEARCH_URL, settings.ELASTICSEARCH_INDEX = sys.argv[1:3]
outbox.deliver_at_once = lambda connection, page_ids: os._exit(9)
OperatingModelPage.objects.get(pk=sys.argv[3]).get_latest_revision().publish()
""",
        settings.ELASTICSEARCH_URL,
        settings.ELASTICSEARCH_INDEX,
        model.pk,
    )
    assert processes.finish(killed)[0] == 9
    assert waiting() == [model.pk]
    assert deployment.current().deliver() == Delivered(arrived=1)
    assert difference().pages == ()


def test_nothing_is_noted_where_no_server_is_named(library):
    library.add(entry("Kaatumisten ehkäisy"))
    assert waiting() == []
    with pytest.raises(CommandError, match="ELASTICSEARCH_URL"):
        run("deliver_search", "--once")


def test_changes_of_a_page_wait_as_one_with_a_growing_version(library, troubled, door):
    door.shut()
    (page,) = library.add(entry("Ensimmäinen"))
    first = Delivery.objects.get()
    library.change(page, entry("Toinen"))
    second = Delivery.objects.get()
    assert second.version > first.version
    assert second.waiting_since == first.waiting_since
    door.open()
    assert deployment.current().deliver() == Delivered(arrived=1)
    assert difference().pages == ()


def test_version_grows_also_when_the_clock_steps_back(library, engine, monkeypatch):
    with transaction.atomic():
        index_version.lock(index_version.DOCUMENTS)
        before = outbox.draw_version()
        monkeypatch.setattr(time, "time_ns", lambda: 5)
        assert outbox.draw_version() == before + 1


def test_old_delivery_overwrites_no_newer_one(library, engine):
    (page,) = library.add(entry("Uusin"))
    index = engine.index()
    there = index.stamps()
    row = next(iter(outbox.read_documents([page.pk])))
    old = outbox.make_change(row, 5, index)
    old.body["stamp"] = 1
    assert index.send([old, Change(page.pk, 6, None)]) == []
    assert index.stamps() == there


def test_deleted_document_is_not_brought_back_by_an_old_delivery(library, engine):
    (page,) = library.add(entry("Uusin"))
    index = engine.index()
    row = next(iter(outbox.read_documents([page.pk])))
    late = outbox.make_change(row, time.time_ns(), index)
    upkeep.remove([page.pk])
    assert index.send([late]) == []
    assert index.stamps() == {}


# A server in trouble.


def test_client_waits_one_second_and_tries_once(engine):
    client = engine.engine.cluster.client
    assert TIMEOUT == 1.0
    given = (client._request_timeout, client._max_retries, client._retry_on_timeout, tuple(client._retry_on_status))
    assert given == (TIMEOUT, 0, False, ())


@pytest.mark.parametrize("trouble", ["stopped", "hang", "429", "503", "cut"])
def test_publishing_and_searching_go_on_without_the_server_and_it_is_whole_after(
    library, troubled, door, trouble, caplog, close_breaker
):
    library.add(entry("Kaatumisten ehkäisy"))
    if trouble == "stopped":
        door.shut()
    else:
        door.trouble = trouble
    door.requests.clear()

    with caplog.at_level(logging.WARNING, logger="search"):
        pages = library.add(entry("Kaatumisvaaran arviointi"), entry("Kaatumisten seuranta"))
        assert library.find("kaatuminen").full == 3
        assert library.find("kaatuminen").full == 3
    # One attempt, then a pause in which it is not asked; one line says so.
    assert len(door.requests) == (0 if trouble == "stopped" else 1)
    assert len([record for record in caplog.records if "does not answer" in record.message]) == 1
    assert waiting() == [page.pk for page in pages]

    close_breaker()
    caplog.clear()
    with caplog.at_level(logging.WARNING, logger="search"):
        assert library.find("kaatuminen").full == 3
    assert len([record for record in caplog.records if "does not answer" in record.message]) == 1

    door.trouble = ""
    door.released.set()
    if trouble == "stopped":
        door.open()
    close_breaker()
    assert deployment.current().deliver().postponed == 0
    assert waiting() == []
    assert difference().pages == ()
    assert library.find("kaatuminen").full == 3


@pytest.mark.parametrize("block", ["read_only_allow_delete", "read_only", "write"])
def test_index_that_may_not_be_written_keeps_changes_waiting_until_it_may(library, engine, block):
    # What the test itself asks of the server may take longer than what a search waits for.
    client = engine.engine.cluster.client.options(request_timeout=60)
    client.indices.put_settings(index=engine.index().alias, settings={f"index.blocks.{block}": True})
    (page,) = library.add(entry("Kaatumisten ehkäisy"))
    kept = Delivery.objects.get()
    assert (kept.page_id, kept.set_aside) == (page.pk, False)
    assert "block" in kept.last_error
    client.indices.put_settings(index=engine.index().alias, settings={f"index.blocks.{block}": None})
    Delivery.objects.update(next_attempt_at=kept.waiting_since)
    assert deployment.current().deliver() == Delivered(arrived=1)
    assert difference().pages == ()


def test_document_that_the_server_refuses_is_set_aside_and_keeps_no_other_back(library, engine):
    poisoned, sound = library.add(entry("Myrkytetty", sort_keys={"title": WITHOUT_END}), entry("Kaatumisten ehkäisy"))
    assert deployment.current().index().stamps().keys() == {sound.pk}
    kept = Delivery.objects.get()
    assert (kept.page_id, kept.set_aside) == (poisoned.pk, True)
    assert "sort.title" in kept.last_error
    assert deployment.current().deliver() == Delivered()
    assert engine.read_state().set_aside == 1

    assert engine.retry(poisoned.pk) == 1
    assert Delivery.objects.get().set_aside
    library.change(poisoned, entry("Tervehtynyt"))
    assert waiting() == []
    assert difference().pages == ()


def test_missing_index_is_answered_for_by_the_process_and_made_by_the_deliverer(library, cluster, settings):
    name_server(cluster.url, cluster, settings)
    library.add(entry("Kaatumisten ehkäisy"))
    assert library.find("kaatuminen").full == 1
    assert len(waiting()) == 1
    assert "with 1 documents" in run("deliver_search", "--once")
    assert waiting() == []
    assert difference().pages == ()


def test_index_of_another_analyser_is_not_asked(library, engine, monkeypatch):
    library.add(entry("Kaatumisten ehkäisy"))
    index = engine.index()
    other = type(index)(index.cluster, index.catalogue, "another analyser")
    assert other.alias != index.alias
    assert (index.exists(), other.exists()) == (True, False)


def test_deliverer_delivers_what_comes_until_it_is_told_to_stop(library, troubled, door, cluster, settings):
    door.shut()
    (page,) = library.add(entry("Kaatumisten ehkäisy"))
    assert waiting() == [page.pk]
    deliverer = processes.start(
        """
import sys
from django.conf import settings
from django.core.management import call_command
from search import catalogue as catalogues
from tests.search.conftest import make_catalogue
settings.SEARCH_SERVER = "search.elasticsearch.deployment.current"
settings.ELASTICSEARCH_URL, settings.ELASTICSEARCH_INDEX = sys.argv[1:]
small = make_catalogue()
catalogues.current = lambda: small
call_command("deliver_search")
""",
        cluster.url,
        settings.ELASTICSEARCH_INDEX,
    )
    for _ in range(600):
        if not waiting():
            break
        time.sleep(0.1)
    deliverer.terminate()
    code, output, errors = processes.finish(deliverer)
    assert (code, waiting()) == (0, []), errors
    assert "Delivered 1" in output
    door.open()
    assert difference().pages == ()


# Comparing and making anew.


def test_check_says_what_differs_and_repairs_it(engine):
    missing, old, _ = (factories.make_model("15", f"Malli {number}") for number in range(3))
    index = engine.index()
    row = next(iter(outbox.read_documents([old.pk])))
    changed = outbox.make_change(row, time.time_ns(), index)
    changed.body["stamp"] = 1
    extra = outbox.make_change(row, time.time_ns(), index)
    extra.body["page_id"] = 999_999
    assert index.send([Change(missing.pk, time.time_ns(), None), changed, Change(999_999, 1, extra.body)]) == []

    with pytest.raises(CommandError, match="--repair"):
        run("check_search")
    found = difference()
    assert (found.missing, found.old, found.gone) == ((missing.pk,), (old.pk,), (999_999,))
    assert "0 still differ" in run("check_search", "--repair")
    assert difference().pages == ()
    assert "the same documents" in run("check_search")


def test_check_repairs_a_server_without_an_index(cluster, settings):
    factories.make_model("15", "Kaatumisten ehkäisy")
    name_server(cluster.url, cluster, settings)
    with pytest.raises(CommandError, match="--repair"):
        run("check_search")
    assert "with 1 documents" in run("check_search", "--repair")
    assert seen("kaatuminen", deployment.current().engine)[1] == 1


def test_check_says_when_the_server_does_not_answer(troubled, door):
    door.shut()
    with pytest.raises(CommandError, match="cannot be compared"):
        run("check_search")


def test_changes_during_a_rebuild_are_in_the_new_index(library, engine):
    pages = library.add(*(entry(f"Malli {number}") for number in range(6)))
    client = engine.engine.cluster.client
    old = list(client.indices.get_alias(name=engine.index().alias))
    orphan = engine.index().create()

    def change(done, total):
        # Delivered to the old index, because the new one has not yet taken over.
        library.change(pages[0], entry("Muutettu"))
        upkeep.remove([pages[1].pk])
        library.add(entry("Lisätty"))
        assert library.find("malli").full == 4

    assert deployment.current().rebuild(change) == 6
    assert difference().pages == ()
    assert waiting() == []
    (new,) = client.indices.get_alias(name=engine.index().alias)
    assert [new] != old
    assert not client.indices.exists(index=orphan)
    assert not client.indices.exists(index=old[0])
    assert IndexState.objects.get(name=mirror.MIRROR).analyser == engine.index().analyser


def test_change_between_the_last_look_and_the_swap_is_in_the_new_index(library, engine, monkeypatch):
    (page, _) = library.add(entry("Malli"), entry("Toinen"))
    index_type = type(engine.index())
    publish = index_type.publish

    def change_and_publish(self, name):
        library.change(page, entry("Muutettu"))
        publish(self, name)

    monkeypatch.setattr(index_type, "publish", change_and_publish)
    deployment.current().rebuild()
    assert difference().pages == ()


def test_rebuild_that_fails_leaves_the_old_index(library, troubled, door):
    library.add(entry("Malli"))

    def cut(done, total):
        door.shut()

    library.add(*(entry(f"Malli {number}") for number in range(3)))
    with pytest.raises(SearchServerFailed, match="Connection"):
        deployment.current().rebuild(cut)
    door.open()
    assert difference().pages == ()


def test_rebuild_command_reports_both(engine):
    factories.make_model("15", "Kaatumisten ehkäisy")
    output = run("rebuild_search")
    assert "1 of 1 pages" in output
    assert "1 of 1 documents to the search server" in output
    assert "The search server holds 1 documents." in output


def test_indexes_of_other_installations_stay(engine, cluster):
    other = type(engine.index())(
        type(cluster)(cluster.url, prefix=f"{engine.engine.cluster.prefix}-other"), catalogues.current(), "any"
    )
    name = other.create()
    deployment.current().rebuild()
    assert cluster.client.indices.exists(index=name)


def test_tick_delivers_what_waits(troubled, door, close_breaker):
    door.shut()
    model = factories.make_model("15", "Kaatumisten ehkäisy")
    assert waiting() == [model.pk]
    door.open()
    call_command("tick", verbosity=0)
    assert waiting() == []
    assert Page.objects.filter(pk=model.pk, live=True).exists()
