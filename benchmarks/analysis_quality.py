"""Scores the analyser against base forms and compound parts written by hand (docs/analysis-quality.md).

The files of gold hold one word a line: the form, a tab, and what a Finnish linguist says of it. Lines beginning with #
are comments. Nothing here is drawn while scoring: ``draw`` only says which words were to be judged.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from operating_models.demo.reading import ModelFile
from search.terms.words import analyser

SEED = 2026
SHORTEST = 3
"""Words of fewer letters are not drawn."""

_TOKEN = re.compile(r"[\w:'’-]+")
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")


class GoldFileError(Exception):
    """A file of gold that cannot be read; the message says the line and what is wrong."""


@dataclass(frozen=True, slots=True)
class GoldWord:
    """A word form with the base forms, or the compound parts, that were written for it."""

    form: str
    answers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class WordJudgement:
    """Whether the analyser gave what the gold asks for, and all that it gave."""

    word: GoldWord
    given: tuple[str, ...]
    hit: bool


def recall(judgements: Sequence[WordJudgement]) -> float:
    """Return the share of words, 0 to 1, for which the analyser gave what the gold asks for."""
    return sum(judgement.hit for judgement in judgements) / len(judgements)


def read_gold(path: Path) -> list[GoldWord]:
    """Read a file of gold. Raises GoldFileError with the line that is wrong; a form may stand once only."""
    words: dict[str, GoldWord] = {}
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if line.startswith("#"):
            continue
        form, tab, rest = line.partition("\t")
        answers = tuple(rest.split("|"))
        if not (form and tab and all(answers)):
            raise GoldFileError(f"{path.name}, line {number}: not a form, a tab and answers")
        if form in words:
            raise GoldFileError(f"{path.name}, line {number}: {form} stands twice")
        words[form] = GoldWord(form, answers)
    if not words:
        raise GoldFileError(f"{path.name}: no words")
    return list(words.values())


def judge_bases(words: Iterable[GoldWord]) -> list[WordJudgement]:
    """Judge the base forms of words: any one of the gold's base forms among the analyser's Finnish ones is enough."""
    judgements = []
    for word in words:
        given = _bases(word.form)
        judgements.append(WordJudgement(word, tuple(sorted(given)), not given.isdisjoint(_normalise(word.answers))))
    return judgements


def judge_meetings(words: Iterable[GoldWord]) -> list[WordJudgement]:
    """Judge whether a search for a base form of the gold would find the form: whether the two share an analysed one.

    This forgives another name for the same thing, so long as it is given to both (*ripeä* to *ripeästi*).
    """
    judgements = []
    for word in words:
        given = _bases(word.form)
        hit = any(not given.isdisjoint(_bases(answer)) for answer in word.answers)
        judgements.append(WordJudgement(word, tuple(sorted(given)), hit))
    return judgements


def judge_parts(words: Iterable[GoldWord]) -> list[WordJudgement]:
    """Judge the parts of compounds: every part of the gold must be among the analyser's Finnish ones."""
    judgements = []
    for word in words:
        given = _normalise(analyser().analyse(word.form).finnish.parts)
        judgements.append(WordJudgement(word, tuple(sorted(given)), given >= _normalise(word.answers)))
    return judgements


def draw(files: Iterable[ModelFile]) -> list[str]:
    """Return every distinct word of the titles, leads and core texts, in the one order that the seed gives.

    A word is lower-cased and has letters and inner hyphens only: "24/7", "THL:n" and "päihde-" are none.
    """
    texts = (text for file in files for text in (file.title, file.lead, *file.texts.values()))
    tokens = {token.lower() for text in texts for token in _TOKEN.findall(text)}
    words = sorted(token for token in tokens if _WORD.fullmatch(token) and _letters(token) >= SHORTEST)
    random.Random(SEED).shuffle(words)
    return words


def _letters(word: str) -> int:
    return sum(character.isalpha() for character in word)


def _bases(word: str) -> frozenset[str]:
    return _normalise(analyser().analyse(word).finnish.bases)


def _normalise(bases: Iterable[str]) -> frozenset[str]:
    return frozenset(base.lower().replace("-", "") for base in bases)
