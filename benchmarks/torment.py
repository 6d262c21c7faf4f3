"""Random changes of pages while the search server is killed: at the end it must hold what the database holds."""

from __future__ import annotations

import random
import subprocess
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.test.utils import override_settings
from wagtail.models import Page, PageViewRestriction

from benchmarks.synthetic import collect_words, make_models
from operating_models.models import OperatingModelPage, RegionPage
from operating_models.models.publishing import gaps_allowed
from search.comparison import Difference
from search.criteria import Criteria
from search.elasticsearch import deployment, outbox
from search.elasticsearch.engine import ElasticEngine
from search.elasticsearch.index import PATIENT_TIMEOUT
from search.elasticsearch.models import Delivery
from search.finding.results import find
from search.indexing import upkeep
from search.memory.engine import ENGINE
from search.models import Document
from search.terms.search_server import SearchServerFailed

MODELS = 60
SCRIPT = Path(settings.BASE_DIR) / "scripts" / "elasticsearch.sh"
LOOK_SECONDS = 0.2
TRIES = 20
"""How often a bulk is sent anew until a kill has met one, and how often the end is waited for."""
SEARCHES = 50


@dataclass(frozen=True, slots=True)
class TormentOutcome:
    """What was done to the pages and the server, and what differed in the end."""

    changes: Counter[str]
    kills: int
    kills_in_a_bulk: int
    searches_without_server: int
    difference: Difference
    waiting: int
    unlike_searches: tuple[str, ...]

    @property
    def is_whole(self) -> bool:
        """Whether the server holds what the database holds and finds what the process finds."""
        return not (self.difference.pages or self.waiting or self.unlike_searches)


class Server:
    """A real Elasticsearch of one's own in a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._starting: subprocess.Popen[str] | None = None

    def begin_start(self) -> None:
        """Start it in the background."""
        self._starting = subprocess.Popen([SCRIPT, "start", self._folder], stdout=subprocess.PIPE, text=True)

    def wait(self) -> str:
        """Wait until it answers, and return its address. Raises CalledProcessError when it does not start."""
        if self._starting is None:
            self.begin_start()
        starting, self._starting = self._starting, None
        url, _ = starting.communicate()
        if starting.returncode:
            raise subprocess.CalledProcessError(starting.returncode, str(SCRIPT))
        return url.strip()

    @property
    def is_starting(self) -> bool:
        """Whether a start has begun that nobody has waited for."""
        return self._starting is not None

    def kill(self) -> None:
        """End it as a crash does."""
        subprocess.run([SCRIPT, "kill", self._folder], check=True)


@contextmanager
def server_in(folder: Path, prefix: str) -> Iterator[Server]:
    """Start a server in a folder, let the settings name it, and end it after."""
    server = Server(folder)
    try:
        with override_settings(
            ELASTICSEARCH_URL=server.wait(),
            ELASTICSEARCH_INDEX=prefix,
            SEARCH_SERVER="search.elasticsearch.deployment.current",
        ):
            yield server
    finally:
        if server.is_starting:
            server.wait()
        server.kill()


def torment(server: Server, *, changes: int, kills: int, seed: int, say: Callable[[str], None]) -> TormentOutcome:
    """Change pages at random in the database at hand and kill the server meanwhile.

    Every second kill, and the first two, meets a bulk that is under way. Whoever changes a page delivers it as a
    publishing process does, and a deliverer works beside.
    """
    say(f"Making {MODELS} models")
    make_models(MODELS, lambda done: None)
    with override_settings(SEARCH_SERVER=""):
        upkeep.rebuild()
    deployment.current().rebuild()

    storm = _Storm(random.Random(seed))
    done: Counter[str] = Counter()
    killed = met = without = 0
    moments = {changes * number // (kills + 1): number for number in range(1, kills + 1)}
    with _deliverer():
        for number in range(1, changes + 1):
            done[storm.change_one()] += 1
            without += not storm.search()
            if number not in moments:
                continue
            if server.is_starting:
                server.wait()
            if moments[number] <= 2 or moments[number] % 2:
                met += _kill_in_a_bulk(server, storm.chance)
            else:
                server.kill()
            killed += 1
            server.begin_start()
            say(f"{number} of {changes} changes, {killed} kills, {met} of them in the middle of a bulk")
        if server.is_starting:
            server.wait()
    _deliver_the_rest()
    return TormentOutcome(
        changes=done,
        kills=killed,
        kills_in_a_bulk=met,
        searches_without_server=without,
        difference=deployment.current().compare(),
        waiting=Delivery.objects.count(),
        unlike_searches=tuple(storm.compare_searches()),
    )


class _Storm:
    """Changes pages at random."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        self._words = collect_words()
        self._kinds: tuple[tuple[Callable[[], None], str], ...] = (
            (self._edit, "edited"),
            (self._edit, "edited"),
            (self._publish, "published"),
            (self._unpublish, "unpublished"),
            (self._move, "moved"),
            (self._restrict, "restricted"),
            (self._open, "restriction removed"),
            (self._add, "added"),
            (self._delete, "deleted"),
        )

    def change_one(self) -> str:
        """Change something and return what."""
        act, name = self.chance.choice(self._kinds)
        with gaps_allowed():
            act()
        return name

    def search(self) -> bool:
        """Search for two words as a reader does, and tell whether the server may have been asked."""
        find(Criteria(words=" ".join(self._words.draw(self.chance, 2))))
        return not deployment.current().breaker.failures

    def compare_searches(self) -> Iterator[str]:
        """Yield searches that find something else on the server than in the process."""
        # A busy machine is no difference.
        patient = ElasticEngine(deployment.current().engine.cluster, timeout=PATIENT_TIMEOUT)
        for _ in range(SEARCHES):
            asked = Criteria(words=" ".join(self._words.draw(self.chance, self.chance.randint(0, 3))))
            there, here = (find(asked, engine=engine) for engine in (patient, ENGINE))
            if (there.full, there.partial, there.facets) != (here.full, here.partial, here.facets):
                yield asked.words

    def _any(self, *, live: bool) -> OperatingModelPage | None:
        ids = list(OperatingModelPage.objects.filter(live=live).order_by("pk").values_list("pk", flat=True))
        return OperatingModelPage.objects.get(pk=self.chance.choice(ids)) if ids else None

    def _region(self) -> RegionPage:
        return self.chance.choice(list(RegionPage.objects.order_by("pk")))

    def _edit(self) -> None:
        page = self._any(live=True)
        if page is not None:
            page.title = " ".join(self._words.draw(self.chance, 3)).capitalize()
            page.lead = " ".join(self._words.draw(self.chance, 20))[:300]
            page.save_revision(clean=False).publish()

    def _publish(self) -> None:
        page = self._any(live=False)
        if page is not None:
            page.save_revision(clean=False).publish()

    def _unpublish(self) -> None:
        page = self._any(live=True)
        if page is not None:
            page.unpublish()

    def _move(self) -> None:
        page = self._any(live=True)
        if page is not None:
            page.move(self._region(), pos="last-child")

    def _restrict(self) -> None:
        page = self._any(live=True) if self.chance.random() < 0.8 else self._region()
        if page is not None and not page.get_view_restrictions().exists():
            PageViewRestriction.objects.create(page_id=page.pk, restriction_type=PageViewRestriction.LOGIN)

    def _open(self) -> None:
        restriction = PageViewRestriction.objects.order_by("?").first()
        if restriction is not None:
            restriction.delete()

    def _add(self) -> None:
        title = " ".join(self._words.draw(self.chance, 3)).capitalize()
        page = OperatingModelPage(title=title, live=False, lead=" ".join(self._words.draw(self.chance, 20))[:300])
        self._region().add_child(instance=page)
        page.save_revision(clean=False).publish()

    def _delete(self) -> None:
        page = self._any(live=True)
        if page is not None and OperatingModelPage.objects.count() > MODELS // 2:
            Page.objects.get(pk=page.pk).delete()


