"""The pages of programmes and projects: what they have told of themselves, beside what stands in this service now."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, Q
from django.http import HttpRequest
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from operating_models.components.breadcrumbs import LabelledLink, LinkGroup, RegionalLinks, term_urls
from operating_models.components.cards import LinkedValue, findable_ids
from operating_models.models import (
    FigureKind,
    Programme,
    ProgrammeFigure,
    ProgrammeGoal,
    ProgrammeIndexPage,
    ProgrammePage,
    Project,
    ProjectFigure,
    ProjectPage,
)
from operating_models.models.presented import public_now
from operating_models.pages.term_summary import FoundModels, TermSummary, summarise
from operating_models.pages.topics import topic_urls, values
from operating_models.statistics.rows import Statistics, TermRow

MILLION = 1_000_000


@dataclass(frozen=True, slots=True)
class OwnFigure:
    """A number as the programme or project has told it. ``source_url`` is "" when the source is no web address."""

    row: ProgrammeFigure | ProjectFigure
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
    """What the pages of a programme and of a project share."""

    summary: TermSummary
    facts: tuple[LinkGroup, ...]
    budget: tuple[OwnFigure, ...]
    results: tuple[OwnFigure, ...]


@dataclass(frozen=True, slots=True)
class ProgrammeView:
    """All that the template of a programme's page reads."""

    work: Work
    goals: tuple[LinkedValue, ...]
    investments: tuple[LinkedValue, ...]
    projects: tuple[ProjectRow, ...]
    themes: tuple[LinkedValue, ...]


@dataclass(frozen=True, slots=True)
class ProgrammeLine:
    """A programme in the list of all, with the numbers of its models."""

    programme: Programme
    url: str
    budget: str
    numbers: TermRow


def present_index(page: ProgrammeIndexPage, request: HttpRequest, numbers: Statistics) -> tuple[ProgrammeLine, ...]:
    """Present the programmes that have a public page with their numbers of today."""
    rows = {row.code: row for row in numbers.programmes}
    pages = ProgrammePage.objects.filter(public_now()).child_of(page).defer("intro").select_related("programme")
    return tuple(
        ProgrammeLine(
            found.programme,
            found.get_url(request) or "",
            euros(found.programme.budget_eur),
            rows[found.programme.code],
        )
        for found in pages.order_by("programme__order", "programme__code")
    )


def present_programme(
    page: ProgrammePage,
    request: HttpRequest,
    links: RegionalLinks,
    found: FoundModels,
    *,
    goals: Iterable[tuple[ProgrammeGoal, int]],
) -> ProgrammeView:
    """Present a programme's page; a programme has the models and projects of its investments too.

    ``goals`` are the programme's goals with the numbers of its models that have them.
    """
    programme = page.programme
    investments = list(programme.investments.in_order())
    parts = [programme.pk, *(investment.pk for investment in investments)]
    of_parts = Programme.operating_models.through.objects.filter(programme_id__in=parts)
    counts = {row.code: row.developed for row in found.numbers.programmes} if found.numbers else {}
    selection = {Programme.vocabulary: programme.code}
    summary = summarise(page, request, links, found, page_ids=of_parts.values("operatingmodelpage_id"))
    return ProgrammeView(
        work=_work(programme, summary),
        goals=tuple(
            LinkedValue(
                goal.code,
                str(goal),
                count,
                links.search_url(**selection, **{ProgrammeGoal.vocabulary: goal.code}) if count else "",
            )
            for goal, count in goals
        ),
        investments=tuple(
            LinkedValue(
                investment.code,
                str(investment),
                counts.get(investment.code, 0),
                links.search_url(programme=investment.code) if counts.get(investment.code) else "",
            )
            for investment in investments
        ),
        projects=tuple(_projects(parts, request, links)),
        themes=values("theme", _with_models(found.numbers), topic_urls(request), links),
    )


def present_project(page: ProjectPage, request: HttpRequest, links: RegionalLinks, found: FoundModels) -> Work:
    """Present a project's page."""
    project = page.project
    facts = []
    if programme := project.programme:
        url = term_urls([ProgrammePage], request).get((programme.parent or programme).key, "")
        facts.append(LinkGroup(_("Programme"), (LabelledLink(str(programme), url),)))
    if regions := links.of_regions(project.regions.in_order()):
        facts.append(LinkGroup(_("Regions"), regions))
    summary = summarise(page, request, links, found, page_ids=project.operating_models.values("pk"))
    return _work(project, summary, *facts)


def _work(term: Programme | Project, summary: TermSummary, *facts: LinkGroup) -> Work:
    own = list(term.figures.all())
    return Work(
        summary=summary,
        facts=(*facts, *_facts(term)),
        budget=_own(own, FigureKind.BUDGET),
        results=_own(own, FigureKind.RESULT),
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


def _facts(term: Programme | Project) -> Iterator[LinkGroup]:
    projects = term.project_count if isinstance(term, Programme) else None
    for label, value in (
        (_("Years"), term.years),
        (_("Budget"), euros(term.budget_eur)),
        (_("Number of projects"), "" if projects is None else number_format(projects)),
    ):
        if value:
            yield LinkGroup(label, (LabelledLink(value),))


def _own(rows: Iterable[ProgrammeFigure | ProjectFigure], kind: FigureKind) -> tuple[OwnFigure, ...]:
    return tuple(
        OwnFigure(row, row.source if row.source.startswith(("https://", "http://")) else "")
        for row in rows
        if row.kind == kind
    )


def _projects(programmes: Iterable[int], request: HttpRequest, links: RegionalLinks) -> Iterator[ProjectRow]:
    """Yield the projects of programmes with the numbers of their models."""
    urls = term_urls([ProjectPage], request)
    findable = Count("operating_models", filter=Q(operating_models__in=findable_ids()), distinct=True)
    projects = Project.objects.filter(programme__in=programmes).annotate(models=findable)
    for project in projects.in_order().prefetch_related("regions"):
        yield ProjectRow(
            name=str(project),
            url=urls.get(project.key) or (links.search_url(project=project.code) if project.models else ""),
            region_names=tuple(str(region) for region in project.regions.all()),
            models=project.models,
        )


def _with_models(numbers: Statistics | None) -> list[TermRow]:
    """Return the themes that some of the models have, the most common first."""
    rows = [row for row in (numbers.themes if numbers else ()) if row.developed]
    return sorted(rows, key=lambda row: -row.developed)
