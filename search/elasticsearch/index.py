"""The index in Elasticsearch: its address and mapping, and how documents get into it.

Everything here works on Elasticsearch 8 and 9 without modules or plugins: whitespace analysis of terms that Python
made, aliases, external versions. No analyser of the server reads a text.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from math import ceil, isfinite
from typing import Any, NamedTuple

import numpy as np
from elasticsearch import ApiError, Elasticsearch, NotFoundError, TransportError
from elasticsearch.helpers import bulk

from search.analysis.function_words import EVERY
from search.catalogue import Catalogue
from search.memory.segments import FIRST_WORD, NUMBER, DocumentRow, read_postings, read_stream
from search.rules import RULES
from search.terms.engine import TermKind
from search.terms.search_server import SearchServerFailed

FORMAT = "2"
"""Raised with every change of the mapping or of what stands in a document."""

TIMEOUT = 1.0
"""Seconds that a search or a publish waits for the server."""
PATIENT_TIMEOUT = 30.0
"""Seconds that commands and the deliverer wait for the server: no reader waits for them."""

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
NEVER = 2**62
"""Microseconds since 1970 at which documents expire that never do."""
MOST_CODES = 10_000
"""Values of one facet that are counted."""
LISTED_AT_ONCE = 10_000
MOST_BYTES = 4_000_000
"""Of one bulk, at most about so many: a server refuses a hundred million."""

PREFIX = {TermKind.SURFACE: "s", TermKind.BASE: "b", TermKind.PART: "p"}
"""Begins each term in the index, so that a surface is no base form."""

WORDS, STREAM_FIELD, FORMS = "words", "stream", "forms"
"""Fields of the index: all words weighed by field, surfaces in order, and base forms without function words."""
EXPIRES, LENGTH, PAGE_ID, STAMP = "expires", "length", "page_id", "stamp"
FACET, SORT = "facet", "sort"
"""Objects of the index with a field for each facet and sort of the catalogue."""
MOST_FORMS = 6
"""Base forms of one word that words in order are found by. Each has a field of its own, in which every word has a
place, because an analyser of the server that reads no language gives a word one form only."""
NO_FORM = "="
"""Stands in a field for a word that has fewer base forms."""

LONGEST_REASON = 300
"""Characters that are kept of a server's reason; it may quote a whole text."""

JsonBody = dict[str, object]


@dataclass(frozen=True, slots=True)
class Change:
    """What the index is to hold of a page: a document, or nothing. ``version`` is greater than any before."""

    page_id: int
    version: int
    body: JsonBody | None


@dataclass(frozen=True, slots=True)
class Refusal:
    """A change that the server did not take. ``is_final``: sending it again would not help."""

    page_id: int
    version: int
    reason: str
    is_final: bool


MISSING = "the index is missing or of another analyser (run rebuild_search)"


@contextmanager
def explained() -> Iterator[None]:
    """Raise SearchServerFailed for an error of the client: nearly all say that the server is in trouble."""
    try:
        yield
    except NotFoundError as error:
        raise SearchServerFailed(f"{MISSING}: {error}") from error
    except ApiError as error:
        raise SearchServerFailed(f"{error.status_code}: {error}", is_outage=error.status_code != 400) from error
    except TransportError as error:
        raise SearchServerFailed(f"{type(error).__name__}: {error}") from error


class Cluster:
    """An Elasticsearch server or several, as the settings name them."""

    def __init__(self, url: str, *, prefix: str, ca_certs: str = "") -> None:
        """Connect to nothing yet. A user and a password may stand in the address."""
        self.url = url
        self.prefix = prefix
        options: dict[str, object] = {"ca_certs": ca_certs} if ca_certs else {}
        self.client = Elasticsearch(
            url, request_timeout=TIMEOUT, max_retries=0, retry_on_timeout=False, retry_on_status=(), **options
        )
        self._waiting: dict[int, Elasticsearch] = {}

    def waiting(self, timeout: float) -> Elasticsearch:
        """Return the client that waits so many seconds, rounded up to a twentieth; kept, as making one takes a
        millisecond."""
        twentieths = ceil(timeout * 20)
        if twentieths not in self._waiting:
            self._waiting[twentieths] = self.client.options(request_timeout=twentieths / 20)
        return self._waiting[twentieths]

    @explained()
    def check(self) -> None:
        """Ask the server how it is. Raises SearchServerFailed where it does not say."""
        self.client.cluster.health()


