"""What a local version says differently from its source: paragraph by paragraph, word by word, side by side.

Wagtail's own comparison (wagtail.admin.compare) merges both texts into one column and knows no paragraphs, so words
are compared with Python's difflib.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import zip_longest

from operating_models.models import TEXTS, OperatingModelPage, Text, TextLanguage
from operating_models.models.texts import ROWS, ModelText, TextKind
from operating_models.rich_text import plain_text

BLOCK = re.compile(r"</?(?:p|li|ul|ol|h[1-6]|blockquote|div|br|hr)\b[^>]*>", re.IGNORECASE)
"""Where a paragraph of rich text begins or ends."""
WORD = re.compile(r"\S+\s*")

ALIKE = 0.3
"""Share of equal words from which two paragraphs are one that was changed."""
MOST_PAIRS = 900
"""Pairs of paragraphs that are weighed against each other; of more, the first stands beside the first and so on."""
MOST_WORDS = 3_000
"""Words of a paragraph that are compared one by one; a longer one is shown as changed whole."""


@dataclass(frozen=True, slots=True)
class Run:
    """Words that stand on both sides, or on this one only."""

    text: str
    only_here: bool


@dataclass(frozen=True, slots=True)
class Pair:
    """A paragraph on both sides; one of them is empty where the other has no counterpart."""

    before: tuple[Run, ...]
    after: tuple[Run, ...]

    @property
    def is_changed(self) -> bool:
        return any(run.only_here for run in (*self.before, *self.after))


@dataclass(frozen=True, slots=True)
class ComparedText:
    """A text of the page under its name, in its language on each side."""

    title: str
    language_before: str
    language_after: str
    pairs: tuple[Pair, ...]

    @property
    def is_changed(self) -> bool:
        return any(pair.is_changed for pair in self.pairs)


def compare(source: OperatingModelPage, version: OperatingModelPage) -> tuple[ComparedText, ...]:
    """Compare the texts that both pages have in common or that only one has; sections empty on both are left out."""
    before, after = _texts(source), _texts(version)
    order = list(dict.fromkeys([*after, *before]))
    nothing = _Text("", ())
    sections = []
    for title in order:
        old, new = before.get(title, nothing), after.get(title, nothing)
        if old.paragraphs or new.paragraphs:
            pairs = tuple(pair_up(old.paragraphs, new.paragraphs))
            sections.append(ComparedText(title, old.language or new.language, new.language or old.language, pairs))
    return tuple(sections)


def is_same(one: OperatingModelPage, other: OperatingModelPage) -> bool:
    """Tell whether two states of a page have the same texts."""
    return _texts(one) == _texts(other)


def pair_up(before: Sequence[str], after: Sequence[str]) -> Iterator[Pair]:
    """Yield the paragraphs of both sides in their order, those that say nearly the same beside each other."""
    for kind, first, last, first_after, last_after in _match(before, after):
        old, new = before[first:last], after[first_after:last_after]
        if kind == "equal":
            for text in old:
                run = (Run(text, only_here=False),)
                yield Pair(run, run)
        else:
            for one, other in _align(old, new):
                yield _compare_words(one, other)


@dataclass(frozen=True, slots=True)
class _Text:
    language: str
    paragraphs: tuple[str, ...]


def _texts(page: OperatingModelPage) -> dict[str, _Text]:
    """Return the texts of a page by the name that readers see, in the order of the page."""
    labels = page.field_labels()
    language = page.original_language
    texts = {labels[text.name]: _Text(language, _read(page, text)) for text in TEXTS if text.is_carried}
    for kind in ROWS:
        if kind.is_carried and not kind.is_translation:
            label = str(page._meta.get_field(kind.relation).related_model._meta.verbose_name_plural)
            lines = tuple(kind.told_line(row) for row in getattr(page, kind.relation).all())
            texts[label[:1].upper() + label[1:]] = _Text(language, lines)
    for row in page.texts.all():
        texts |= _texts_in(row, labels)
    return texts


def _texts_in(row: Text, labels: dict[str, str]) -> dict[str, _Text]:
    language = TextLanguage(row.language)
    return {
        f"{labels[text.name]} ({language.label})": _Text(row.language, _read(row, text))
        for text in TEXTS
        if text.is_carried and text.is_translated
    }


def _read(holder: OperatingModelPage | Text, text: ModelText) -> tuple[str, ...]:
    """Return the paragraphs of a text."""
    told = getattr(holder, text.name)
    return _paragraphs(told) if text.kind == TextKind.RICH else _lines(told)


def _lines(text: str) -> tuple[str, ...]:
    """Return the lines of a plain text."""
    return tuple(filter(None, (" ".join(line.split()) for line in text.splitlines())))


def _paragraphs(html: str) -> tuple[str, ...]:
    """Return the paragraphs, items and headings of a text without markup."""
    return tuple(filter(None, (plain_text(piece) for piece in BLOCK.sub("\n", html).split("\n"))))


def _match(before: Sequence[str], after: Sequence[str]) -> list[tuple[str, int, int, int, int]]:
    return SequenceMatcher(None, before, after, autojunk=False).get_opcodes()


def _align(before: Sequence[str], after: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Yield changed paragraphs beside each other, "" where one side has none left.

    Those that are alike stand together, in the best way by shared words; others beside each other in their order.
    """
    old: list[str] = []
    new: list[str] = []
    for one, other in _pair_alike(before, after):
        if one and other:
            yield from zip_longest(old, new, fillvalue="")
            old, new = [], []
            yield one, other
        elif one:
            old.append(one)
        else:
            new.append(other)
    yield from zip_longest(old, new, fillvalue="")


