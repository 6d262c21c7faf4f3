"""The rows of the knowledge base, by what they are: texts of pages, facts beside them, vocabularies."""

from operating_models.models.adoption import (
    AdoptionRenewal,
    AdoptionReport,
    AdoptionReporter,
    AdoptionStatus,
    AnswerAuthor,
    CurrentAdoption,
    DatePrecision,
    EndReason,
    LedgerError,
    OwnerAnswer,
    PartialDate,
    RenewalAuthor,
    ReporterRole,
    Verdict,
    current_adoptions,
    furthest_status,
)
from operating_models.models.evidence import (
    EVIDENCE_MEANINGS,
    NOT_ASSESSED,
    EvidenceAssessment,
    EvidenceLevel,
    EvidenceRecorder,
)
from operating_models.models.facts import (
    FeaturedModel,
    PromotedModel,
    Redaction,
    ReviewDate,
    Withdrawal,
)
from operating_models.models.keywords import DraftedTag, Keyword, MergedTag, TaggedModel
from operating_models.models.page_texts import PageText
from operating_models.models.pages import (
    OperatingModelIndexPage,
    OperatingModelPage,
    RegionPage,
    StatisticsPage,
    TextLanguage,
)
from operating_models.models.programmes import (
    FigureKind,
    Programme,
    ProgrammeFigure,
    ProgrammeGoal,
    Project,
    ProjectFigure,
)
from operating_models.models.publishing import GapsError
from operating_models.models.regions import Region, RegionKind
from operating_models.models.rows import (
    Attachment,
    Link,
    LoadedFile,
    Outcome,
    OutcomeConcern,
    Resource,
    ResourceKind,
    ResourceNeed,
    Risk,
    Text,
)
from operating_models.models.taxonomy import ServiceClass, Setting, TargetGroup, Term, Theme
from operating_models.models.term_pages import (
    ProgrammeIndexPage,
    ProgrammePage,
    ProjectPage,
    TargetGroupPage,
    TermPage,
    ThemeIndexPage,
    ThemePage,
)
from operating_models.models.texts import CORE_TEXTS, TEXTS, Tab
from operating_models.models.title_words import TitleWords
from operating_models.models.vocabularies import VOCABULARIES
from operating_models.models.workflow import CompleteModelApproval
