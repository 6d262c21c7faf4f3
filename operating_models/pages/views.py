"""Views of the page types, registered with the models, and of the suggestions: they search, log and count."""

from __future__ import annotations

from dataclasses import asdict, replace
from urllib.parse import urlsplit

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.text import Truncator, slugify
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from wagtail.models import Page

from operating_models import csv_files
from operating_models.components import languages
from operating_models.components.breadcrumbs import Crumb, PageLinks, links_of, regional_links_of
from operating_models.components.told import words_of
from operating_models.licences import licence_for
from operating_models.models import (
    OperatingModelIndexPage,
    OperatingModelPage,
    ProgrammeIndexPage,
    ProgrammePage,
    ProjectPage,
    RegionPage,
    StatisticsPage,
    TargetGroupPage,
    TermPage,
    ThemeIndexPage,
    ThemePage,
)
from operating_models.models.presented import Context, answer_of, context_of
from operating_models.pages import (
    listing,
    model,
    named,
    programmes,
    promotions,
    region,
    statistics,
    suggestions,
    tables,
    topics,
)
from operating_models.pages.term_summary import FoundModels
from operating_models.replication import family
from operating_models.reporting import presenting
from operating_models.rich_text import plain_text
from operating_models.statistics import counting
from search import catalogue
from search.criteria import WORDS, Criteria
from search.finding.results import find
from search.finding.selection import select
from search.finding.similar import similar
from search.finding.suggestions import suggest
from search.log import visits
from search.log.writing import WRITER

DESCRIPTION_LENGTH = 200
"""Characters of an introduction that describe its page to search engines."""
LIMITS_IN_NAME = 100
"""Characters of a file's name that say what its numbers are limited to."""
SIMILAR_ENOUGH = 0.2
"""From 0 to 1; below it the models of the demonstration content had little more in common than a class or two."""


@context_of.register
def of_index(page: OperatingModelIndexPage, request: HttpRequest) -> Context:
    """Search for what the address asks."""
    links = links_of(page, request)
    asked = Criteria.from_querydict(request.GET, catalogue.current())
    results = find(asked)
    WRITER.put(visits.of_search(request, results.criteria, full=results.full, partial=results.partial))
    shown = listing.present(
        results,
        request,
        asked,
        url=links.index_url,
        promoted=promotions.choose(results.criteria),
        named=named.links_of(results.named, request),
        themes=None if results.total else find(Criteria()).facet("theme"),
    )
    return _frame(page, request, links) | {"listing": shown}


@context_of.register
def of_region(page: RegionPage, request: HttpRequest) -> Context:
    links = regional_links_of(page, request)
    found = find(Criteria().with_value("region", page.region.code))
    neighbours = region.neighbours_of(page.region)
    standings = counting.standings([page.region.code, *(other.code for other in neighbours)])
    shown = region.present(page, request, links, found, neighbours=neighbours, standings=standings)
    described = gettext("Operating models of health and social care: %(region)s.") % {"region": page.region}
    return _frame(page, request, links, described=described) | {"region": shown}


@context_of.register
def of_statistics(page: StatisticsPage, request: HttpRequest) -> Context:
    links = regional_links_of(page, request)
    day = statistics.read_day(request.GET)
    numbers = counting.read(Criteria.from_querydict(request.GET, catalogue.current()), day=day.day)
    shown = statistics.present(page, request, links, numbers, day)
    described = gettext(
        "How many operating models of health and social care have been developed and taken into use, and where."
    )
    return _frame(page, request, links, described=described) | {"statistics": shown}


@answer_of.register
def file_of_statistics(page: StatisticsPage, request: HttpRequest) -> HttpResponse | None:
    """Answer with one table as CSV when the address asks for a file.

    Raises Http404 for a table or a day that is not.
    """
    if statistics.FORM not in request.GET:
        return None
    day = statistics.read_day(request.GET)
    if request.GET[statistics.FORM] != statistics.CSV or day.message:
        raise Http404(day.message)
    covered = catalogue.current()
    numbers = counting.read(Criteria.from_querydict(request.GET, covered), day=day.day)
    made = tables.make_tables(numbers, regional_links_of(page, request), covered)
    table = next((one for one in made if one.name == request.GET.get(statistics.TABLE)), None)
    if table is None:
        raise Http404
    limits = statistics.describe_limits(numbers, covered)
    file = tables.write_csv(table, limits, licence=licence_for(request))
    response = HttpResponse(file, content_type=csv_files.CONTENT_TYPE)
    told = slugify(" ".join(limits))[:LIMITS_IN_NAME].strip("-")
    parts = ("tilastot", table.name, "rajattu" if limits else "", told, numbers.day.isoformat())
    name = "-".join(filter(None, parts))
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response


