"""A form's field for concepts, each by one of its words, one on each line."""

from __future__ import annotations

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext

from operating_models.typed_text import fold, tidy_line
from search import catalogue, index_version
from search.finding.preview import SHOWN_IN
from search.terms import concepts, words
from search.terms.concepts import Concepts


class ConceptsField(forms.CharField):
    """Keys of concepts, written and read as their labels or words. The same concept twice counts once."""

    widget = forms.Textarea

    def __init__(self, **kwargs: object) -> None:
        super().__init__(required=False, widget=forms.Textarea(attrs={"rows": 3}), **kwargs)

    def prepare_value(self, value: object) -> object:
        if not isinstance(value, list):
            return value
        known = _current()
        return "\n".join(filter(None, (known.shown(key, SHOWN_IN) for key in value)))

    def clean(self, value: object) -> list[str]:
        known = _current()
        keys: dict[str, None] = {}
        problems = []
        for number, line in enumerate(map(tidy_line, str(value or "").splitlines()), start=1):
            found = _find(line, known) if line else [""]
            if len(found) == 1:
                keys |= dict.fromkeys(filter(None, found))
            elif found:
                problems.append(
                    gettext("Line %(number)d: “%(line)s” belongs to several concepts. Write a word of one of them.")
                    % {"number": number, "line": line}
                )
            else:
                problems.append(
                    gettext("Line %(number)d: no concept has the word “%(line)s”.") % {"number": number, "line": line}
                )
        if problems:
            raise ValidationError(problems)
        return list(keys)

    def has_changed(self, initial: object, data: object) -> bool:
        return (self.prepare_value(initial or []) or "").split("\n") != str(data or "").splitlines()


def _current() -> Concepts:
    return concepts.current(catalogue.current(), index_version.read())


def _find(line: str, known: Concepts) -> list[str]:
    """Return the keys of the concepts that a word names: the one that is called so, else all that have the word."""
    keys = list(dict.fromkeys(phrase.key for phrase in known.equals(line, words.analyser())))
    called = [key for key in keys if fold(known.shown(key, SHOWN_IN)) == fold(line)]
    return called if len(called) == 1 else keys
