"""Several processes and threads on one index: nobody sees half a change, and what a killed process left is mended."""

from __future__ import annotations

import threading

import pytest
from django.db import connection, transaction

from search import catalogue as catalogues
from search.criteria import Criteria
from search.findable import Entry, Passage
from search.finding.results import find
from search.indexing import upkeep
from search.memory.engine import ENGINE, InProcessEngine
from search.models import Document
from tests import factories
from tests.search import processes
from tests.search.writing import write_entry

pytestmark = pytest.mark.django_db(transaction=True)

DOCUMENTS = 6
"""Documents that every writer changes together."""


def test_killed_between_publishing_and_indexing_is_mended_by_the_next_publish():
    draft = factories.make_model("15", "Kaatumisten ehkäisy", live=False)
    killed = processes.start(
        """
import os, sys
from operating_models.models import OperatingModelPage
from search.indexing import upkeep
upkeep.refresh = lambda page_ids: os._exit(9)
OperatingModelPage.objects.get(pk=sys.argv[1]).get_latest_revision().publish()
""",
        draft.pk,
    )
    assert processes.finish(killed)[0] == 9
    draft.refresh_from_db()
    assert draft.live
    assert find(Criteria(words="kaatuminen")).full == 0
    factories.make_model("15", "Aivan muu")
    assert find(Criteria(words="kaatuminen")).full == 1


@pytest.mark.parametrize(
    "change",
    [
        "page.lead = 'Uusi johdanto: hiihtokoulu.'; page.save()",
        "page.move(factories.region_page('08'), pos='last-child')",
    ],
    ids=["saved by code", "moved"],
)
def test_killed_after_a_change_without_a_revision_is_mended_by_a_sweep(change):
    model = factories.make_model("15", "Kaatumisten ehkäisy")
    killed = processes.start(
        f"""
import os, sys
from search.indexing import upkeep
from tests import factories
from operating_models.models import OperatingModelPage
upkeep.refresh = lambda page_ids: os._exit(9)
page = OperatingModelPage.objects.get(pk=sys.argv[1])
{change}
""",
        model.pk,
    )
    assert processes.finish(killed)[0] == 9
    assert upkeep.sweep() == 1
    found = find(Criteria(words="hiihtokoulu")).full + find(Criteria(selections={"region": ("08",)})).full
    assert found == 1


def test_killed_between_a_fact_and_its_indexing_is_mended_by_a_sweep():
    model = factories.make_model("15", "Kaatumisten ehkäisy")
    killed = processes.start(
        """
import os, sys
from search.indexing import upkeep
from tests import factories
from operating_models.models import OperatingModelPage
upkeep.refresh = lambda page_ids: os._exit(9)
factories.report(OperatingModelPage.objects.get(pk=sys.argv[1]), "08", "in_use")
""",
        model.pk,
    )
    assert processes.finish(killed)[0] == 9
    assert upkeep.sweep() == 1
    assert find(Criteria(selections={"used_in": ("08",)})).total == 1


WRITE = """
import sys
from django.db import transaction
from search.findable import Entry, Passage
from tests.search.writing import write_entry

def entry(status):
    texts = (Passage("title", "Yhteinen malli"), Passage("body", f"Tila on {status}."))
    return Entry(passages=texts, values={"status": (status,)}, sort_keys={"newest": 1.0})

def write_all(ids, rounds):
    for number in range(rounds):
        status = ("planned", "in_use", "ended")[number % 3]
        with transaction.atomic():
            for page_id in ids:
                write_entry(page_id, entry(status))
"""


def find_torn(results):
    """Return what is wrong with results of which all must have one status; an empty string if nothing is."""
    counts = {value.code: value.count for value in results.facet("status").values if value.count}
    if results.full != DOCUMENTS or list(counts.values()) != [DOCUMENTS]:
        return f"{results.full} hits with {counts}"
    return ""


