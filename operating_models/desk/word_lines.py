"""A form's field for words, one on each line."""

from __future__ import annotations

from collections.abc import Iterable

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext

from operating_models.typed_text import fold, tidy_line
from search.analysis.tokens import tokenise

MOST_WORDS = 20
LONGEST_WORD = 60


class WordsField(forms.CharField):
    """A list of words, one on each line. Empty lines and words that stand on an earlier line are left out."""

    widget = forms.Textarea

    def __init__(self, **kwargs: object) -> None:
        super().__init__(required=False, widget=forms.Textarea(attrs={"rows": 4}), **kwargs)

    def prepare_value(self, value: object) -> object:
        return "\n".join(value) if isinstance(value, list) else value

    def clean(self, value: object) -> list[str]:
        lines = [tidy_line(line) for line in str(value or "").splitlines()]
        problems = [problem for number, line in enumerate(lines, start=1) for problem in _problems(number, line)]
        distinct: dict[str, str] = {}
        for line in filter(None, lines):
            distinct.setdefault(fold(line), line)
        if len(distinct) > MOST_WORDS:
            problems.append(
                gettext("There are %(words)d words; there may be %(most)d at most.")
                % {"words": len(distinct), "most": MOST_WORDS}
            )
        if problems:
            raise ValidationError(problems)
        return list(distinct.values())

    def has_changed(self, initial: object, data: object) -> bool:
        return (self.prepare_value(initial) or "").split("\n") != str(data or "").splitlines()


def _problems(number: int, line: str) -> Iterable[str]:
    if len(line) > LONGEST_WORD:
        yield gettext("Line %(number)d has %(characters)d characters; a word may have %(most)d at most.") % {
            "number": number,
            "characters": len(line),
            "most": LONGEST_WORD,
        }
    elif line and not tokenise(line):
        yield gettext("Line %(number)d holds no word: “%(line)s”.") % {"number": number, "line": line}
