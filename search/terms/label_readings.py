"""What the analyser makes of labels and synonyms, kept in a file so that a process need not analyse them all."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from functools import cache
from hashlib import blake2b
from pathlib import Path

from search import analysis
from search.analysis.analyser import Analyser
from search.analysis.ellipsis import rebuild
from search.analysis.function_words import EVERY
from search.analysis.tokens import tokenise
from search.terms import state_files, words
from search.terms.words import WordReading, combine

KIND = "labels"

Spelling = tuple[str, str | None]
"""A label or synonym and its language, None where nobody has told it."""
ReadText = tuple[tuple[str, WordReading], ...]
"""The words of a text with their readings."""


class LabelReadings(dict[Spelling, ReadText]):
    """Readings by text and language; what it does not have it reads with the analyser."""

    def __init__(self, analyser: Analyser, spellings: Iterable[Spelling]) -> None:
        """Take the readings of the file of these texts, else those of the newest file that may have some of them."""
        super().__init__()
        self._analyser = analyser
        self._wanted = sorted(set(spellings), key=repr)
        by = rules(analyser)
        self._name = f"{by}-{state_files.digest(self._wanted)}"
        others = (name for name in state_files.names(KIND) if name.startswith(f"{by}-") and name != self._name)
        self.is_kept = self._load(self._name)
        """Whether the file holds the readings of these texts."""
        if not self.is_kept:
            any(map(self._load, others))

    def __missing__(self, spelling: Spelling) -> ReadText:
        text, language = spelling
        read = self[spelling] = read_words(text, language, self._analyser)
        return read

    def keep(self) -> None:
        """Write the readings of these texts into a file, unless that has them or cannot be written."""
        if not self.is_kept:
            self.is_kept = state_files.write(KIND, self._name, _pack({one: self[one] for one in self._wanted}))

    def _load(self, name: str) -> bool:
        content = state_files.read(KIND, name)
        if content is not None:
            self.update(_unpack(content))
        return content is not None


def read_words(text: str, language: str | None, analyser: Analyser) -> ReadText:
    """Return the words of a label or synonym with their readings; a shortened word is the one that it stands for."""
    tokens = tokenise(text)
    full = rebuild(tokens, analyser.split_points)
    surfaces = [full.get(index, token.surface) for index, token in enumerate(tokens)]
    return tuple((surface, combine(analyser.analyse(surface, language))) for surface in surfaces)


def content_words(read: Sequence[tuple[str, WordReading]]) -> Sequence[tuple[str, WordReading]]:
    """Return the words without function words, unless there are no others."""
    return [(surface, reading) for surface, reading in read if surface not in EVERY] or read


def rules(analyser: Analyser) -> str:
    """Return what tells two ways of reading apart: the analyser's version, and the code of all that reads."""
    return state_files.digest([analyser.version, _code()])


@cache
def _code() -> str:
    """Return a digest of the sources that decide a reading, so that no forgotten number leaves an old one."""
    sources = [*Path(analysis.__file__).parent.glob("*.py"), Path(words.__file__), Path(__file__)]
    return blake2b(b"\0".join(path.read_bytes() for path in sorted(sources)), digest_size=12).hexdigest()


def _pack(readings: dict[Spelling, ReadText]) -> bytes:
    """Return readings as JSON: each word with its reading once, then the texts with the numbers of their words."""
    numbers: dict[tuple[str, WordReading], int] = {}
    texts = [
        [text, language, [numbers.setdefault(word, len(numbers)) for word in read]]
        for (text, language), read in readings.items()
    ]
    known = [[surface, reading.bases, reading.parts] for surface, reading in numbers]
    return json.dumps({"words": known, "texts": texts}, ensure_ascii=False, separators=(",", ":")).encode()


def _unpack(content: bytes) -> dict[Spelling, ReadText]:
    packed = json.loads(content)
    known = [(surface, WordReading(tuple(bases), tuple(parts))) for surface, bases, parts in packed["words"]]
    return {
        (text, language): tuple(known[number] for number in numbers) for text, language, numbers in packed["texts"]
    }