@dataclass(frozen=True)
class Index:
    """The index of one catalogue and one analyser on a cluster, known by an alias.

    The alias holds a digest of everything that decides how a document looks in it. A process with another analyser or
    catalogue asks another alias, finds none, and answers by itself until the index has been made again.
    """

    cluster: Cluster
    catalogue: Catalogue
    analyser: str

    @property
    def alias(self) -> str:
        catalogue = self.catalogue
        parts = (
            FORMAT,
            self.analyser,
            [(field.name, field.weight) for field in catalogue.fields],
            [facet.name for facet in catalogue.facets],
            [(sort.name, sort.text) for sort in catalogue.orders],
            catalogue.labels_field,
            (RULES.k1, RULES.b),
        )
        return f"{self.cluster.prefix}-{blake2b(repr(parts).encode(), digest_size=4).hexdigest()}"

    def search(self, bodies: Sequence[Mapping[str, object]], *, timeout: float = TIMEOUT) -> list[Mapping[str, Any]]:
        """Return the server's answers to questions that it may answer side by side.

        Raises SearchServerFailed for any other than whole ones in time.
        """
        header = {"allow_partial_search_results": False, "request_cache": True}
        searches = [one for body in bodies for one in (header, body)]
        with explained():
            answers = self.cluster.waiting(timeout).msearch(index=self.alias, searches=searches).body["responses"]
        for answer in answers:
            if "error" in answer:
                raise explain_refused(answer["status"], answer["error"])
        return answers

    @explained()
    def exists(self) -> bool:
        """Tell whether the index is there. Raises SearchServerFailed."""
        return bool(self.cluster.client.indices.exists_alias(name=self.alias))

    @explained()
    def send(
        self, changes: Sequence[Change], *, to: str = "", refresh: bool = True, timeout: float = PATIENT_TIMEOUT
    ) -> list[Refusal]:
        """Send changes and return those that were not taken; an older one than the index has counts as taken.

        ``to`` names another alias than the index's own. Nothing is found before ``refresh``. Raises SearchServerFailed
        when the server took none of them, or perhaps some: sending them again is safe.
        """
        by_page = {str(change.page_id): change for change in changes}
        actions = [
            {
                "_op_type": "delete" if change.body is None else "index",
                "_id": str(change.page_id),
                "_source": change.body,
                "version": change.version,
                "version_type": "external",
            }
            for change in changes
        ]
        options = {"max_chunk_bytes": MOST_BYTES, "raise_on_error": False, "require_alias": True}
        try:
            _, failed = bulk(
                self.cluster.waiting(timeout), actions, index=to or self.alias, refresh=refresh, **options
            )
        except ApiError as error:
            if error.status_code not in (400, 413):
                raise
            if len(changes) > 1:
                parts = [self.send([one], to=to, refresh=refresh, timeout=timeout) for one in changes]
                return [refusal for part in parts for refusal in part]
            return [Refusal(changes[0].page_id, changes[0].version, str(error), is_final=True)]
        refused = []
        for item in failed:
            (result,) = item.values()
            error = result.get("error")
            if error is None or error["type"] == "version_conflict_engine_exception":
                continue
            if error["type"] == "index_not_found_exception":
                raise SearchServerFailed(f"The index {to or self.alias} is missing.")
            causes = (error, error.get("caused_by", {}))
            reason = f"{error['type']}: " + "; ".join(cause["reason"][:LONGEST_REASON] for cause in causes if cause)
            change = by_page[result["_id"]]
            refused.append(Refusal(change.page_id, change.version, reason, is_final=result["status"] == 400))
        return refused

    @explained()
    def create(self) -> str:
        """Make an empty index and return its name; nothing finds it yet. Raises SearchServerFailed."""
        name = f"{self.alias}-{time.time_ns()}"
        self.cluster.waiting(PATIENT_TIMEOUT).indices.create(
            index=name,
            # Made sooner without refreshing: nothing is looked for in it before it is published.
            settings={**SETTINGS, "refresh_interval": "-1"},
            mappings=make_mapping(self.catalogue, self.analyser),
            # Written to by an alias: were it removed meanwhile, a bulk would make an index without a mapping.
            aliases={being_made(name): {}},
        )
        return name

    @explained()
    def publish(self, name: str) -> None:
        """Let the alias name that index from now on, in one step. Raises SearchServerFailed."""
        client = self.cluster.waiting(PATIENT_TIMEOUT)
        actions: list[Mapping[str, object]] = [
            {"remove": {"index": f"{self.alias}-*", "alias": self.alias, "must_exist": False}},
            {"add": {"index": name, "alias": self.alias, "is_write_index": True}},
            {"remove": {"index": name, "alias": being_made(name)}},
        ]
        client.indices.put_settings(index=name, settings={"refresh_interval": SETTINGS["refresh_interval"]})
        client.indices.refresh(index=name)
        client.indices.update_aliases(actions=actions)

    @explained()
    def remove_orphans(self) -> list[str]:
        """Remove all indexes of the prefix but the one that the alias names, and return their names."""
        client = self.cluster.waiting(PATIENT_TIMEOUT)
        own = re.compile(rf"{re.escape(self.cluster.prefix)}-[0-9a-f]{{8}}-\d+")
        found = client.indices.get_alias(index=f"{self.cluster.prefix}-*").body
        orphans = sorted(
            name for name, told in found.items() if own.fullmatch(name) and self.alias not in told["aliases"]
        )
        for name in orphans:
            client.indices.delete(index=name, ignore_unavailable=True)
        return orphans

    @explained()
    def remove(self) -> None:
        """Remove the index. Raises SearchServerFailed."""
        client = self.cluster.waiting(PATIENT_TIMEOUT)
        for name in client.indices.get_alias(name=self.alias).body:
            client.indices.delete(index=name)

    @explained()
    def stamps(self) -> dict[int, int]:
        """Return the stamps of all documents by page, as a search would find them. Raises SearchServerFailed."""
        found: dict[int, int] = {}
        client = self.cluster.waiting(PATIENT_TIMEOUT)
        after: dict[str, object] = {}
        client.indices.refresh(index=self.alias)
        while True:
            hits = client.search(
                index=self.alias,
                size=LISTED_AT_ONCE,
                sort=[{PAGE_ID: "asc"}],
                docvalue_fields=[STAMP],
                source=False,
                **after,
            )["hits"]["hits"]
            if not hits:
                return found
            found |= {int(hit["_id"]): int(hit["fields"][STAMP][0]) for hit in hits}
            after = {"search_after": hits[-1]["sort"]}


