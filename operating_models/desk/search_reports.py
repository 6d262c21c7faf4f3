"""Reports of the search log for those who improve the search: common words, those without hits, those not followed."""

from __future__ import annotations

from collections.abc import Mapping

import django_filters
from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import URLPattern, path, reverse
from django.utils.functional import cached_property
from django.utils.http import urlencode
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.tables import Column, NumberColumn, TitleColumn
from wagtail.admin.views.reports import ReportView
from wagtail.permission_policies import ModelPermissionPolicy

from operating_models.models import OperatingModelIndexPage
from operating_models.models.presented import public_now
from search.log import reading
from search.models import LogEntry, LogWord, SynonymSet
from search.terms import words

CountedWord = Mapping[str, object]

POLICY = ModelPermissionPolicy(LogEntry)
PERIODS = {"30": _("30 days"), "90": _("90 days"), "365": _("365 days")}
DEFAULT_PERIOD = "30"


class PeriodFilter(WagtailFilterSet):
    """Over how many days words are counted. The report counts with it; rows that are counted have no day."""

    period = django_filters.ChoiceFilter(
        label=_("Period"),
        choices=list(PERIODS.items()),
        empty_label=None,
        method=lambda rows, name, value: rows,
        widget=forms.RadioSelect,
    )

    class Meta:
        model = LogWord
        fields: list[str] = []


class WordReport(ReportView):
    """Words of a period with their numbers."""

    name: str
    header_icon = "search"
    model = LogWord
    verbose_name = _("search word")
    verbose_name_plural = _("search words")
    permission_policy = POLICY
    permission_required = "view"
    filterset_class = PeriodFilter
    no_results_message = _("The search log has no such words in this period.")
    default_ordering = "-searches"
    list_export = ("word", "searches", "without_hits", "openings")
    export_headings = {
        "word": _("Word"),
        "searches": _("Searches"),
        "without_hits": _("Without hits"),
        "openings": _("Opened models"),
    }

    @cached_property
    def columns(self) -> list[Column]:
        return [
            TitleColumn("word", label=_("Word"), get_url=self.search_url, sort_key="word"),
            *(
                NumberColumn(name, label=self.export_headings[name], sort_key=name, classname="w-text-right")
                for name in ("searches", "without_hits", "openings")
            ),
        ]

    def get_filterset_kwargs(self) -> dict[str, object]:
        return super().get_filterset_kwargs() | {"queryset": LogWord.objects.none()}

    def get_base_queryset(self) -> QuerySet:
        chosen = self.request.GET.get("period", DEFAULT_PERIOD)
        return self.choose(reading.count_words(int(chosen if chosen in PERIODS else DEFAULT_PERIOD)))

    @staticmethod
    def choose(rows: QuerySet) -> QuerySet:
        """Return the words of the period that the report is about."""
        return rows

    def order_queryset(self, queryset: QuerySet) -> QuerySet:
        return queryset.order_by(self.ordering, "word")

    def get_filename(self) -> str:
        return f"hakusanat-{self.name}"

    @cached_property
    def _search_page_url(self) -> str:
        page = OperatingModelIndexPage.objects.filter(public_now()).first()
        return (page.get_url(self.request) or "") if page else ""

    def search_url(self, row: CountedWord) -> str:
        return f"{self._search_page_url}?{urlencode({'q': row['word']})}"

    @classmethod
    def urls(cls) -> list[URLPattern]:
        """Return the addresses of the report and of its table alone."""
        name, address = f"search_words_{cls.name}", f"raportit/hakusanat/{cls.name.replace('_', '-')}/"
        names = {"index_url_name": name, "index_results_url_name": f"{name}_results"}
        return [
            path(address, cls.as_view(**names), name=name),
            path(f"{address}taulukko/", cls.as_view(**names, results_only=True), name=f"{name}_results"),
        ]

    @classmethod
    def menu_item(cls) -> MenuItem:
        """Return the report's item of the menu of reports."""
        url, name = reverse(f"search_words_{cls.name}"), f"search-words-{cls.name}"
        return ReportMenuItem(
            cls.page_title, url, name=name, icon_name=cls.header_icon, order=100 + REPORTS.index(cls)
        )


class CommonWords(WordReport):
    name = "common"
    page_title = _("Most common search words")


class WordsWithoutHits(WordReport):
    """Each word leads to the form of a synonym set that has it already."""

    name = "without_hits"
    page_title = _("Search words without hits")
    default_ordering = "-without_hits"
    choose = staticmethod(reading.without_hits)

    @cached_property
    def columns(self) -> list[Column]:
        label = gettext("Make a synonym set")
        make = TitleColumn("make", label=_("Synonyms"), accessor=lambda row: label, get_url=synonym_url)
        return [*super().columns, make]


class WordsWithoutOpenings(WordReport):
    name = "without_openings"
    page_title = _("Search words from which nobody opened a model")
    choose = staticmethod(reading.without_openings)


REPORTS = (CommonWords, WordsWithoutHits, WordsWithoutOpenings)


def synonym_url(row: CountedWord) -> str:
    """Return the address of a new synonym set's form with the word in the field of its likely language."""
    word = str(row["word"])
    analysis = words.analyser().analyse(word)
    known = {"finnish": analysis.finnish.known, "swedish": analysis.swedish.known, "english": analysis.english.known}
    language = next((language for language, is_known in known.items() if is_known), "finnish")
    return f"{reverse(SynonymSet.snippet_viewset.get_url_name('add'))}?{urlencode({language: word})}"


class ReportMenuItem(MenuItem):
    """Shown to those who may read the log."""

    def is_shown(self, request: HttpRequest) -> bool:
        return POLICY.user_has_permission(request.user, "view")
