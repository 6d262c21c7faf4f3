"""What changed, ready to show: numbers as text, the difference, and bars to compare."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.utils.formats import number_format

from operating_models.models import Outcome


@dataclass(frozen=True, slots=True)
class OutcomeRow:
    """An outcome with its numbers as text ("" when not given), and bars of 0–100 of the larger number."""

    outcome: Outcome
    before: str
    after: str
    change: str = ""
    change_label: str = ""
    bar_before: int = 0
    bar_after: int = 0


@dataclass(frozen=True, slots=True)
class OutcomeTable:
    """Outcomes one below the other; a column of numbers is drawn where one of them has such a number."""

    rows: tuple[OutcomeRow, ...]

    @property
    def has_before(self) -> bool:
        return any(row.before for row in self.rows)

    @property
    def has_after(self) -> bool:
        return any(row.after for row in self.rows)

    @property
    def has_change(self) -> bool:
        return any(row.change for row in self.rows)

    @property
    def width(self) -> int:
        """How many columns stand beside what was measured: those of numbers, or else one of words."""
        return self.has_before + self.has_after + self.has_change or 1


def outcome_row(outcome: Outcome) -> OutcomeRow:
    before, after = outcome.before, outcome.after
    if before is None or after is None:
        return OutcomeRow(outcome, number_label(before), number_label(after))
    largest = max(before, after)
    has_bars = min(before, after) >= 0 and largest > 0
    return OutcomeRow(
        outcome,
        number_label(before),
        number_label(after),
        change=_signed(after - before),
        change_label=_signed(round((after - before) / abs(before) * 100)) + " %" if before else "",
        bar_before=round(before / largest * 100) if has_bars else 0,
        bar_after=round(after / largest * 100) if has_bars else 0,
    )


def number_label(value: Decimal | None) -> str:
    if value is None:
        return ""
    shortest = value.normalize()
    text = number_format(shortest, decimal_pos=max(0, -shortest.as_tuple().exponent), force_grouping=True)
    return text.replace("-", "−")


def _signed(value: Decimal | int) -> str:
    sign = "+" if value > 0 else "−" if value < 0 else "±"
    return sign + number_label(abs(Decimal(value)))
