"""The regions as the numbers need them, with their beginnings, ends and successors."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from operating_models.models import Region, RegionKind


@dataclass(frozen=True, slots=True)
class Territory:
    """A region as numbers need it: where it belongs, when it exists, and which go on in its place after that."""

    key: int
    code: str
    name: str
    kind: RegionKind
    area: int | None
    area_name: str
    valid_from: date | None = None
    valid_until: date | None = None
    successors: tuple[int, ...] = ()

    @property
    def is_national(self) -> bool:
        return self.kind == RegionKind.NATIONAL

    def exists(self, day: date) -> bool:
        return (self.valid_from is None or self.valid_from <= day) and not self.is_over(day)

    def is_over(self, day: date) -> bool:
        return self.valid_until is not None and self.valid_until < day


def read_territories() -> list[Territory]:
    """Read all regions in their order; two queries."""
    return [
        Territory(
            key=region.pk,
            code=region.code,
            name=str(region),
            kind=RegionKind(region.kind),
            area=region.collaborative_area,
            area_name=region.area_name,
            valid_from=region.valid_from,
            valid_until=region.valid_until,
            successors=tuple(successor.pk for successor in region.successors.all()),
        )
        for region in Region.objects.in_order().prefetch_related("successors")
    ]
