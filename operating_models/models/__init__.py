"""The rows of the knowledge base, by what they are: texts of pages, facts beside them, vocabularies."""

from operating_models.models.adoption import (
    AdoptionReport,
    AdoptionReporter,
    AdoptionStatus,
    CurrentAdoption,
    DatePrecision,
    EndReason,
    LedgerError,
    PartialDate,
    ReporterRole,
    current_adoptions,
    furthest_status,
)
from operating_models.models.facts import (
    EVIDENCE_MEANINGS,
    NOT_ASSESSED,
    EvidenceAssessment,
    EvidenceLevel,
    FeaturedModel,
    ReviewDate,
)
from operating_models.models.pages import (
    Keyword,
    OperatingModelIndexPage,
    OperatingModelPage,
    RegionPage,
    TaggedModel,
    TextLanguage,
)
from operating_models.models.programmes import Programme, ProgrammeGoal, Project
from operating_models.models.publishing import CORE_TEXTS, Gap, GapsError, Tab
from operating_models.models.regions import Region, RegionKind
from operating_models.models.rows import (
    Attachment,
    Link,
    Outcome,
    OutcomeConcern,
    Resource,
    ResourceKind,
    ResourceNeed,
    Risk,
    Text,
)
from operating_models.models.taxonomy import ServiceClass, Setting, TargetGroup, Term, Theme
from operating_models.models.workflow import CompleteModelApproval

__all__ = [name for name in dir() if name[0].isupper() or name in {"current_adoptions", "furthest_status"}]
