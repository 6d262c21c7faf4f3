"""Made-up histories of adoption for the demo: which regions took a model up, how that went, and what they said of it.

Everything is drawn by chance, and the same each time: a model's history in a region is seeded by the name of the
model's file and the region's code, so that it stays as it is when another model or region is added. Nothing depends on
today: histories end on ``LAST_DAY``. What the documents tell of a model stands in its content file; a region that the
file tells of gets no made-up report.
"""

from __future__ import annotations

import random
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from math import log
from pathlib import Path
from typing import TypeVar
from zoneinfo import ZoneInfo

from operating_models.demo.made_up import History, MadeUpAnswer, MadeUpReport
from operating_models.demo.reading import ModelFile
from operating_models.models import (
    AdoptionStatus,
    DatePrecision,
    EndReason,
    EvidenceLevel,
    PartialDate,
    Region,
    RegionKind,
    Verdict,
)
from operating_models.models.adoption import ADOPTED, STEPS

Drawn = TypeVar("Drawn")

SEED = "toimintamallit 2021–2026 29"
"""The number was chosen so that every region has something to show; tests hold what is promised of the whole."""
FIRST_DAY = date(2021, 9, 1)
"""The earliest publishing of a model of the demo."""
LAST_DAY = date(2026, 11, 15)
"""The latest day on which anything is reported, and the day of all assessments of evidence."""
HELSINKI = ZoneInfo("Europe/Helsinki")

Status = AdoptionStatus
STOPS = None
"""In place of a next status: the region has said its last word so far."""

FIRST_STATUSES: Mapping[Status, float] = {
    Status.PLANNED: 50,
    Status.PILOTING: 32,
    Status.ADOPTING: 12,
    Status.IN_USE: 6,
}
# As follow-up studies of adoption have found: of adoptions that were stopped half come back later, and of those that
# succeeded a quarter stop in time.
NEXT_STATUSES: Mapping[Status, Mapping[Status | None, float]] = {
    Status.PLANNED: {Status.PILOTING: 55, Status.ADOPTING: 26, Status.ENDED: 9, STOPS: 10},
    Status.PILOTING: {Status.ADOPTING: 46, Status.IN_USE: 22, Status.ENDED: 24, STOPS: 8},
    Status.ADOPTING: {Status.IN_USE: 76, Status.ENDED: 14, STOPS: 10},
    Status.IN_USE: {Status.ESTABLISHED: 44, Status.ENDED: 30, STOPS: 26},
    Status.ESTABLISHED: {Status.ENDED: 20, STOPS: 80},
    Status.ENDED: {Status.PILOTING: 14, Status.ADOPTING: 20, Status.IN_USE: 26, STOPS: 40},
}
DAYS_IN_STATUS: Mapping[Status, tuple[int, int]] = {
    Status.PLANNED: (60, 240),
    Status.PILOTING: (120, 360),
    Status.ADOPTING: (90, 270),
    Status.IN_USE: (200, 600),
    Status.ESTABLISHED: (250, 600),
    Status.ENDED: (180, 500),
}
PRECISIONS: Mapping[DatePrecision, float] = {
    DatePrecision.DAY: 36,
    DatePrecision.MONTH: 40,
    DatePrecision.YEAR: 16,
    DatePrecision.UNKNOWN: 8,
}
REASONS: Mapping[EndReason, float] = {
    EndReason.RESOURCES: 26,
    EndReason.TURNOVER: 16,
    EndReason.LEADERSHIP: 10,
    EndReason.FIT: 14,
    EndReason.RESULTS: 9,
    EndReason.REPLACED: 12,
    EndReason.TECHNICAL: 9,
    EndReason.OTHER: 8,
}
BEFORE_USE = REASONS.keys() - {EndReason.RESULTS, EndReason.TECHNICAL}
"""Reasons that a region can have when it has not yet tried the model."""

REACHES: Mapping[float, float] = {0.05: 20, 0.12: 30, 0.2: 30, 0.3: 20}
"""Chances of being taken up, and how common each is among models whose reach nobody has set."""
FEW = 0.3
"""How likely a region that organises no services takes a model up, beside one that does."""
NEIGHBOUR = 1.5
"""How much likelier a region of the origin's collaborative area takes a model up."""
MOST_LIKELY = 0.92

MEDIAN_LAG = 330
"""Days from publishing until a region takes a model up."""
SHORTEST_LAG = 40

LATE = 0.08
CORRECTED = 0.05
MISTAKEN = 0.008
"""How common reports are that come late, that are corrected, and that are taken back as a mistake."""
ANSWERS: Mapping[Verdict | None, float] = {
    Verdict.CONFIRMED: 12,
    Verdict.COMMENTED: 7,
    Verdict.DISPUTED: 6,
    None: 75,
}
SETTLED = 0.4
RENEWED = 0.75

