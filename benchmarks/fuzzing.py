"""Sends hostile requests to the search page and the suggestions, and checks each answer."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from html.parser import HTMLParser
from itertools import chain, islice
from traceback import extract_tb

from django.core.exceptions import TooManyFieldsSent
from django.http import HttpResponse, QueryDict
from django.test import Client
from django.urls import reverse

from benchmarks.hostile import MARKER, Door, HostileRequest, draw
from benchmarks.scratch import scratch_index
from benchmarks.timing import percentile, served_host
from operating_models.models import Keyword, OperatingModelIndexPage
from operating_models.pages.listing import FacetView, SearchPage
from search import catalogue
from search.catalogue import RELEVANCE
from search.criteria import MOST_VALUES, Criteria
from search.finding.suggestions import ALTOGETHER

ENGINES: Mapping[str, Callable[[str], AbstractContextManager[int]]] = {
    "process": lambda url: scratch_index(""),
    "elasticsearch": scratch_index,
}
"""Engines by name, each with a context, made of a search server's address, in which it answers the site's pages."""

COMPLAINTS = "search.elasticsearch.deployment"
"""The log that tells why a search server gave no answer."""

SLOW = 1_000
"""Milliseconds over which an answer is listed."""
SLOWEST = 5
"""Slowest answers that a report names."""

VOID = frozenset(
    ("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr")
)
ADDRESSES = ("href", "src", "action", "formaction")


@dataclass(frozen=True, slots=True)
class Answered:
    """A request with its status, its time in milliseconds, and what is wrong with the answer."""

    request: HostileRequest
    status: int
    milliseconds: float
    faults: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FuzzReport:
    """What became of all requests. ``violations`` are the answers with a fault, ``slowest`` the slowest first."""

    requests: int
    p50: float
    p95: float
    p99: float
    slowest: tuple[Answered, ...]
    slow: tuple[Answered, ...]
    violations: tuple[Answered, ...]


def fuzz(
    requests: int,
    *,
    seed: int,
    first: int = 0,
    headers: Mapping[str, str] | None = None,
    advance: Callable[[], object] = lambda: None,
) -> FuzzReport:
    """Send so many generated requests, from number ``first`` on, to the site as it stands, and report.

    Without a User-Agent among the ``headers`` nothing comes into the search log.
    """
    site = _Site.read(headers or {})
    drawn = draw(seed, site.codes, (*(sort.name for sort in catalogue.current().sorts), RELEVANCE), first=first)
    answers = []
    with _listening() as complaints:
        for request in islice(drawn, requests):
            answer = site.ask(request)
            answers.append(replace(answer, faults=(*answer.faults, *complaints.take())))
            advance()
    return summarise(answers)


class _Complaints(logging.Handler):
    """Hears when a search server refused a search, which readers never notice: the process answers in its place.

    A server that is slow or down is no fault of a search.
    """

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self._heard: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self._heard.append(record.getMessage())

    def take(self) -> list[str]:
        """Return what was heard since the last time."""
        heard, self._heard = self._heard, []
        return heard


@contextmanager
def _listening() -> Iterator[_Complaints]:
    log, complaints = logging.getLogger(COMPLAINTS), _Complaints()
    log.addHandler(complaints)
    try:
        yield complaints
    finally:
        log.removeHandler(complaints)


def summarise(answers: Sequence[Answered]) -> FuzzReport:
    """Return the report of one or more answers."""
    by_time = sorted(answers, key=lambda answer: (-answer.milliseconds, answer.request.number))
    times = [answer.milliseconds for answer in answers]
    return FuzzReport(
        requests=len(answers),
        p50=percentile(times, 0.5),
        p95=percentile(times, 0.95),
        p99=percentile(times, 0.99),
        slowest=tuple(by_time[:SLOWEST]),
        slow=tuple(answer for answer in by_time if answer.milliseconds > SLOW),
        violations=tuple(answer for answer in answers if answer.faults),
    )


@dataclass(frozen=True, slots=True)
class _Site:
    """The site under test: its addresses, and of each facet the codes that a search without words lists."""

    client: Client
    addresses: Mapping[Door, str]
    codes: Mapping[str, tuple[str, ...]]
    size: int

    @classmethod
    def read(cls, headers: Mapping[str, str]) -> _Site:
        # What a view raises is a fault to report, like any other, and the next request follows.
        client = Client(raise_request_exception=False, headers={"host": served_host(), **headers})
        url = OperatingModelIndexPage.objects.get().url
        listing: SearchPage = client.get(url).context_data["listing"]
        codes = {facet.name: _codes(facet) for facet in listing.facets}
        codes["tag"] = tuple(Keyword.objects.order_by("slug").values_list("slug", flat=True))
        return cls(client, {Door.SEARCH: url, Door.SUGGESTIONS: reverse("suggestions")}, codes, listing.total)

    def ask(self, request: HostileRequest) -> Answered:
        began = time.perf_counter()
        response = self.client.get(
            self.addresses[request.door], QUERY_STRING=request.querystring, headers={"Referer": request.referer}
        )
        milliseconds = (time.perf_counter() - began) * 1000
        return Answered(request, response.status_code, milliseconds, tuple(self._check(request, response)))

    def _check(self, request: HostileRequest, response: HttpResponse) -> Iterator[str]:
        try:
            asked = QueryDict(request.querystring)
        except TooManyFieldsSent:
            if response.status_code != 400:
                yield f"status {response.status_code} for too many parameters"
            yield from check_markup(response.content.decode())
            return
        if response.status_code != 200:
            yield f"status {response.status_code}{_raised(response)}"
            return
        if request.door is Door.SUGGESTIONS:
            yield from check_suggestions(response)
            return
        criteria = Criteria.from_querydict(asked, catalogue.current())
        yield from check_markup(response.content.decode(), field_values=(criteria.words,))
        yield from self._check_listing(response.context_data["listing"], criteria)

    def _check_listing(self, listing: SearchPage, asked: Criteria) -> Iterator[str]:
        """Yield what is wrong with the numbers and the selections of a page of results."""
        shown = len(listing.full_hits) + len(listing.partial_hits)
        if listing.total != listing.full + listing.partial:
            yield f"total {listing.total} is not {listing.full} full and {listing.partial} partial"
        if min(listing.full, listing.partial) < 0 or listing.total > self.size:
            yield f"total {listing.total} of {self.size} models"
        if bool(shown) != bool(listing.total) or shown > catalogue.current().page_size:
            yield f"{shown} hits on the page of {listing.total}"
        if listing.total and not 1 <= listing.first <= listing.last <= listing.total:
            yield f"hits {listing.first} to {listing.last} of {listing.total}"
        for facet in listing.facets:
            yield from self._check_facet(facet, asked.selections.get(facet.name, ())[:MOST_VALUES])
        selected = sum(facet.selected_count for facet in listing.facets)
        tags = sum(hidden.name == "tag" for hidden in listing.hidden_fields)
        if len(listing.chips) != selected + tags:
            yield f"{len(listing.chips)} chips for {selected + tags} selections"

    def _check_facet(self, facet: FacetView, asked: Sequence[str]) -> Iterator[str]:
        values = (*facet.leading, *facet.rest)
        if any(not 0 <= value.count <= self.size for value in values):
            yield f"a count of {facet.name} is beyond the {self.size} models"
        if sorted(_codes(facet)) != sorted(self.codes[facet.name]):
            yield f"{facet.name} lists other values than without a search"
        selected = {value.code for value in values if value.selected}
        if selected != set(asked).intersection(self.codes[facet.name]):
            yield f"{facet.name} has {sorted(selected)} selected of {list(asked)}"


def _codes(facet: FacetView) -> tuple[str, ...]:
    return tuple(value.code for value in (*facet.leading, *facet.rest))


def _raised(response: HttpResponse) -> str:
    """Return what a view raised and where, of a test client's answer."""
    if not response.exc_info:
        return ""
    _, error, trace = response.exc_info
    last = extract_tb(trace)[-1]
    return f": {type(error).__name__} in {last.name}, line {last.lineno} of {last.filename}: {error}"