@context_of.register
def of_model(page: OperatingModelPage, request: HttpRequest) -> Context:
    links = regional_links_of(page, request)
    WRITER.put(visits.of_opening(request, page.pk, search_path=urlsplit(links.index_url).path))
    kin = family.find_kin(page)
    # Twice as many as are shown: some may be withdrawn or out of the reader's sight.
    most = 2 * model.SIMILAR_MODELS
    near = similar(page.pk, without=kin.members, limit=most, floor=SIMILAR_ENOUGH) if page.pk else ()
    shown = model.read(page, request, links, kin=kin, near=near)
    return _frame(page, request, links, described=shown.lead) | {
        "breadcrumbs": (*links.crumbs[:-1], Crumb(shown.title, language=shown.language)),
        "model": shown,
        "reporting": presenting.beside_model(page, request),
        "alternates": languages.alternates(page, request),
        "canonical_url": languages.canonical(page, request, shown=shown.language),
    }


@context_of.register
def of_theme_index(page: ThemeIndexPage, request: HttpRequest) -> Context:
    links = links_of(page, request)
    shown = topics.present_index(request, links, counting.read())
    return _frame(page, request, links) | {"index": shown}


@context_of.register(ThemePage)
@context_of.register(TargetGroupPage)
def of_topic(page: ThemePage | TargetGroupPage, request: HttpRequest) -> Context:
    links = regional_links_of(page, request)
    shown = topics.present(page, request, links, _find_models(page))
    return _frame_of_term(page, request, links) | {"topic": shown}


@context_of.register
def of_programme_index(page: ProgrammeIndexPage, request: HttpRequest) -> Context:
    links = links_of(page, request)
    shown = programmes.present_index(page, request, counting.read())
    return _frame(page, request, links) | {"programmes": shown}


@context_of.register
def of_programme(page: ProgrammePage, request: HttpRequest) -> Context:
    links = regional_links_of(page, request)
    criteria = _criteria_of(page)
    goals = [
        (goal, select(criteria.with_value(goal.vocabulary, goal.code)).size)
        for goal in page.programme.goals.in_order()
    ]
    shown = programmes.present_programme(page, request, links, _find_models(page), goals=goals)
    return _frame_of_term(page, request, links) | {"programme": shown}


@context_of.register
def of_project(page: ProjectPage, request: HttpRequest) -> Context:
    links = regional_links_of(page, request)
    shown = programmes.present_project(page, request, links, _find_models(page))
    return _frame_of_term(page, request, links) | {"project": shown}


@require_safe
@never_cache
def suggest_matches(request: HttpRequest) -> JsonResponse:
    """Answer with what fits the words that are being typed.

    Never cached: what has been unpublished must not come back, and an answer takes a few milliseconds.
    """
    return JsonResponse(asdict(suggestions.present(suggest(request.GET.get(WORDS, "")))))


def _criteria_of(page: TermPage) -> Criteria:
    return Criteria().with_value(page.term.vocabulary, page.term.code)


def _find_models(page: TermPage) -> FoundModels:
    """Ask the search and the statistics for the models with the term of a page."""
    criteria = _criteria_of(page)
    return FoundModels(find(criteria), counting.read_selected(criteria))


def _frame_of_term(page: TermPage, request: HttpRequest, links: PageLinks) -> Context:
    """Return what stands around the page of a term: it is called by the name of the term, whatever its own title."""
    *above, _own = links.crumbs
    if isinstance(page, ProjectPage) and page.project.programme:
        above[-1:] = [replace(above[-1], title=str(page.project.programme))]
    return _frame(page, request, links) | {"breadcrumbs": (*above, Crumb(str(page.term)))}


def _frame(page: Page, request: HttpRequest, links: PageLinks, *, described: str = "") -> Context:
    """Return what stands around the content of a page; ``described`` describes one that does not do so itself."""
    told = words_of(page)
    introduced = Truncator(plain_text(str(told.intro.text))).chars(DESCRIPTION_LENGTH)
    return {
        "told": told,
        "breadcrumbs": links.crumbs,
        "page_description": told.description or told.lead.text or introduced or described,
        "canonical_url": page.get_full_url(request),
        "alternates": languages.alternates_of(page, request),
    }