BILINGUAL = frozenset({"01", "02", "03", "04", "05", "17", "18", "90", "91", "hus"})
PROGRAMME_OF_GROWTH = "rrp"
BEGINNING_OF_GROWTH = date(2022, 2, 1)
LAST_PUBLISHING = date(2026, 5, 31)
BETWEEN_VERSIONS = timedelta(days=90)
"""A local version is published at least this long after its source."""


@dataclass(frozen=True, slots=True)
class Sentences:
    """The hand-written stock: levels of evidence and chances of spreading by the number of a model, and texts."""

    evidence: Mapping[str, str]
    reach: Mapping[str, float]
    never: Mapping[str, Sequence[str]]
    notes: Mapping[str, Sequence[str]]
    endings: Mapping[str, Sequence[str]]
    texts: Mapping[str, Sequence[str]]
    corrections: Mapping[str, Sequence[str]]
    answers: Mapping[str, Sequence[str]]


STOCK = Sentences(**tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8")))


@dataclass(frozen=True, slots=True)
class _Step:
    """A status that a region reached on a day; ``again`` when it had ended the model before."""

    status: AdoptionStatus
    day: date
    again: bool


def generate(files: Sequence[ModelFile], regions: Iterable[Region]) -> Iterator[History]:
    """Make up the history of each file's model in the order of the files, with local versions after their sources."""
    by_code = {region.code: region for region in regions}
    days = publication_days(files)
    for file in files:
        published = days[file.name]
        reports = [
            report
            for code, region in by_code.items()
            for report in _tell(file, region, origin=by_code.get(file.region), published=published)
        ]
        reports.sort(key=lambda report: (report.recorded_at, report.region, report.number))
        level = STOCK.evidence.get(file.number)
        yield History(
            file,
            _clock(published, _chance(file.name, "clock")),
            tuple(reports),
            EvidenceLevel(level) if level else None,
        )


def publication_days(files: Sequence[ModelFile]) -> dict[str, date]:
    """Return the day on which each model was first published, by the file's name.

    Within the day, month or year of the first documented adoption that has a date, and a local version after its
    source.
    """
    calendar = _Calendar(files)
    return {file.name: calendar.day(file) for file in files}


class _Calendar:
    """Draws the days of publishing, each between what the documents and the model's family allow."""

    def __init__(self, files: Sequence[ModelFile]) -> None:
        self.by_stem = {file.stem: file for file in files}
        self.versions: dict[str, list[ModelFile]] = {}
        for file in files:
            self.versions.setdefault(file.source, []).append(file)
        self.days: dict[str, date] = {}

    def day(self, file: ModelFile) -> date:
        if file.name not in self.days:
            first, last = self._earliest(file), self._latest(file)
            # Most models were published in the middle of the years, few at their ends; a documented one when it was
            # under way.
            share = _chance(file.name, "published").betavariate(*((2, 1.2) if _documented(file) else (1.5, 1.7)))
            self.days[file.name] = first + timedelta(days=round(max(0, (last - first).days) * share))
        return self.days[file.name]

    def _earliest(self, file: ModelFile) -> date:
        in_growth = any(code.startswith(PROGRAMME_OF_GROWTH) for code in file.terms.get("programmes", ()))
        source = self.by_stem.get(file.source)
        bounds = [BEGINNING_OF_GROWTH if in_growth else FIRST_DAY, *(when.day for when in _documented(file)[:1])]
        if source:
            bounds.append(self.day(source) + BETWEEN_VERSIONS)
        return max(bounds)

    def _latest(self, file: ModelFile) -> date:
        following = [self._latest(version) - BETWEEN_VERSIONS for version in self.versions.get(file.stem, ())]
        return min([LAST_PUBLISHING, *(when.last_day for when in _documented(file)[:1]), *following])


def _documented(file: ModelFile) -> list[PartialDate]:
    """Return the documented dates of a model's adoptions, the first one first."""
    dates = [str(row["date"]) for row in file.rows.get("adoption", ()) if row.get("date")]
    return sorted((PartialDate.parse(text, recorded=LAST_DAY) for text in dates), key=lambda when: when.day)


def _tell(file: ModelFile, region: Region, *, origin: Region | None, published: date) -> list[MadeUpReport]:
    """Make up what a region reports of a model: nothing where the documents tell of it or the model passes by."""
    documented = {str(row.get("region", file.region)) for row in file.rows.get("adoption", ())}
    if region.code in documented | {file.region, *STOCK.never.get(file.number, ())}:
        return []
    chance = _chance(file.name, region.code)
    likely = _likelihood(file, region, origin)
    drawn = chance.random()
    lag = max(SHORTEST_LAG, round(chance.lognormvariate(log(MEDIAN_LAG), 0.65)))
    start = max(published + timedelta(days=lag), region.valid_from or FIRST_DAY)
    last = min(LAST_DAY, region.valid_until or LAST_DAY)
    if drawn < likely:
        return _Teller(chance, region.code, published=published, last=last).tell(_walk(chance, start, last))
    if drawn > 1 - MISTAKEN and start < last:
        return _Teller(chance, region.code, published=published, last=last).mistake(start)
    return []


def _likelihood(file: ModelFile, region: Region, origin: Region | None) -> float:
    spread = _chance(file.name, "reach")
    likely = STOCK.reach.get(file.number, _draw(spread, REACHES))
    if not region.is_organiser:
        return likely * FEW
    if region.code in file.terms.get("further_regions", ()):
        return MOST_LIKELY if likely else 0.0
    likely *= _chance(region.code).uniform(0.75, 1.25)
    if origin and origin.kind != RegionKind.NATIONAL and origin.collaborative_area == region.collaborative_area:
        likely *= NEIGHBOUR
    return min(likely, MOST_LIKELY)


def _walk(chance: random.Random, start: date, last: date) -> list[_Step]:
    """Go from status to status until the last day, or until the region has nothing new to say."""
    steps: list[_Step] = []
    status: AdoptionStatus | None = _draw(chance, FIRST_STATUSES)
    day, again = start, False
    while status and day <= last:
        steps.append(_Step(status, day, again))
        following = _draw(chance, NEXT_STATUSES[status])
        day += timedelta(days=chance.randint(*DAYS_IN_STATUS[status]))
        if status == Status.ENDED and again:
            break
        again = again or status == Status.ENDED
        status = following
    return steps


class _Teller:
    """Turns a region's steps with a model into its reports, with corrections, answers and renewals."""

    def __init__(self, chance: random.Random, region: str, *, published: date, last: date) -> None:
        self.chance = chance
        self.region = region
        self.floor = published
        self.last = last
        self.reports: list[MadeUpReport] = []

    def tell(self, steps: Sequence[_Step]) -> list[MadeUpReport]:
        """Report each step, and say of the last one whether it holds still."""
        unit = self._pick(STOCK.texts["contact_unit"]) if self._happens(0.5) else ""
        for before, step in zip([None, *steps], steps, strict=False):
            self._report(step, before, unit)
        self._renew()
        return self.reports

    def mistake(self, day: date) -> list[MadeUpReport]:
        """Report what was not so, and take it back."""
        status = _draw(self.chance, FIRST_STATUSES)
        recorded = self._soon(day)
        wrong = MadeUpReport(self.region, 0, status, PartialDate(day, DatePrecision.DAY), recorded)
        taken = self._after(recorded, 1, 25)
        if taken is None:
            return []
        note = self._pick(STOCK.corrections["retraction"])
        return [wrong, replace(wrong, number=1, recorded_at=taken, note=note, corrects=0, is_retraction=True)]

    def _report(self, step: _Step, before: _Step | None, unit: str) -> None:
        is_late = self._happens(LATE)
        days = self.chance.randint(60, 200) if is_late else self.chance.randint(0, 14)
        recorded = self._clock(min(step.day + timedelta(days=days), self.last))
        report = MadeUpReport(
            self.region,
            len(self.reports),
            step.status,
            self._when(step.day, recorded, may_be_unknown=not is_late),
            recorded,
            contact_unit=unit,
            **self._texts(step, before),
        )
        self.floor = report.when.day
        correction = self._correct(report) if self._happens(CORRECTED) else None
        if correction:
            wrong, report = correction
            self.reports.append(wrong)
        self.reports.append(replace(report, answers=self._answer(report)))

    def _when(self, day: date, recorded: datetime, *, may_be_unknown: bool) -> PartialDate:
        """Tell the day as exactly as the region does, yet never so that it stands before the step before."""
        precision = _draw(self.chance, PRECISIONS)
        if precision == DatePrecision.UNKNOWN and may_be_unknown:
            return PartialDate(recorded.date(), precision)
        firsts = {DatePrecision.MONTH: day.replace(day=1), DatePrecision.YEAR: day.replace(month=1, day=1)}
        first = firsts.get(precision)
        if first and first > self.floor:
            return PartialDate(first, precision)
        return PartialDate(day, DatePrecision.DAY)

    def _texts(self, step: _Step, before: _Step | None) -> dict[str, object]:
        texts: dict[str, object] = {}
        if step.status == Status.ENDED:
            reasons = self._reasons(has_tried=bool(before and before.status != Status.PLANNED))
            texts["reasons"] = reasons
            texts["note"] = " ".join(self._pick(STOCK.endings[reason]) for reason in reasons)
            if EndReason.OTHER in reasons:
                texts["other_reason"] = self._pick(STOCK.texts["other_reason"])
            if before and before.status != Status.PLANNED and self._happens(0.6):
                texts["results"] = self._pick(STOCK.texts["lessons"])
            return texts
        begins_again = step.again and before is not None and before.status == Status.ENDED
        if begins_again or self._happens(0.75):
            texts["note"] = self._pick(STOCK.notes["again" if begins_again else step.status])
        if step.status != Status.PLANNED and self._happens(0.35):
            local = STOCK.texts["changed_locally"]
            if self.region in BILINGUAL:
                local = [*local, *STOCK.texts["changed_locally_bilingual"] * 2]
            texts["changed_locally"] = self._pick(local)
        if step.status in (Status.IN_USE, Status.ESTABLISHED) and self._happens(0.45):
            texts["results"] = self._pick(STOCK.texts["results"])
        if step.status in ADOPTED and self._happens(0.25):
            texts["cost"] = self._pick(STOCK.texts["cost"])
        return texts

    def _reasons(self, *, has_tried: bool) -> tuple[EndReason, ...]:
        """Draw a reason for ending, or two, in the order of the list."""
        weights = {reason: weight for reason, weight in REASONS.items() if has_tried or reason in BEFORE_USE}
        drawn = {_draw(self.chance, weights) for _time in range(2 if self._happens(0.3) else 1)}
        return tuple(reason for reason in EndReason if reason in drawn)

    def _correct(self, report: MadeUpReport) -> tuple[MadeUpReport, MadeUpReport] | None:
        """Return a report as it was first, wrong, and its correction; None when there is no time left for that."""
        recorded = self._after(report.recorded_at, 2, 35)
        if recorded is None:
            return None
        if report.status in STEPS[1:] and self._happens(0.6):
            wrong = replace(report, status=STEPS[STEPS.index(report.status) - 1], note="", results="", cost="")
            kind = "status"
        elif report.when.precision != DatePrecision.UNKNOWN:
            wrong = replace(report, when=PartialDate(report.recorded_at.date(), DatePrecision.UNKNOWN))
            kind = "date"
        else:
            return None
        note = f"{self._pick(STOCK.corrections[kind])} {report.note}".strip()
        right = replace(report, number=report.number + 1, recorded_at=recorded, note=note, corrects=report.number)
        return wrong, right

    def _answer(self, report: MadeUpReport) -> tuple[MadeUpAnswer, ...]:
        verdict = _draw(self.chance, ANSWERS)
        said = self._after(report.recorded_at, 2, 45)
        if verdict is None or said is None:
            return ()
        if verdict == Verdict.DISPUTED and report.status in (Status.PLANNED, Status.ENDED):
            verdict = Verdict.COMMENTED
        has_ended = verdict == Verdict.COMMENTED and report.status == Status.ENDED
        texts = STOCK.answers["commented_ended" if has_ended else verdict]
        answers = [MadeUpAnswer(verdict, self._pick(texts), said)]
        later = self._after(said, 10, 60)
        if verdict == Verdict.DISPUTED and later and self._happens(SETTLED):
            answers.append(MadeUpAnswer(Verdict.CONFIRMED, self._pick(STOCK.answers["settled"]), later))
        return tuple(answers)

    def _renew(self) -> None:
        """Let the region say about once a year that its last report holds still, until it forgets."""
        if not self.reports or self.reports[-1].status not in ADOPTED:
            return
        renewals: list[datetime] = []
        moment = self._after(self.reports[-1].recorded_at, 300, 400)
        while moment and self._happens(RENEWED):
            renewals.append(moment)
            moment = self._after(moment, 300, 400)
        self.reports[-1] = replace(self.reports[-1], renewals=tuple(renewals))

    def _happens(self, likely: float) -> bool:
        return self.chance.random() < likely

    def _pick(self, texts: Sequence[str]) -> str:
        return self.chance.choice(texts)

    def _soon(self, day: date) -> datetime:
        return self._clock(min(day + timedelta(days=self.chance.randint(0, 14)), self.last))

    def _after(self, moment: datetime, fewest: int, most: int) -> datetime | None:
        """Return a moment some days later, or None when that is after the last day."""
        day = moment.date() + timedelta(days=self.chance.randint(fewest, most))
        return self._clock(day) if day <= self.last else None

    def _clock(self, day: date) -> datetime:
        return _clock(day, self.chance)


def _clock(day: date, chance: random.Random) -> datetime:
    """Return a moment of a day's working hours, from nine to three in Finland."""
    return datetime.combine(day, time(chance.randint(9, 14), chance.randint(0, 59)), tzinfo=HELSINKI)


def _chance(*names: str) -> random.Random:
    """Return a chance of its own for what the names tell, the same each time and on every machine."""
    return random.Random("/".join((SEED, *names)))  # noqa: S311 - to be repeatable, not secret


def _draw(chance: random.Random, weights: Mapping[Drawn, float]) -> Drawn:
    return chance.choices(list(weights), list(weights.values()))[0]
