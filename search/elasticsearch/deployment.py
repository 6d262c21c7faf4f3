"""The search server that the settings name, by the contract of search.terms.search_server."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import lru_cache

from django.conf import settings

from search.circuit_breaker import CircuitBreaker
from search.comparison import Difference, compare
from search.elasticsearch import mirror, outbox
from search.elasticsearch.engine import Connection, ElasticEngine
from search.elasticsearch.index import Cluster
from search.terms.engine import Engine
from search.terms.search_server import Returned, SearchServerFailed, ServerState

logger = logging.getLogger(__name__)

SERVER = "The search server"
"""What the log calls it."""


class ElasticsearchServer(Connection):
    """A SearchServer by the functions of this room, which take the connection first."""

    __slots__ = ()

    note_changes = outbox.add
    deliver = outbox.deliver
    retry = outbox.retry
    rebuild = mirror.rebuild
    send_again = mirror.send_again

    def ask(self, search: Callable[[Engine], Returned]) -> Returned:
        if not self.breaker.allows_request():
            raise SearchServerFailed("it has failed and is not asked yet")
        try:
            found = search(self.engine)
        except SearchServerFailed as error:
            if error.is_outage:
                self.breaker.record_failure(error)
            else:
                # The same search will fail again: an error of this program, and no reason for a pause.
                logger.error("The search server cannot answer this search, the process does: %s", error)
            raise
        self.breaker.record_success()
        return found

    def has_index(self) -> bool:
        return self.index().exists()

    def compare(self) -> Difference:
        return compare(self.index().stamps())

    def read_state(self) -> ServerState:
        trouble, has_index = "", False
        try:
            self.engine.cluster.check()
            has_index = self.has_index()
        except SearchServerFailed as error:
            trouble = str(error)
        waiting, oldest, set_aside = outbox.count()
        return ServerState(
            trouble=trouble,
            has_index=has_index,
            waiting=waiting,
            oldest=oldest,
            set_aside=set_aside,
            refused=outbox.read_refused(),
            rebuilt_at=mirror.rebuilt_at(),
        )


def current() -> ElasticsearchServer | None:
    """Return the server at ``ELASTICSEARCH_URL``, None where that is empty."""
    if not settings.ELASTICSEARCH_URL:
        return None
    return _connect(settings.ELASTICSEARCH_URL, settings.ELASTICSEARCH_INDEX, settings.ELASTICSEARCH_CA_CERTS)


@lru_cache(maxsize=4)
def _connect(url: str, prefix: str, ca_certs: str) -> ElasticsearchServer:
    return ElasticsearchServer(ElasticEngine(Cluster(url, prefix=prefix, ca_certs=ca_certs)), CircuitBreaker(SERVER))
