"""Vocabularies in the admin: terms with their codes, names, synonyms and the number of models that use them."""

from __future__ import annotations

from collections.abc import Mapping

from django import forms
from django.db.models import Count, F, IntegerField, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms.models import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, MultiFieldPanel, ObjectList, Panel
from wagtail.admin.ui.tables import NumberColumn
from wagtail.snippets.views.snippets import IndexView, SnippetViewSet, SnippetViewSetGroup

from operating_models.desk.folded_search import FoldedSearch
from operating_models.desk.synonyms import SynonymSetViewSet
from operating_models.models import VOCABULARIES, Keyword, Programme, ProgrammeGoal, Project, Region, RegionPage, Term
from operating_models.models.forms import TermCheckboxes
from operating_models.models.taxonomy import NAMED_IN


class TermForm(WagtailAdminModelForm):
    """A term's code is given once: it stands in addresses and files."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.fields["code"].disabled = True
            self.fields["code"].widget = forms.TextInput(attrs={"readonly": True})


NAMES = MultiFieldPanel(["name_fi", "name_sv", "name_en"], heading=_("Names"))
SHORT_NAMES = MultiFieldPanel(
    ["short_name_fi", "inside_fi", "short_name_sv", "inside_sv", "short_name_en", "inside_en"],
    heading=_("Short names"),
)

FUNDING = (FieldRowPanel(["first_year", "last_year"], heading=_("Years")), "budget_eur")
FIGURES = InlinePanel(
    "figures",
    heading=_("Its own figures"),
    label=_("Figure"),
    help_text=_(
        "What the programme or project has told of itself. Its page shows these apart from this service's own numbers."
    ),
    panels=["kind", FieldRowPanel(["figure", "unit", "period"]), "meaning", "source"],
)

USES = NumberColumn("uses", label=_("Operating models"), sort_key="uses", classname="w-text-right")


class TermListView(FoldedSearch, IndexView):
    pass


class TermViewSet(SnippetViewSet):
    """What the viewsets of vocabularies share. The list counts pages that use a term in their saved version."""

    icon = "tag"
    index_view_class = TermListView
    list_display = ("name_fi", "code", "name_sv", "name_en", USES)
    search_fields = ("name_fi", "name_sv", "name_en", "code", "synonyms")
    search_backend_name = None
    copy_view_enabled = False
    list_per_page = 50
    # A query that counts loses the order of its model.
    ordering = ("order", "code")
    further_panels: tuple[Panel, ...] = ()

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return self.model._default_manager.annotate(uses=Count("operating_models", distinct=True))

    def get_edit_handler(self) -> ObjectList:
        panels = ["code", NAMES, *self.further_panels, "synonyms", "order"]
        return ObjectList(panels, base_form_class=TermForm).bind_to_model(self.model)


class RegionViewSet(TermViewSet):
    """Regions. A region's models are those under its page and those that it developed with others."""

    model = Region
    icon = "site"
    list_display = ("short_name_fi", "code", "name_fi", "name_sv", USES)
    further_panels = (
        SHORT_NAMES,
        "kind",
        "collaborative_area",
        FieldRowPanel([f"collaborative_area_name_{language}" for language in NAMED_IN]),
        FieldRowPanel(["valid_from", "valid_until"]),
        FieldPanel("successors", widget=forms.CheckboxSelectMultiple),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        under = RegionPage.objects.filter(region=OuterRef("pk")).values("numchild")
        own = Coalesce(Subquery(under), Value(0), output_field=IntegerField())
        shared = Count("operating_models", distinct=True)
        return self.model._default_manager.annotate(own=own, shared=shared).annotate(uses=F("own") + F("shared"))


class ProgrammeViewSet(TermViewSet):
    model = Programme
    further_panels = ("parent", *FUNDING, "project_count", FIGURES)


class ProgrammeGoalViewSet(TermViewSet):
    model = ProgrammeGoal
    further_panels = ("programme",)


class ProjectViewSet(TermViewSet):
    model = Project
    further_panels = ("programme", FieldPanel("regions", widget=TermCheckboxes), *FUNDING, FIGURES)


class KeywordViewSet(SnippetViewSet):
    """Free tags: curators mend their spelling and delete those that no model uses."""

    model = Keyword
    icon = "tag"
    index_view_class = TermListView
    list_display = ("name", USES)
    search_fields = ("name",)
    search_backend_name = None
    copy_view_enabled = False
    list_per_page = 50
    panels = ("name", "slug")

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return Keyword.objects.offered().annotate(uses=Count("tagged_models", distinct=True)).order_by("name", "pk")


OWN_VIEWSETS: Mapping[type[Term], type[TermViewSet]] = {
    viewset.model: viewset for viewset in (RegionViewSet, ProgrammeViewSet, ProgrammeGoalViewSet, ProjectViewSet)
}
"""Those of vocabularies whose terms have fields of their own."""


def viewset_of(terms: type[Term]) -> type[TermViewSet]:
    return OWN_VIEWSETS.get(terms) or type(f"{terms.__name__}ViewSet", (TermViewSet,), {"model": terms})


class Vocabularies(SnippetViewSetGroup):
    menu_name = "vocabularies"
    menu_label = _("Vocabularies")
    menu_icon = "list-ul"
    menu_order = 210
    items = (*(viewset_of(vocabulary.terms) for vocabulary in VOCABULARIES), KeywordViewSet, SynonymSetViewSet)
