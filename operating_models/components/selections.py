"""What a reader has selected: chips that take a selection back, and fields that carry it through a form."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Chip:
    """A selected value of a facet, and the address of the same page without it."""

    label: str
    facet_label: str
    remove_url: str


@dataclass(frozen=True, slots=True)
class HiddenField:
    """A field of a form that the reader does not see."""

    name: str
    value: str