@contextmanager
def _deliverer() -> Iterator[None]:
    """Deliver in a thread of its own, as `deliver_search` does in a process of its own."""
    stopped = threading.Event()

    def work() -> None:
        while not stopped.wait(LOOK_SECONDS):
            try:
                deployment.current().deliver()
            except SearchServerFailed:
                stopped.wait(1.0)
        connection.close()

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield
    finally:
        stopped.set()
        thread.join()


def _kill_in_a_bulk(server: Server, chance: random.Random) -> bool:
    """Kill the server while it takes in all documents, and tell whether it was in the middle of that.

    The bulk repeats what the server has, and is noted as changed before, as every change is.
    """
    index = deployment.current().index()
    for _ in range(TRIES):
        ids = list(Document.objects.filter(findable=True).values_list("page_id", flat=True))
        deployment.current().send_again(ids)
        versions = dict(Delivery.objects.filter(page_id__in=ids).values_list("page_id", "version"))
        changes = [
            outbox.make_change(row, versions[row.page_id], index)
            for row in outbox.read_documents(ids)
            if row.page_id in versions
        ]
        cut: list[SearchServerFailed] = []
        begun = threading.Event()

        def send(changes: list, cut: list[SearchServerFailed], begun: threading.Event) -> None:
            begun.set()
            try:
                index.send(changes)
            except SearchServerFailed as error:
                cut.append(error)

        sender = threading.Thread(target=send, args=(changes, cut, begun))
        sender.start()
        begun.wait()
        sender.join(chance.uniform(0.01, 0.15))
        server.kill()
        sender.join()
        if cut:
            return True
        server.wait()
    return False


def _deliver_the_rest() -> None:
    """Deliver what waits, as often as the pauses of single changes ask for."""
    for _ in range(TRIES):
        deployment.current().deliver()
        if not Delivery.objects.filter(set_aside=False).exists():
            return
        threading.Event().wait(1.0)
