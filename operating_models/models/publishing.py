"""One rule of what a model's page must have before it is published, asked at every door (docs/architecture.md)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import ClassVar

from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext
from wagtail.blocks import StreamValue
from wagtail.models import Orderable, Page

from operating_models.models.texts import ROWS, TEXT, TEXTS, Tab, TextKind
from operating_models.models.typed import TypedRow
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


@dataclass(frozen=True, slots=True)
class RowGap(Gap):
    """A required field without content in a row of the page; ``field`` is the page's relation to its rows."""

    row: str
    """What the row is and which one, such as "Outcome 2"."""

    @property
    def message(self) -> str:
        return gettext(
            "%(row)s: %(field)s is missing. Fill it in or delete the row on the tab “%(tab)s” before publishing."
        ) % {"row": self.row, "field": self.label, "tab": self.tab}


class GapsError(ValidationError):
    """A page was to be published with gaps. ``gaps`` tells which."""

    def __init__(self, gaps: tuple[Gap, ...]) -> None:
        messages: dict[str, list[str]] = {}
        for gap in gaps:
            messages.setdefault(gap.field, []).append(gap.message)
        super().__init__(messages)
        self.gaps = gaps


class WrittenRow(TypedRow, Orderable):
    """A row of a page that writers fill in: a draft's row may have gaps."""

    class Meta(Orderable.Meta):
        abstract = True

    def missing(self) -> tuple[str, ...]:
        """Return the names of the fields that publishing asks for and that are empty."""
        asked = (field for field in self._meta.fields if field.editable and not field.blank and field.name != "page")
        return tuple(field.name for field in asked if has_nothing(field.value_from_object(self)))

    def explain_missing(self, name: str) -> str:
        """Return what is said beside a field that is missing."""
        return gettext("This is missing.")

    @classmethod
    def label_of(cls, field: str) -> str:
        return capfirst(str(cls._meta.get_field(field).verbose_name))

    @classmethod
    def numbered(cls, number: int) -> str:
        """Return the name by which messages call the row of a number, from 1."""
        return f"{capfirst(str(cls._meta.verbose_name))} {number}"


def find_row_gaps(page: Page) -> Iterator[RowGap]:
    """Yield the gaps of a model's rows and of its development path, in the order of the search."""
    for kind in ROWS:
        for number, row in enumerate(getattr(page, kind.relation).all(), start=1):
            for name in row.missing():
                yield RowGap(kind.relation, row.label_of(name), str(kind.tab), row.numbered(number))
    yield from find_phase_gaps(page.development)


def find_phase_gaps(path: StreamValue) -> Iterator[RowGap]:
    """Yield the phases of a development path that say nothing."""
    for number, phase in enumerate(path, start=1):
        if has_nothing(phase.value["text"].source, is_rich=True):
            label = phase.block.child_blocks["text"].label
            yield RowGap("development", str(label), str(Tab.PATH), f"{Tab.PATH} {number} ({phase.block.label})")


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
    return has_nothing(value, is_rich=name in TEXT and TEXT[name].kind == TextKind.RICH)


def has_nothing(value: object, *, is_rich: bool = False) -> bool:
    """Tell whether a value shows nothing: a text without a visible letter, a list without a member."""
    if isinstance(value, str):
        return is_blank(value) if is_rich else not is_visible(value)
    return value is None or (isinstance(value, Iterable) and not list(value))


GAPS_ALLOWED: ContextVar[bool] = ContextVar("gaps_allowed", default=False)


@contextmanager
def gaps_allowed() -> Iterator[None]:
    """Publish what others wrote as it is: for the import of texts in bulk, where a gap is theirs to fill later."""
    token = GAPS_ALLOWED.set(True)
    try:
        yield
    finally:
        GAPS_ALLOWED.reset(token)
