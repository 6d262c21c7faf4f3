"""The pages of programmes and projects: what they have told of themselves, beside what stands in this service now."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, Q
from django.http import HttpRequest
from django.utils.formats import number_format
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from operating_models.components import live
from operating_models.components.adoption import RecentAdoption, recent_adoptions
from operating_models.components.breadcrumbs import Trail, introduce, term_urls
from operating_models.components.cards import FacetValue, ModelCard, findable_ids, make_card
from operating_models.components.live import Figure, RegionCount
from operating_models.components.maps import TileMap
from operating_models.models import (
    FigureKind,
    Programme,
    ProgrammeFigure,
    ProgrammeIndexPage,
    ProgrammePage,
    Project,
    ProjectFigure,
    ProjectPage,
)
from operating_models.pages.model import LinkedTerm
from operating_models.pages.topics import RECENT, topic_urls, values
from operating_models.statistics import counting
from operating_models.statistics.counting import Statistics
from search.criteria import Criteria
from search.finding.results import Results, find
from search.finding.selection import select

NEWEST = 12
MILLION = 1_000_000


@dataclass(frozen=True, slots=True)
class Fact:
    """A fact of a programme or project: one or more values, of which some lead somewhere."""

    label: str
    values: tuple[LinkedTerm, ...]


@dataclass(frozen=True, slots=True)
class OwnFigure:
    """A number as the programme or project has told it. ``source_url`` is "" when the source is no web address."""

    figure: str
    unit: str
    meaning: str
    period: str
    source: str
    source_url: str


@dataclass(frozen=True, slots=True)
class ProjectRow:
    """A project of a programme. ``url`` is that of its page, or of its models where the page is not public."""

    name: str
    url: str
    region_names: tuple[str, ...]
    models: int


@dataclass(frozen=True, slots=True)
class Work:
    """What the pages of a programme and of a project share; ``models`` are the newest ones of ``total``."""

    name: str
    intro_html: SafeString | str
    facts: tuple[Fact, ...]
    budget: tuple[OwnFigure, ...]
    results: tuple[OwnFigure, ...]
    figures: tuple[Figure, ...]
    models: tuple[ModelCard, ...]
    total: int
    search_url: str
    regions: tuple[RegionCount, ...]
    region_map: TileMap | None
    recent_adoptions: tuple[RecentAdoption, ...]


@dataclass(frozen=True, slots=True)
class ProgrammeView:
    """All that the template of a programme's page reads."""

    work: Work
    goals: tuple[FacetValue, ...]
    investments: tuple[FacetValue, ...]
    projects: tuple[ProjectRow, ...]
    themes: tuple[FacetValue, ...]


@dataclass(frozen=True, slots=True)
class ProjectView:
    """All that the template of a project's page reads."""

    work: Work


@dataclass(frozen=True, slots=True)
class ProgrammeLine:
    """A programme in the list of all."""

    name: str
    url: str
    years: str
    budget: str
    developed: int
    in_use: int
    adoptions: int


@dataclass(frozen=True, slots=True)
class ProgrammeIndex:
    """All programmes that have a public page."""

    lead: str
    programmes: tuple[ProgrammeLine, ...]


def read_index(page: ProgrammeIndexPage, request: HttpRequest) -> ProgrammeIndex:
    """Read the list of programmes with their numbers of today."""
    numbers = {row.code: row for row in counting.read().programmes}
    pages = ProgrammePage.objects.live().child_of(page).defer("intro").select_related("programme")
    return ProgrammeIndex(
        lead=page.lead,
        programmes=tuple(
            ProgrammeLine(
                name=str(found.programme),
                url=found.get_url(request) or "",
                years=found.programme.years,
                budget=euros(found.programme.budget_eur),
                developed=numbers[found.programme.code].developed,
                in_use=numbers[found.programme.code].in_use,
                adoptions=numbers[found.programme.code].adoptions,
            )
            for found in pages.order_by("programme__order", "programme__code")
        ),
    )


def read_programme(page: ProgrammePage, request: HttpRequest, trail: Trail) -> ProgrammeView:
    """Read a programme's page; a programme has the models and projects of its investments too."""
    programme = page.programme
    selection = {Programme.vocabulary: programme.code}
    criteria = Criteria().with_value(Programme.vocabulary, programme.code)
    numbers = live.read(criteria)
    investments = list(programme.investments.in_order())
    parts = [programme.pk, *(investment.pk for investment in investments)]
    pages = findable_ids().filter(
        page_id__in=Programme.operating_models.through.objects.filter(programme_id__in=parts).values(
            "operatingmodelpage_id"
        )
    )
    counts = {row.code: row.developed for row in numbers.programmes} if numbers else {}
    goals = [
        (goal.code, str(goal), select(criteria.with_value(goal.vocabulary, goal.code)).size)
        for goal in programme.goals.in_order()
    ]
    own = list(programme.figures.all())
    return ProgrammeView(
        work=Work(
            name=str(programme),
            intro_html=introduce(page.intro),
            facts=tuple(_facts(programme)),
            budget=_own(own, FigureKind.BUDGET),
            results=_own(own, FigureKind.RESULT),
            figures=tuple(live.figures(numbers, trail, **selection)),
            regions=tuple(live.regions(numbers, trail, **selection)),
            region_map=live.draw_regions(numbers, trail, **selection) if numbers else None,
            recent_adoptions=recent_adoptions(pages, request, most=RECENT),
            **_models(find(criteria), request, trail, selection, known=numbers is not None),
        ),
        goals=tuple(
            FacetValue(code, label, count, trail.search_url(**selection, programme_goal=code) if count else "")
            for code, label, count in goals
        ),
        investments=tuple(
            FacetValue(
                investment.code,
                str(investment),
                counts.get(investment.code, 0),
                trail.search_url(programme=investment.code) if counts.get(investment.code) else "",
            )
            for investment in investments
        ),
        projects=tuple(_projects(parts, request, trail)),
        themes=values("theme", _with_models(numbers), topic_urls(request), trail),
    )


