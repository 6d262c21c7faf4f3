"""The public numbers as frozen rows; each says exactly what it counts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from operating_models.models import AdoptionStatus, RegionKind
from search.criteria import Criteria
from search.terms.concepts import Concepts


@dataclass(frozen=True, slots=True)
class StatusRow:
    """An adoption status."""

    status: AdoptionStatus
    label: str
    models: int
    """Models whose furthest status anywhere this is, the whole country included: the search's facet."""
    adoptions: int
    """Pairs of a region and a model of which this is the status; the whole country is no region."""


@dataclass(frozen=True, slots=True)
class TermRow:
    """The models of a programme, a theme or a target group."""

    code: str
    label: str
    developed: int
    """Models that have the value; a programme has those of its parts too."""
    in_use: int
    """Of these, models that are in use or established somewhere."""
    adoptions: int
    """Adoptions of these models in the regions."""
    ended: int
    """Pairs of a region and one of these models whose use has ended there."""

    @property
    def share(self) -> float | None:
        """The part of the developed models that is in use somewhere, 0 to 1; None without models."""
        return self.in_use / self.developed if self.developed else None


@dataclass(frozen=True, slots=True)
class RegionRow:
    """A region: what it has developed, and where it stands with models, whoever developed them."""

    code: str
    name: str
    kind: RegionKind
    organiser: bool
    """Whether it organises health and social services on the day: it counts in shares of regions."""
    developed: int
    """Models that the region developed, alone or with others."""
    in_use: int
    """Models that the region uses: in use or established there."""
    adoptions: int
    """Models that are being adopted, in use or established in the region."""
    ended: int
    """Models whose use has ended in the region."""
    disputed: int
    """Models whose owner disputes what the region reports."""
    by_status: Mapping[AdoptionStatus, int]
    """Models by their status in the region."""


@dataclass(frozen=True, slots=True)
class AreaRow:
    """A collaborative area, with the regions of the country that belong to it on the day."""

    code: str
    name: str
    regions: int
    developed: int
    """Models that some region of the area developed, each once."""
    in_use: int
    """Models that some region of the area uses, each once."""
    adoptions: int
    """Adoptions in the regions of the area."""
    ended: int
    """Pairs of a region of the area and a model whose use has ended there."""


@dataclass(frozen=True, slots=True)
class YearRow:
    """A calendar year up to the day."""

    year: int
    developed: int
    """Models first published in the year."""
    adoptions: int
    """Adoptions that began in the year: the region's first report of one is valid from a day of it."""


@dataclass(frozen=True, slots=True)
class ReasonRow:
    """A reason for ending."""

    code: str
    label: str
    count: int
    """Ended adoptions that have the reason; one may have several."""


@dataclass(frozen=True, slots=True)
class Spread:
    """How soon a model gets from its publishing into the first other region, in days.

    Another region is one that did not develop the model, and not the whole country. The first is the one whose first
    report of an adoption is valid from the earliest day. A date known to a month counts from the first of it.
    """

    models: int
    """All models of the numbers."""
    reached: int
    """Models that another region adopts or has adopted, of which the first date is known at least to a month."""
    undated: int
    """Models left out: another region adopts or has adopted them, on a date known to a year or not at all."""
    before: int
    """Of the reached, models that another region adopted before they were published here: they count as zero days."""
    first_quartile: float | None
    median: float | None
    third_quartile: float | None
    """Days below which a quarter, half and three quarters of the reached models stay; None without any."""


@dataclass(frozen=True, slots=True)
class Sustained:
    """Whether adoptions last.

    An adoption begins with the region's first report of one. It has lasted when the region's status is
    being adopted, in use or established on the same date ``months`` later. Ended ones stay among those that began.
    """

    months: int
    began: int
    """Adoptions that began at least ``months`` before the day."""
    lasted: int
    """Of these, the ones that were still adoptions that many months later, whatever happened between or since."""
    undated: int
    """Adoptions left out, whatever their age: the beginning is known to a year or not at all."""

    @property
    def share(self) -> float | None:
        """The part of the begun ones that lasted, 0 to 1; None without any."""
        return self.lasted / self.began if self.began else None


@dataclass(frozen=True, slots=True)
class Statistics:
    """The numbers of one day, for what the criteria select."""

    day: date
    criteria: Criteria
    """The criteria that were used: codes that nobody knows are left out."""
    concepts: Concepts = field(repr=False, compare=False)
    """The concepts of this moment, with the labels of codes."""
    models: int
    """Models first published on the day or before it: as many as the search finds, when the day is today."""
    models_in_use: int
    """Models that are in use or established somewhere, the whole country included."""
    models_adopted: int
    """Models that are being adopted, in use or established somewhere, the whole country included."""
    regions_developing: int
    """Regions that developed some of the models; the whole country is none."""
    regions_using: int
    """Organisers that use some of the models."""
    organisers: int
    """Regions that organise health and social services on the day: counties and Helsinki. All shares are of these."""
    adoptions: int
    """Pairs of a region and a model that is being adopted, in use or established there; the whole country is none."""
    disputed: int
    """Pairs of a region and a model whose owner disputes the report that gives the region's status."""
    ended: int
    """Pairs of a region and a model whose use has ended there."""
    without_reports: int
    """Models of which nobody has reported anything."""
    undated_beginnings: int
    """Adoptions whose beginning is not known even to a year: they are in no row of a year."""
    by_status: tuple[StatusRow, ...]
    programmes: tuple[TermRow, ...]
    themes: tuple[TermRow, ...]
    target_groups: tuple[TermRow, ...]
    regions: tuple[RegionRow, ...]
    """Every region that exists on the day or has a number, in order, the whole country last."""
    areas: tuple[AreaRow, ...]
    years: tuple[YearRow, ...]
    """Every year from the first one with something to the one of the day."""
    spread: Spread
    sustained: tuple[Sustained, ...]
    """After 12 and 24 months."""
    reasons: tuple[ReasonRow, ...]
    """Why adoptions that have ended by the day ended, in the order of the list, also those that nobody gave."""


@dataclass(frozen=True, slots=True)
class RegionStanding:
    """Where a region stands with a model, and the report that says so: its own, or one of a predecessor."""

    region_code: str
    page_id: int
    report_id: int
    status: AdoptionStatus
