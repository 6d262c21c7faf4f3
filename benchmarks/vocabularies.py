"""A made-up vocabulary of the size of a national one, and what it costs a search and a process."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path

from django.conf import settings

from benchmarks import timing
from benchmarks.scratch import database_url
from benchmarks.synthetic import RARE_WORDS, SEED, collect_words, is_base_form
from benchmarks.timing import Timing
from search.criteria import Criteria
from search.finding.results import find
from search.memory.engine import ENGINE

ADDRESS = "http://vocabulary.example/"
CONCEPTS = 30_000
NARROWER = 6
"""Concepts below each that has any."""
SHORTEST = 4
"""Letters of the words that concepts are called by, at least."""

PREFIXES = f"""\
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix : <{ADDRESS}> .

:all a skos:ConceptScheme ; dct:title "Made-up vocabulary"@en ; dct:rights "Free" .
"""


@cache
def _draw_words() -> tuple[Sequence[str], Sequence[str]]:
    """Return the words that concepts are called by: base forms in texts, the commonest first, and rare compounds."""
    drawn = [word for word in collect_words().words if word.isalpha() and len(word) >= SHORTEST]
    texts, compounds = drawn[:-RARE_WORDS], drawn[-RARE_WORDS:]
    return [word for word in texts if is_base_form(word)], compounds


def write(number: int) -> Iterator[str]:
    """Yield a file of Turtle with so many concepts: labels in three languages, other words, a tree, and neighbours.

    As in a national vocabulary no two concepts have the same Finnish preferred label, while other labels may be those
    of several. The texts have nearly all Finnish words, and no word of the other languages.
    """
    chance = random.Random(SEED + 5)
    common, rare = _draw_words()
    called = [*common, *rare]
    yield PREFIXES
    for place in range(number):
        said = [f':c{place} a skos:Concept ; skos:inScheme :all ; skos:prefLabel "{called[place]}"@fi']
        said += [f'skos:prefLabel "{chance.choice(rare)}{language}"@{language}' for language in ("sv", "en")]
        said += [f'skos:altLabel "{chance.choice(called)} {chance.choice(rare)}"@fi'] * (chance.random() < 0.5)
        said += [f'skos:altLabel "{chance.choice(rare)}"@fi'] * (chance.random() < 0.5)
        said += [f"skos:broader :c{(place - 1) // NARROWER}"] if place else []
        said += [f"skos:related :c{chance.randrange(number)}"] * (chance.random() < 0.3)
        yield f"{' ; '.join(said)} .\n"


def draw_criteria() -> Iterator[Criteria]:
    """Yield searches for one to three words that texts have and concepts of the vocabulary are called by."""
    chance = random.Random(SEED + 6)
    common, _ = _draw_words()
    while True:
        yield Criteria(words=" ".join(chance.choices(common, k=chance.randint(1, 3))))


def time_searches(name: str) -> list[Timing]:
    """Time find() for words of the vocabulary, and for the words of the other benchmarks; the same at every call."""
    found = []
    for kind, searches in (("its words", draw_criteria()), ("words of texts", timing.draw_criteria())):
        find(next(searches), engine=ENGINE)
        act = partial(_search_next, searches)
        found.append(timing.time_runs(f"find() for {kind}, {name}", act, runs=timing.QUERIES))
    return found


def _search_next(searches: Iterator[Criteria]) -> None:
    find(next(searches), engine=ENGINE)


@dataclass(frozen=True, slots=True)
class Start:
    """What a new process needs for all concepts: seconds of CPU, and MB of memory of its own and of files it maps."""

    own: float
    imported: float
    anonymous: float
    mapped: float


START = """
import json, time
import django
django.setup()
from search import catalogue
from search.terms import concepts, imported, words

def memory():
    with open("/proc/self/status") as status:
        told = dict(line.split(":", 1) for line in status)
    return [int(told[name].split()[0]) / 1024 for name in ("RssAnon", "RssFile")]

words.analyser()
own = concepts.read_own(catalogue.current())
before, began = memory(), time.process_time()
compiled = imported.current()
ready = time.process_time()
known = concepts.Concepts(own, words.analyser(), compiled)
told = [time.process_time() - ready, ready - began]
between = memory()
for key in ["imported:%sc%d" % (ADDRESS, place) for place in range(0, CONCEPTS, 15)]:
    known.phrases(key)
used = [after - now for now, after in zip(between, memory())]
print(json.dumps(told + used))
"""


def measure_start(concepts: int) -> Start:
    """Start a process that reads the concepts of the database at hand, and looks at 2,000 imported ones."""
    environment = os.environ | {"DATABASE_URL": database_url(), "STATE_DIR": str(settings.STATE_DIR)}
    code = f"ADDRESS, CONCEPTS = {ADDRESS!r}, {concepts}\n{START}"
    ended = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    return Start(*json.loads(ended.stdout))


def save(path: Path, number: int) -> None:
    with path.open("w", encoding="utf-8") as file:
        file.writelines(write(number))