def read_project(page: ProjectPage, request: HttpRequest, trail: Trail) -> ProjectView:
    """Read a project's page."""
    project = page.project
    selection = {Project.vocabulary: project.code}
    criteria = Criteria().with_value(Project.vocabulary, project.code)
    numbers = live.read(criteria)
    pages = findable_ids().filter(page_id__in=project.operating_models.values("pk"))
    facts = []
    if programme := project.programme:
        url = term_urls([ProgrammePage], request).get((programme.parent or programme).key, "")
        facts.append(Fact(_("Programme"), (LinkedTerm(str(programme), url),)))
    regions = [LinkedTerm(str(region), trail.region_url(region.code)) for region in project.regions.in_order()]
    facts += [Fact(_("Regions"), tuple(regions))] if regions else []
    own = list(project.figures.all())
    return ProjectView(
        work=Work(
            name=str(project),
            intro_html=introduce(page.intro),
            facts=(*facts, *_facts(project)),
            budget=_own(own, FigureKind.BUDGET),
            results=_own(own, FigureKind.RESULT),
            figures=tuple(live.figures(numbers, trail, **selection)),
            regions=tuple(live.regions(numbers, trail, **selection)),
            region_map=live.draw_regions(numbers, trail, **selection) if numbers else None,
            recent_adoptions=recent_adoptions(pages, request, most=RECENT),
            **_models(find(criteria), request, trail, selection, known=numbers is not None),
        )
    )


def euros(amount: int | None) -> str:
    """Return an amount of money in words: "11,5 milj. €", or in full below a million; "" when it is not known."""
    if amount is None:
        return ""
    if amount < MILLION:
        return _("%(amount)s €") % {"amount": number_format(amount, force_grouping=True)}
    millions = (Decimal(amount) / MILLION).normalize()
    decimals = max(0, -int(millions.as_tuple().exponent))
    return _("%(amount)s million €") % {"amount": number_format(millions, decimal_pos=decimals, force_grouping=True)}


def _facts(term: Programme | Project) -> Iterator[Fact]:
    projects = term.project_count if isinstance(term, Programme) else None
    for label, value in (
        (_("Years"), term.years),
        (_("Budget"), euros(term.budget_eur)),
        (_("Number of projects"), "" if projects is None else number_format(projects)),
    ):
        if value:
            yield Fact(label, (LinkedTerm(value),))


def _own(rows: Iterable[ProgrammeFigure | ProjectFigure], kind: FigureKind) -> tuple[OwnFigure, ...]:
    return tuple(
        OwnFigure(
            row.figure,
            row.unit,
            row.meaning,
            row.period,
            row.source,
            row.source if row.source.startswith(("https://", "http://")) else "",
        )
        for row in rows
        if row.kind == kind
    )


def _models(
    found: Results, request: HttpRequest, trail: Trail, selection: Mapping[str, str], *, known: bool
) -> dict[str, object]:
    """Return the fields of Work that the search fills; none when it knows no model with the selected value."""
    hits = found.hits[:NEWEST] if known else ()
    return {
        "models": tuple(make_card(hit.card, hit.url_path, request, found.concepts) for hit in hits),
        "total": found.total if known else 0,
        "search_url": trail.search_url(**selection),
    }


def _projects(programmes: Iterable[int], request: HttpRequest, trail: Trail) -> Iterator[ProjectRow]:
    """Yield the projects of programmes with the numbers of their models."""
    urls = term_urls([ProjectPage], request)
    findable = Count("operating_models", filter=Q(operating_models__in=findable_ids()), distinct=True)
    projects = Project.objects.filter(programme__in=programmes).annotate(models=findable)
    for project in projects.in_order().prefetch_related("regions"):
        yield ProjectRow(
            name=str(project),
            url=urls.get(project.key) or (trail.search_url(project=project.code) if project.models else ""),
            region_names=tuple(str(region) for region in project.regions.all()),
            models=project.models,
        )


def _with_models(numbers: Statistics | None) -> list[counting.Row]:
    """Return the themes that some of the models have, the most common first."""
    rows = [row for row in (numbers.themes if numbers else ()) if row.developed]
    return sorted(rows, key=lambda row: -row.developed)