READ = """
import sys
from search.criteria import Criteria
from search.finding.results import find
from tests.search.test_processes import find_torn

seen = set()
torn = []
for _ in range(int(sys.argv[1])):
    results = find(Criteria(words="yhteinen"))
    if find_torn(results):
        torn.append(find_torn(results))
    seen |= {value.code for value in results.facet("status").values if value.count}
print(torn[:3], len(seen))
"""


@pytest.fixture
def shared():
    """Pages whose documents are written together, and the writer as this process runs it."""
    pages = [factories.make_model("15", f"Malli {number}") for number in range(DOCUMENTS)]
    ids = [page.pk for page in pages]
    scope = {"transaction": transaction, "write_entry": write_entry, "Entry": Entry, "Passage": Passage}
    exec(WRITE, scope)
    scope["write_all"](ids, 1)
    return ids, scope["write_all"]


def test_threads_that_read_while_others_write_see_whole_changes_only(shared):
    ids, write_all = shared
    torn, errors, whole = [], [], []
    done = threading.Event()

    def work(task):
        try:
            task()
        except Exception as error:
            errors.append(repr(error))
        finally:
            connection.close()

    def read():
        while not done.is_set():
            problem = find_torn(find(Criteria(words="yhteinen")))
            (torn if problem else whole).append(problem)

    readers = [threading.Thread(target=work, args=(read,)) for _ in range(3)]
    writers = [threading.Thread(target=work, args=(lambda: write_all(ids, 12),)) for _ in range(2)]
    for thread in [*readers, *writers]:
        thread.start()
    for thread in writers:
        thread.join()
    done.set()
    for thread in readers:
        thread.join()
    assert (torn, errors) == ([], [])
    assert len(whole) >= len(readers)


def test_processes_that_read_while_others_write_see_whole_changes_only(shared):
    ids, write_all = shared
    others = [
        processes.start(WRITE + f"write_all({ids}, 15)"),
        processes.start(READ, 60),
    ]
    for _ in range(10):
        write_all(ids, 2)
        assert find_torn(find(Criteria(words="yhteinen"))) == ""
    writer, reader = (processes.finish(process) for process in others)
    assert writer[0] == 0, writer[2]
    assert reader[0] == 0, reader[2]
    assert reader[1].startswith("[] "), reader[1]
    assert int(reader[1].split()[-1]) >= 1


def test_what_another_process_commits_is_found_in_the_next_search(shared):
    ids, _ = shared
    assert find(Criteria(words="sanomalehti")).total == 0
    said = processes.start(
        WRITE + f"write_entry({ids[0]}, Entry(passages=(Passage('title', 'Sanomalehti'),), sort_keys={{}}))"
    )
    assert processes.finish(said)[0] == 0
    assert find(Criteria(words="sanomalehti")).total == 1


def test_search_inside_a_transaction_sees_its_changes_and_keeps_none_of_them(shared):
    ids, _ = shared
    with transaction.atomic():
        write_entry(ids[0], Entry(passages=(Passage("title", "Sanomalehti"),)))
        assert find(Criteria(words="sanomalehti")).total == 1
        transaction.set_rollback(True)
    assert find(Criteria(words="sanomalehti")).total == 0
    assert find(Criteria(words="yhteinen")).total == DOCUMENTS
    assert not Document.objects.exclude(page_id__in=ids).exists()


def test_process_that_saw_every_change_agrees_with_one_that_has_just_started(shared):
    ids, write_all = shared
    catalogue = catalogues.current()
    for number in range(4):
        write_all(ids[: number + 1], number + 1)
        for words in ("yhteinen", "tila planned", "malli"):
            old = find(Criteria(words=words), catalogue, engine=ENGINE)
            new = find(Criteria(words=words), catalogue, engine=InProcessEngine())
            assert [hit.page_id for hit in old.hits] == [hit.page_id for hit in new.hits]
            assert old.facets == new.facets
