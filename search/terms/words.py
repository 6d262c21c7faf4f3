"""Words of the index: their numbers, and which of the languages' readings count."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from hashlib import blake2b

from search.analysis.analyser import Analyser, Analysis
from search.analysis.readings import sort_terms

CLASSIFIED = "§"
"""Begins the surface of the word that a page has for standing under a concept: "§theme:access"."""
NAMED = "@"
"""Begins the surface of the word that a text has for naming a proper name: "@region:15"."""

WordKey = tuple[str, str]
"""A word as the table Word names it: surface and language; names and concept keys have no language."""


@dataclass(frozen=True, slots=True)
class WordReading:
    """The terms of a word: its base forms and those of its compound parts."""

    bases: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()


@cache
def analyser() -> Analyser:
    """Return the analyser of this process, for index, query and snippets alike; the first call loads dictionaries."""
    return Analyser()


def number_of(key: WordKey, version: str) -> int:
    """Return the number of a word: 63 bits that depend on nothing but the word and the version of its analysis."""
    surface, language = key
    text = "\0".join((version, language, surface)).encode()
    return int.from_bytes(blake2b(text, digest_size=8).digest(), "big") >> 1


def combine(analysis: Analysis) -> WordReading:
    """Return the terms of a word: those of the languages that know it, or of all where none does."""
    readings = [analysis.finnish, analysis.swedish, analysis.english]
    used = [reading for reading in readings if reading.known] or readings
    return WordReading(
        bases=sort_terms(base for reading in used for base in reading.bases),
        parts=sort_terms(part for reading in used for part in reading.parts),
    )
