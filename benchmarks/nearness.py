"""Times of finding what is near in meaning, beside the same searches without it."""

from __future__ import annotations

import random
import resource
from collections.abc import Iterator

import numpy as np
from django.db import transaction
from django.test.utils import override_settings

from benchmarks.synthetic import collect_words
from benchmarks.timing import QUERIES, SEED, Timing, milliseconds, summarise, time_runs
from search import index_version
from search.batches import in_batches
from search.criteria import Criteria
from search.finding.results import find
from search.memory.engine import ENGINE
from search.models import Document, NearVector
from search.nearness import embedders, embedding
from search.nearness.embedders import to_unit
from search.nearness.vectors import KeptVectors, pack

EMBEDDED = 20
"""Pages whose vectors are made in truth; those of the others are drawn."""


def draw_rare() -> Iterator[Criteria]:
    """Yield searches that few pages fit fully: two words that are rare."""
    chance = random.Random(SEED + 3)
    rare = [word for word in collect_words().words[3_000:] if len(word) > 4]
    while True:
        yield Criteria(words=" ".join(chance.sample(rare, k=2)))


def measure() -> tuple[list[Timing], str]:
    """Give each document a vector and time what is made of them; returns a line on memory too."""
    embedder = embedders.current()
    if embedder is None:
        return [], "There is no model to ask for vectors."
    before = _megabytes()
    embedder.embed_query("neuvola")
    of_model = _megabytes() - before
    timings = [_time_pages(), _draw_vectors(embedder.model)]
    before = _megabytes()
    version = index_version.read()
    vectors = KeptVectors(embedder.model)
    timings.append(summarise("reading all vectors", [milliseconds(lambda: vectors.current(version))]))
    of_vectors = vectors.current(version).numbers.nbytes / 1e6
    words = (criteria.words for criteria in draw_rare())
    query = embedder.embed_query(next(words))
    timings += [
        time_runs("a query's vector", lambda: embedder.embed_query(next(words)), runs=QUERIES),
        time_runs("comparing it with all", lambda: vectors.current(version).cosines(query), runs=QUERIES),
    ]
    with override_settings(EMBEDDER=""):
        timings.append(_time_find("find(), words only"))
    timings.append(_time_find("find(), words and meaning"))
    return timings, f"The model takes {of_model:.0f} MB of memory, the vectors {of_vectors:.1f} MB."


def _time_find(name: str) -> Timing:
    searches = draw_rare()
    find(next(searches), engine=ENGINE)
    return time_runs(name, lambda: find(next(searches), engine=ENGINE), runs=QUERIES)


def _time_pages() -> Timing:
    """Time making the vectors of pages, a page each, without the database's part in it."""
    embedder = embedders.current()
    pages = [
        embedding.read_about(*row)
        for row in Document.objects.filter(findable=True)
        .order_by("pk")
        .values_list("pk", "stamp", "passages")[:EMBEDDED]
    ]
    return summarise(
        "a page's vector",
        [milliseconds(lambda page=page: embedder.embed_passages([page.title, page.text])) for page in pages],
    )


def _draw_vectors(model: str) -> Timing:
    """Give each document a vector that chance draws, and time the drawing and writing of all."""
    chance = np.random.default_rng(SEED)
    documents = list(Document.objects.filter(findable=True).order_by("pk").values_list("pk", "stamp"))
    size = len(embedders.current().embed_query("neuvola"))

    def write() -> None:
        with transaction.atomic():
            index_version.change(index_version.VECTORS)
            NearVector.objects.all().delete()
            for some in in_batches(documents):
                drawn = to_unit(chance.normal(size=(len(some), size)).astype(np.float32))
                NearVector.objects.bulk_create(
                    NearVector(page_id=page_id, model=model, stamp=stamp, digest="", vector=pack(vector))
                    for (page_id, stamp), vector in zip(some, drawn, strict=True)
                )

    return summarise("writing drawn vectors", [milliseconds(write)])


def _megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