def check_suggestions(response: HttpResponse) -> Iterator[str]:
    """Yield what is wrong with an answer to what is being typed."""
    if response["Content-Type"] != "application/json" or response["X-Content-Type-Options"] != "nosniff":
        yield f"suggestions are {response['Content-Type']}"
    try:
        answer = json.loads(response.content)
    except ValueError as error:
        yield f"suggestions are no JSON: {error}"
        return
    rows = list(chain.from_iterable(group["rows"] for group in answer["groups"]))
    if len(rows) > ALTOGETHER or not answer["message"]:
        yield f"{len(rows)} suggestions, told as {answer['message']!r}"
    for row in rows:
        if not row["url"].startswith("/") or row["url"].startswith("//"):
            yield f"a suggestion leads to {row['url']!r}"
        if not "".join(stretch["text"] for stretch in row["text"]):
            yield "a suggestion without text"


def check_markup(html: str, *, field_values: Iterable[str] = ()) -> list[str]:
    """Return what is wrong with a page: markup that came from a query, or elements that do not close.

    ``field_values`` are the values that the fields for words are to have, first to last.
    """
    reader = _MarkupReader()
    reader.feed(html)
    reader.close()
    faults = list(reader.faults)
    if reader.open:
        faults.append(f"left open: {' '.join(reader.open)}")
    for place, value in enumerate(field_values):
        if reader.field_values[place : place + 1] != [value]:
            faults.append(f"the field says {reader.field_values[place : place + 1]} for {value!r}")
    return faults


class _MarkupReader(HTMLParser):
    """Reads a page as a browser does, so far as escaping goes, and keeps what is wrong with it."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.faults: list[str] = []
        self.field_values: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._read_element(tag, attrs)
        if tag == "mark" and tag in self.open:
            self.faults.append("a mark in a mark")
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._read_element(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        if self.open[-1:] != [tag]:
            self.faults.append(f"</{tag}> closes {' '.join(self.open[-1:]) or 'nothing'}")
        if tag in self.open:
            while self.open.pop() != tag:
                pass

    def handle_data(self, data: str) -> None:
        if MARKER in data.lower() and set(self.open).intersection(("script", "style")):
            self.faults.append(f"a query in <{self.open[-1]}>")

    def handle_comment(self, data: str) -> None:
        self._read_declaration(data)

    def handle_decl(self, decl: str) -> None:
        self._read_declaration(decl)

    def unknown_decl(self, data: str) -> None:
        self._read_declaration(data)

    def handle_pi(self, data: str) -> None:
        self._read_declaration(data)

    def _read_declaration(self, data: str) -> None:
        if MARKER in data.lower():
            self.faults.append(f"a query in a declaration: {data[:80]}")

    def _read_element(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        if MARKER in " ".join((tag, *names)).lower():
            self.faults.append(f"an element of a query: <{tag} {' '.join(names)}>"[:200])
        if any(name.startswith("on") for name in names):
            self.faults.append(f"a handler: <{tag} {' '.join(names)}>"[:200])
        values = dict(attrs)
        for name in ADDRESSES:
            if (values.get(name) or "").strip().lower().startswith(("javascript:", "data:", "vbscript:")):
                self.faults.append(f"an address that runs: {values[name]}"[:200])
        if values.get("name") == "q":
            self.field_values.append(values.get("value") or "")