def _pair_alike(before: Sequence[str], after: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Yield paragraphs that are alike together, and "" beside one that has no counterpart."""
    if len(before) * len(after) > MOST_PAIRS:
        yield from zip_longest(before, after, fillvalue="")
        return
    words_before, words_after = ([set(_words(text)) for text in side] for side in (before, after))
    # best[i][j] is what the paragraphs from i and j on share at best.
    best = [[0.0] * (len(after) + 1) for _ in range(len(before) + 1)]
    for i in reversed(range(len(before))):
        for j in reversed(range(len(after))):
            likeness = _likeness(words_before[i], words_after[j])
            together = likeness + best[i + 1][j + 1] if likeness >= ALIKE else 0.0
            best[i][j] = max(together, best[i + 1][j], best[i][j + 1])
    i = j = 0
    while i < len(before) or j < len(after):
        if j == len(after) or (i < len(before) and best[i][j] == best[i + 1][j]):
            yield before[i], ""
            i += 1
        elif i == len(before) or best[i][j] == best[i][j + 1]:
            yield "", after[j]
            j += 1
        else:
            yield before[i], after[j]
            i, j = i + 1, j + 1


def _likeness(one: set[str], other: set[str]) -> float:
    return 2 * len(one & other) / (len(one) + len(other)) if one or other else 0.0


def _words(text: str) -> list[str]:
    return [word.strip() for word in WORD.findall(text)]


def _compare_words(before: str, after: str) -> Pair:
    old, new = WORD.findall(before), WORD.findall(after)
    is_alike = _likeness(set(_words(before)), set(_words(after))) >= ALIKE
    if not is_alike or max(len(old), len(new)) > MOST_WORDS:
        return Pair(_whole(before), _whole(after))
    runs_before: list[Run] = []
    runs_after: list[Run] = []
    for kind, first, last, first_after, last_after in _match(_words(before), _words(after)):
        for runs, words in ((runs_before, old[first:last]), (runs_after, new[first_after:last_after])):
            if words:
                text = "".join(words)
                runs.append(Run(text.rstrip(), only_here=kind != "equal"))
                # The space before the next word belongs to no mark.
                runs += [Run(" ", only_here=False)] if text != text.rstrip() else []
    return Pair(tuple(runs_before), tuple(runs_after))


def _whole(text: str) -> tuple[Run, ...]:
    return (Run(text, only_here=True),) if text else ()