DEEPEST_HIT = 1_000_000
"""How many hits the server counts off to reach a page."""

SETTINGS: Mapping[str, object] = {
    # One shard holds millions of documents and counts them exactly.
    "number_of_shards": 1,
    "auto_expand_replicas": "0-1",
    # Said although it is the default: else the server stops refreshing an index that nobody asks for a while.
    "refresh_interval": "1s",
    # A late delivery of an old version must not bring back what was deleted.
    "gc_deletes": "1h",
    "max_result_window": DEEPEST_HIT,
    "similarity": {"weighed": {"type": "BM25", "k1": RULES.k1, "b": RULES.b}},
}


def being_made(name: str) -> str:
    """Return the alias of an index that is not yet published."""
    return f"{name}-being-made"


def make_mapping(catalogue: Catalogue, analyser: str) -> JsonBody:
    unscored = {"type": "text", "analyzer": "whitespace", "norms": False}
    return {
        "dynamic": "strict",
        "_meta": {"analyser": analyser},
        # What a document holds stands in the database.
        "_source": {"enabled": False},
        "properties": {
            WORDS: {"type": "text", "analyzer": "whitespace", "index_options": "freqs", "similarity": "weighed"},
            STREAM_FIELD: {**unscored, "position_increment_gap": 100},
            FORMS: {
                "properties": {str(place): {**unscored, "position_increment_gap": 100} for place in range(MOST_FORMS)}
            },
            EXPIRES: {"type": "long"},
            LENGTH: {"type": "integer"},
            PAGE_ID: {"type": "long"},
            STAMP: {"type": "long", "index": False},
            FACET: {"properties": {facet.name: {"type": "keyword"} for facet in catalogue.facets}},
            SORT: {
                "properties": {sort.name: {"type": "keyword" if sort.text else "double"} for sort in catalogue.orders}
            },
        },
    }


