"""A model behind an address that speaks as OpenAI's embeddings do: an institute's own server, or one that is paid for.

Queries and texts of pages leave the installation this way, so it is taken only where an operator names an address.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from functools import lru_cache
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from threading import Thread
from urllib.parse import urlsplit

import numpy as np
from django.conf import settings

from search.circuit_breaker import CircuitBreaker
from search.nearness.embedders import EmbeddingFailed, Matrix, Vector, to_unit

PATIENT_TIMEOUT = 30.0
"""Seconds that the texts of pages wait for their vectors, which nobody waits for."""
LARGEST_ANSWER = 50_000_000
"""Bytes: some thousand vectors in decimals."""
PATH = "/embeddings"


class EmbeddingServer:
    """The model of one address.

    ``query_prefix`` and ``passage_prefix`` stand before each text, for models that were taught so ("query: ").
    """

    def __init__(
        self, url: str, *, name: str, key: str, timeout: float, query_prefix: str = "", passage_prefix: str = ""
    ) -> None:
        self.model = f"{name} {passage_prefix}".strip()
        self._url = urlsplit(url)
        self._name = name
        self._key = key
        self._timeout = timeout
        self._query_prefix, self._passage_prefix = query_prefix, passage_prefix
        self.breaker = CircuitBreaker("The embeddings server")

    def embed_query(self, text: str) -> Vector:
        if not self.breaker.allows_request():
            raise EmbeddingFailed("it has failed and is not asked yet")
        try:
            found = _within(self._timeout, lambda: self._ask([self._query_prefix + text], timeout=self._timeout))
        except EmbeddingFailed as error:
            self.breaker.record_failure(error)
            raise
        self.breaker.record_success()
        return found[0]

    def embed_passages(self, texts: Sequence[str]) -> Matrix:
        prefixed = [self._passage_prefix + text for text in texts]
        return _within(2 * PATIENT_TIMEOUT, lambda: self._ask(prefixed, timeout=PATIENT_TIMEOUT))

    def _ask(self, texts: Sequence[str], *, timeout: float) -> Matrix:
        """Return the vectors of the texts. No redirection is followed: it would take the key elsewhere."""
        host, port = self._url.hostname or "", self._url.port
        make = HTTPSConnection if self._url.scheme == "https" else HTTPConnection
        path = self._url.path.rstrip("/")
        path = path if path.endswith(PATH) else path + PATH
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        if self._key:
            headers["Authorization"] = f"Bearer {self._key}"
        body = json.dumps({"model": self._name, "input": list(texts), "encoding_format": "float"})
        connection = make(host, port, timeout=timeout)
        try:
            connection.request("POST", path, body, headers)
            answer = connection.getresponse()
            content = answer.read(LARGEST_ANSWER)
        except (OSError, HTTPException) as error:
            raise EmbeddingFailed(f"{type(error).__name__}: {error}") from error
        finally:
            connection.close()
        if answer.status != 200:
            raise EmbeddingFailed(f"it answers {answer.status} {answer.reason}")
        return read_vectors(content, len(texts))


def read_vectors(content: bytes, number: int) -> Matrix:
    """Return the vectors of an answer, in the order of their texts. Raises EmbeddingFailed for anything else."""
    try:
        rows = sorted(json.loads(content)["data"], key=lambda row: row["index"])
        found = np.array([row["embedding"] for row in rows], np.float32)
        places = [row["index"] for row in rows]
    except (ValueError, TypeError, KeyError, RecursionError, OverflowError) as error:
        raise EmbeddingFailed(f"its answer holds no vectors ({type(error).__name__})") from error
    if places != list(range(number)) or found.ndim != 2 or not found.size:
        raise EmbeddingFailed(f"its answer has not one vector for each of {number} texts")
    return to_unit(found)


def _within(seconds: float, ask: Callable[[], Matrix]) -> Matrix:
    """Return what ``ask`` does, or raise EmbeddingFailed after so many seconds.

    A timeout of a socket is one of each step: a name that nobody resolves, or a byte now and then, would take longer.
    """
    future: Future[Matrix] = Future()

    def work() -> None:
        try:
            future.set_result(ask())
        except Exception as error:
            future.set_exception(error)

    try:
        Thread(target=work, name="embeddings", daemon=True).start()
        return future.result(timeout=seconds)
    except EmbeddingFailed:
        raise
    except TimeoutError as error:
        raise EmbeddingFailed(f"no answer in {seconds:g} s") from error
    except Exception as error:
        # A stranger's server, an address that is none, a system without a thread: no search fails of it.
        raise EmbeddingFailed(f"{type(error).__name__}: {error}") from error


def current() -> EmbeddingServer | None:
    """Return the server at ``EMBEDDINGS_URL``, None where that is empty."""
    if not settings.EMBEDDINGS_URL:
        return None
    return _connect(
        settings.EMBEDDINGS_URL,
        settings.EMBEDDINGS_MODEL,
        settings.EMBEDDINGS_KEY,
        settings.EMBEDDINGS_TIMEOUT,
        (settings.EMBEDDINGS_QUERY_PREFIX, settings.EMBEDDINGS_PASSAGE_PREFIX),
    )


@lru_cache(maxsize=4)
def _connect(url: str, name: str, key: str, timeout: float, prefixes: tuple[str, str]) -> EmbeddingServer:
    query, passage = prefixes
    return EmbeddingServer(url, name=name, key=key, timeout=timeout, query_prefix=query, passage_prefix=passage)
