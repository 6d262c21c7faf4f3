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

from operating_models.models.texts import TEXT, TEXTS, Tab, TextKind
from operating_models.models.vocabularies import VOCABULARIES
from operating_models.rich_text import is_blank
from operating_models.typed_text import is_visible

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


IMAGE_FIELDS = ("image", "image_alt", "image_is_decoration")
"""An image, and one of two things that it needs: words for those who do not see it, or that it tells nothing."""


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


@dataclass(frozen=True, slots=True)
class UntoldImage(Gap):
    """An image without a text alternative that is not said to be decoration."""

    @property
    def message(self) -> str:
        return gettext(
            "Say on the tab “%(tab)s” what the image tells to those who do not see it, or tick that it is decoration."
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

    A text counts as empty when nothing of it can be seen, a rich one without its markup; a list when it has no member.
    An image needs a text alternative or to be decoration, and a local version has to tell what was kept, changed or
    dropped.
    """
    gaps = tuple(
        Gap(field=name, label=labels[name], tab=str(tab))
        for name, tab in TAB_OF_REQUIRED_FIELD.items()
        if is_empty(name, values.get(name))
    )
    if values.get("image") and not values.get("image_is_decoration") and not is_visible(values.get("image_alt") or ""):
        gaps = (*gaps, UntoldImage("image_alt", labels.get("image_alt", ""), str(Tab.CONTENT)))
    if is_local_version and all(is_empty(name, values.get(name)) for name in ADAPTATION_ANSWERS):
        told = gettext("What was kept, changed or dropped of the source")
        return (*gaps, Gap(field=ADAPTATION_ANSWERS[0], label=told, tab=str(Tab.CONTENT)))
    return gaps


def is_empty(name: str, value: object) -> bool:
    """Tell whether a field of a model holds nothing. Only rich text is read as markup: "<clients>" may be a lead."""
    if value is None:
        return True
    if not isinstance(value, str):
        return not list(value)
    return is_blank(value) if TEXT[name].kind == TextKind.RICH else not is_visible(value)


GAPS_ALLOWED: ContextVar[bool] = ContextVar("gaps_allowed", default=False)


@contextmanager
def gaps_allowed() -> Iterator[None]:
    """Publish what others wrote as it is: for the import of texts in bulk, where a gap is theirs to fill later."""
    token = GAPS_ALLOWED.set(True)
    try:
        yield
    finally:
        GAPS_ALLOWED.reset(token)
