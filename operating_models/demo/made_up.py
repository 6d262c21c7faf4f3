"""What is made up of a model for the demonstration: its history of adoption, as frozen values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from operating_models.demo.reading import ModelFile
from operating_models.models import AdoptionStatus, EndReason, EvidenceLevel, PartialDate, Verdict


@dataclass(frozen=True, slots=True)
class MadeUpAnswer:
    """What the owner of the model says of a report."""

    verdict: Verdict
    text: str
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class MadeUpReport:
    """A made-up report. ``number`` counts those of one model and region; ``corrects`` is the number of another."""

    region: str
    number: int
    status: AdoptionStatus
    when: PartialDate
    recorded_at: datetime
    reasons: tuple[EndReason, ...] = ()
    other_reason: str = ""
    note: str = ""
    changed_locally: str = ""
    results: str = ""
    cost: str = ""
    contact_unit: str = ""
    corrects: int | None = None
    is_retraction: bool = False
    answers: tuple[MadeUpAnswer, ...] = ()
    renewals: tuple[datetime, ...] = ()


@dataclass(frozen=True, slots=True)
class History:
    """What is made up of a model: when it was first published, its reports in the order of their recording, evidence.

    ``evidence`` is None for a model that nobody has assessed.
    """

    file: ModelFile
    published: datetime
    reports: tuple[MadeUpReport, ...]
    evidence: EvidenceLevel | None