def microseconds(moment: datetime) -> int:
    """Return a moment as microseconds since 1970."""
    return (moment - EPOCH) // timedelta(microseconds=1)


class SpelledWord(NamedTuple):
    """A word as the index has it: its terms with spaces between, and where words stand in order its surface and forms.

    A function word has no forms at all, another one as many as there are fields.
    """

    terms: str
    surface: str
    forms: tuple[str, ...]


def spell(surface: str, language: str, bases: Iterable[str], parts: Iterable[str]) -> SpelledWord:
    terms = [PREFIX[TermKind.SURFACE] + surface]
    terms += [PREFIX[TermKind.BASE] + base for base in bases]
    terms += [PREFIX[TermKind.PART] + part for part in parts]
    forms = [form_of(base, language) for base in bases][:MOST_FORMS]
    forms += [NO_FORM] * (MOST_FORMS - len(forms))
    return SpelledWord(" ".join(terms), surface, () if surface in EVERY else tuple(forms))


def form_of(base: str, language: str) -> str:
    """Return a base form of a language as the index has it."""
    return f"{language}{NO_FORM}{base}"


def make_body(row: DocumentRow, spelled: Mapping[int, SpelledWord], catalogue: Catalogue) -> JsonBody:
    """Return the document of a row. ``spelled`` has its words by number."""
    words = [spelled[number] for number in np.frombuffer(row.words, NUMBER).tolist()]
    weights = [field.weight for field in catalogue.fields]
    weighed: list[str] = []
    columns = (column.tolist() for column in read_postings(row.postings))
    for word, field, count in zip(*columns, strict=True):
        if count:
            weighed += [words[word].terms] * max(1, round(weights[field] * count))
    sort_keys: JsonBody = {}
    for sort in catalogue.orders:
        key = row.sort_keys.get(sort.name)
        if sort.text:
            sort_keys[sort.name] = str(row.sort_keys.get(sort.name, ""))
        elif isinstance(key, int | float) and isfinite(key):
            # Adding turns a negative zero, which the server would sort before zero, into zero.
            sort_keys[sort.name] = float(key) + 0.0
    return {
        WORDS: " ".join(weighed),
        STREAM_FIELD: _make_stream(row, [word.surface for word in words]),
        FORMS: {
            str(place): _make_stream(row, ["".join(word.forms[place : place + 1]) for word in words])
            for place in range(MOST_FORMS)
        },
        EXPIRES: NEVER if row.expires_at is None else microseconds(row.expires_at),
        LENGTH: row.length,
        PAGE_ID: row.page_id,
        STAMP: row.stamp,
        FACET: {facet.name: list(row.values.get(facet.name, ())) for facet in catalogue.facets},
        SORT: sort_keys,
    }


def _make_stream(row: DocumentRow, words: Sequence[str]) -> list[str]:
    """Return what stands for each word of the passages, in order."""
    passages: list[list[str]] = []
    for item in read_stream(row.stream).tolist():
        if item < FIRST_WORD:
            passages.append([])
        else:
            passages[-1].append(words[item - FIRST_WORD])
    return [" ".join(passage) for passage in passages]


def explain_refused(status: int, error: Mapping[str, Any]) -> SearchServerFailed:
    if error["type"] == "index_not_found_exception":
        return SearchServerFailed(f"{MISSING}: {error['reason']}")
    message = f"{status}: {error['type']}: {error['reason']}"[:LONGEST_REASON]
    return SearchServerFailed(message, is_outage=status != 400)
