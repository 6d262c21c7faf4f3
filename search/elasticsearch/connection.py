"""What this process knows of its search server: the engine that asks it, and how it has answered."""

from __future__ import annotations

from dataclasses import dataclass

from search import catalogue as catalogues
from search.elasticsearch.circuit_breaker import CircuitBreaker
from search.elasticsearch.engine import ElasticEngine
from search.elasticsearch.index import Index


@dataclass(frozen=True, slots=True)
class Connection:
    """The engine of a search server with the circuit breaker of this process."""

    engine: ElasticEngine
    breaker: CircuitBreaker

    def index(self) -> Index:
        """Return the index of the deployment's catalogue."""
        return self.engine.index(catalogues.current())
