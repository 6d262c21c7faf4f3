"""The free texts of an adoption report, declared once: all that asks, shows, guards or removes them reads this list.

A text's column with its label, help and greatest length stands in ``AdoptionReport`` (models/adoption.py), its value
on the way there in ``Statement`` (reporting/commands.py).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum


class Shown(Enum):
    """How readers see a text, on the report's page, in the list of a model's reports and beside it."""

    IN_REASONS = "among the reasons for ending, in place of the word other"
    AS_NOTE = "as the region's words, without a label; in mails too"
    UNDER_LABEL = "under its label"
    AS_SOURCE = "as the source, which may be a link"


@dataclass(frozen=True, slots=True)
class ReportText:
    """A text of a report by the name of its column. A long one is asked in a field of several lines."""

    name: str
    shown: Shown = Shown.UNDER_LABEL
    is_long: bool = False


REPORT_TEXTS = (
    ReportText("note", Shown.AS_NOTE, is_long=True),
    ReportText("changed_locally", is_long=True),
    ReportText("results", is_long=True),
    ReportText("cost"),
    ReportText("contact_unit"),
    ReportText("other_reason", Shown.IN_REASONS),
    ReportText("source", Shown.AS_SOURCE),
)
"""All texts, in the order in which they are asked and shown."""

BESIDE_REASONS = tuple(text for text in REPORT_TEXTS if text.shown == Shown.IN_REASONS)
"""Texts that are asked with the reasons for ending."""

FURTHER = tuple(text for text in REPORT_TEXTS if text.shown != Shown.IN_REASONS)
"""Texts that are asked under "more information"."""

LABELLED = tuple(text for text in REPORT_TEXTS if text.shown == Shown.UNDER_LABEL)


def names_of(texts: Iterable[ReportText] = REPORT_TEXTS) -> tuple[str, ...]:
    return tuple(text.name for text in texts)
