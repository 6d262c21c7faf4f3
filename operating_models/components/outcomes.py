"""What changed, ready to show: numbers as text, the difference, and bars to compare."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.utils.formats import number_format

from operating_models.models import Outcome


@dataclass(frozen=True, slots=True)
class OutcomeRow:
    """An outcome ready to show; numbers are text ("" when not given), bars are 0–100 of the larger number."""

    measure: str
    concerns_label: str
    unit: str
    before: str
    after: str
    change: str
    change_label: str
    bar_before: int
    bar_after: int
    period: str
    source_url: str
    note: str


def outcome_row(row: Outcome) -> OutcomeRow:
    bars = (0, 0)
    change = change_label = ""
    if row.before is not None and row.after is not None:
        difference = row.after - row.before
        change = _signed(difference)
        if row.before:
            change_label = _signed(round(difference / abs(row.before) * 100)) + " %"
        largest = max(row.before, row.after)
        if min(row.before, row.after) >= 0 and largest > 0:
            bars = (round(row.before / largest * 100), round(row.after / largest * 100))
    return OutcomeRow(
        measure=row.measure,
        concerns_label=str(row.get_concerns_display()),
        unit=row.unit,
        before=_number(row.before),
        after=_number(row.after),
        change=change,
        change_label=change_label,
        bar_before=bars[0],
        bar_after=bars[1],
        period=row.period,
        source_url=row.source_url,
        note=row.note,
    )


def _number(value: Decimal | None) -> str:
    if value is None:
        return ""
    shortest = value.normalize()
    text = number_format(shortest, decimal_pos=max(0, -shortest.as_tuple().exponent), force_grouping=True)
    return text.replace("-", "−")


def _signed(value: Decimal | int) -> str:
    sign = "+" if value > 0 else "−" if value < 0 else "±"
    return sign + _number(abs(Decimal(value)))
