"""Which engine answers: the outside one where the settings name one and it answers, else the one of this process."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeVar

from django.conf import settings

from search import catalogue as catalogues
from search.elasticsearch.circuit_breaker import EngineFailed, Patience
from search.elasticsearch.engine import ElasticEngine
from search.elasticsearch.index import Cluster, Index
from search.memory.engine import ENGINE
from search.terms.engine import Engine

Found = TypeVar("Found")


@dataclass(frozen=True, slots=True)
class Outside:
    """The outside engine, and what this process has seen of it."""

    engine: ElasticEngine
    patience: Patience

    def index(self) -> Index:
        """Return the index of the deployment's catalogue."""
        return self.engine.index(catalogues.current())


def current() -> Outside | None:
    """Return the outside engine that the settings name, None without one."""
    if not settings.ELASTICSEARCH_URL:
        return None
    return _connect(settings.ELASTICSEARCH_URL, settings.ELASTICSEARCH_INDEX, settings.ELASTICSEARCH_CA_CERTS)


@lru_cache(maxsize=4)
def _connect(url: str, prefix: str, ca_certs: str) -> Outside:
    return Outside(ElasticEngine(Cluster(url, prefix=prefix, ca_certs=ca_certs)), Patience())


def ask(act: Callable[[Engine], Found]) -> Found:
    """Return what the outside engine lets ``act`` find or, where it fails or is left alone, the process's own."""
    chosen = current()
    if chosen is not None and chosen.patience.allows():
        try:
            found = act(chosen.engine)
        except EngineFailed as error:
            chosen.patience.fail(error)
        else:
            chosen.patience.succeed()
            return found
    return act(ENGINE)
