"""One rule of what a model's page must have before it is published, asked at every door (docs/architecture.md)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import ClassVar

from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext

from operating_models.models.texts import TEXT, TEXTS, Tab
from operating_models.models.vocabularies import VOCABULARIES
from operating_models.rich_text import plain_text

REQUIRED_TEXTS = tuple(text.name for text in TEXTS if text.is_required)
REQUIRED_TERMS = tuple(vocabulary.relation for vocabulary in VOCABULARIES if vocabulary.is_required)
TAB_OF_REQUIRED_FIELD: Mapping[str, Promise] = {
    "title": TEXT["title"].tab,
    "lead": TEXT["lead"].tab,
    **dict.fromkeys(REQUIRED_TERMS, Tab.BASICS),
    **{name: TEXT[name].tab for name in REQUIRED_TEXTS},
}
"""What a page must have, in the editor's order. The owner is an organisation and its unit, never only a person."""

ADAPTATION_ANSWERS = ("adaptation_kept", "adaptation_changed", "adaptation_dropped")
"""What a local version tells of its source; before publishing at least one of them."""


@dataclass(frozen=True, slots=True)
class Gap:
    """A required field without content, with the label of the field and the heading of its tab."""

    may_be_allowed: ClassVar[bool] = True
    """Whether texts that others wrote may be published with it (gaps_allowed)."""

    field: str
    label: str
    tab: str

    @property
    def message(self) -> str:
        return gettext("%(field)s is missing. Fill it in on the tab “%(tab)s” before publishing.") % {
            "field": self.label,
            "tab": self.tab,
        }


@dataclass(frozen=True, slots=True)
class Circle(Gap):
    """A model that would be adapted from itself, at once or through others."""

    may_be_allowed: ClassVar[bool] = False

    @property
    def message(self) -> str:
        return gettext(
            "The chosen model is this model itself or was adapted from it. Choose another one on the tab “%(tab)s”."
        ) % {"tab": self.tab}


class GapsError(ValidationError):
    """A page was to be published with gaps. ``gaps`` tells which."""

    def __init__(self, gaps: tuple[Gap, ...]) -> None:
        super().__init__({gap.field: gap.message for gap in gaps})
        self.gaps = gaps


def find_gaps(
    values: Mapping[str, object], labels: Mapping[str, str], *, is_local_version: bool = False
) -> tuple[Gap, ...]:
    """Return the required fields that ``values`` leaves without content, in the order of the editor.

    Rich text counts as empty when no letter is left without its markup; lists and querysets when they have no member.
    A local version has to tell what was kept, changed or dropped.
    """
    gaps = tuple(
        Gap(field=name, label=labels[name], tab=str(tab))
        for name, tab in TAB_OF_REQUIRED_FIELD.items()
        if is_empty(values.get(name))
    )
    if is_local_version and all(is_empty(values.get(name)) for name in ADAPTATION_ANSWERS):
        told = gettext("What was kept, changed or dropped of the source")
        return (*gaps, Gap(field=ADAPTATION_ANSWERS[0], label=told, tab=str(Tab.CONTENT)))
    return gaps


def is_empty(value: object) -> bool:
    if value is None:
        return True
    if isinstance(value, str):
        return not plain_text(value)
    return not list(value)


GAPS_ALLOWED: ContextVar[bool] = ContextVar("gaps_allowed", default=False)


@contextmanager
def gaps_allowed() -> Iterator[None]:
    """Publish what others wrote as it is: for the import of texts in bulk, where a gap is theirs to fill later."""
    token = GAPS_ALLOWED.set(True)
    try:
        yield
    finally:
        GAPS_ALLOWED.reset(token)
