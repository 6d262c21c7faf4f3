"""Synonym sets in the admin: words one on each line, what a change would bring before it is saved, and warnings."""

from __future__ import annotations

from collections.abc import Sequence

from django.contrib.auth.base_user import AbstractBaseUser
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin import messages
from wagtail.admin.forms.models import WagtailAdminModelForm
from wagtail.admin.panels import MultiFieldPanel, ObjectList, Panel
from wagtail.admin.ui.tables import BooleanColumn, Column, NumberColumn
from wagtail.permission_policies import ModelPermissionPolicy
from wagtail.snippets.views.snippets import CreateView, EditView, IndexView, SnippetViewSet

from operating_models.desk.concept_lines import ConceptsField
from operating_models.desk.word_lines import LONGEST_WORD, WordsField
from search import catalogue, index_version
from search.finding import preview
from search.finding.preview import SHOWN_IN, Judgement, WordEffect
from search.models import SynonymSet
from search.terms import concepts

SHOW_EFFECT = "show-effect"
"""The name of the button that shows what a change would bring, without saving."""

LANGUAGE_FIELDS = ("finnish", "swedish", "english")


class SynonymSetForm(WagtailAdminModelForm):
    """Words that mean the same, and what they are to other concepts.

    One word alone is equal to nothing, so two are needed, or a relation.
    """

    finnish = WordsField(
        label=_("In Finnish"),
        help_text=_(
            "One word on each line, in its basic form; several words are allowed. Example: sijoita ja valmenna"
        ),
    )
    swedish = WordsField(label=_("In Swedish"), help_text=_("One word on each line."))
    english = WordsField(label=_("In English"), help_text=_("One word on each line."))
    broader = ConceptsField(
        label=_("Broader concepts"),
        help_text=_(
            "What this is a kind or a part of, one on each line. Who searches for the broader one finds models of "
            "this too; who searches for this gets models of the broader one as partial matches."
        ),
    )
    related = ConceptsField(
        label=_("Related concepts"),
        help_text=_("What is near to this without being the same, one on each line: partial matches both ways."),
    )

    effect: tuple[WordEffect, ...] = ()
    """What the change would bring, when the form has been asked to show it."""
    judgement: Judgement | None = None

    def clean(self) -> dict[str, object]:
        cleaned = super().clean()
        words = {word.casefold() for name in LANGUAGE_FIELDS for word in cleaned.get(name, ())}
        relations = [*cleaned.get("broader", ()), *cleaned.get("related", ())]
        if not self.errors and (not words or (len(words) < 2 and not relations)):
            message = gettext(
                "Write at least two words that mean the same, in any of the languages, or a word and a concept that "
                "it belongs to."
            )
            self.add_error("finnish", message)
        if not self.errors:
            self._refuse_circles(cleaned)
        return cleaned

    def _refuse_circles(self, cleaned: dict[str, object]) -> None:
        """Refuse what would make a concept broader than itself, by way of others too."""
        known = concepts.current(catalogue.current(), index_version.read())
        own = concepts.key_of(self.instance)
        for name in ("broader", "related"):
            if own in cleaned[name]:
                self.add_error(name, gettext("A concept cannot be related to itself."))
        for key in cleaned["broader"]:
            if own in known.above(key):
                message = gettext("“%(concept)s” is already narrower than this: the two would go round in a circle.")
                self.add_error("broader", message % {"concept": known.shown(key, SHOWN_IN)})


class EffectPanel(Panel):
    """Shows below the fields what the change would bring, and the button that asks for it."""

    class BoundPanel(Panel.BoundPanel):
        template_name = "operating_models/desk/synonym_effect.html"

        def get_context_data(self, parent_context: dict[str, object] | None = None) -> dict[str, object]:
            judgement = self.form.judgement
            return super().get_context_data(parent_context) | {
                "effect": self.form.effect,
                "judgement": judgement,
                "warnings": warnings_of(judgement) if judgement else (),
                "button_name": SHOW_EFFECT,
            }


def warnings_of(judgement: Judgement) -> list[str]:
    """Say in sentences what a curator should think of before using the set."""
    found = [
        gettext("“%(word)s” is also in: %(meaning)s.") % {"word": one.word, "meaning": one.meaning}
        for one in judgement.elsewhere
    ]
    if judgement.is_too_broad:
        found.append(
            gettext("The words together find %(found)d of all %(pages)d models. So broad a set seldom helps.")
            % {"found": judgement.found, "pages": judgement.pages}
        )
    return found


class ShowsEffect:
    """Mixin of the views that save a set: shows the effect without saving when asked to, and warns after saving."""

    def form_valid(self, form: SynonymSetForm) -> HttpResponse:
        if SHOW_EFFECT in self.request.POST:
            form.effect = preview.effects_of(form.instance)
            form.judgement = preview.judge(form.instance)
            self.form = form
            return self.render_to_response(self.get_context_data(form=form))
        response = super().form_valid(form)
        for warning in warnings_of(preview.judge(form.instance)):
            messages.warning(self.request, warning)
        return response


class AddSynonymSetView(ShowsEffect, CreateView):
    """Adds a set. The address may bring words with it: a report of searches without hits links here."""

    def get_initial(self) -> dict[str, object]:
        given = {name: self.request.GET.get(name, "")[:LONGEST_WORD] for name in LANGUAGE_FIELDS}
        return super().get_initial() | {name: word for name, word in given.items() if word}


class EditSynonymSetView(ShowsEffect, EditView):
    pass


class SynonymSetListView(IndexView):
    """Lists the sets with the number of models that each finds."""

    @cached_property
    def columns(self) -> list[Column]:
        count = preview.Reach(SynonymSet.objects.order_by("pk")).count
        touched = NumberColumn("found", label=_("Operating models"), accessor=count, classname="w-text-right")
        return [*super().columns, touched]

    def search_queryset(self, queryset: QuerySet) -> QuerySet:
        """Find sets by their words and reasons. Lists are JSON, in which SQLite would not find ä."""
        if not self.is_searching:
            return queryset
        wanted = self.search_query.casefold()
        found = [row.pk for row in queryset if wanted in f"{row}\n{row.reason}".casefold()]
        return queryset.filter(pk__in=found)


class SynonymSetPermissions(ModelPermissionPolicy):
    """A set that came with the service is taken out of use, never deleted: the next set-up would make it again."""

    def user_has_permission_for_instance(self, user: AbstractBaseUser, action: str, instance: SynonymSet) -> bool:
        return super().user_has_permission_for_instance(user, action, instance) and not (
            action == "delete" and instance.code
        )


def refuse_deletion_of_ours(request: HttpRequest, rows: Sequence[Model]) -> HttpResponse | None:
    """Keep sets that came with the service; None when none is among the rows."""
    if not any(isinstance(row, SynonymSet) and row.code for row in rows):
        return None
    messages.error(request, gettext("This set came with the service. It is not deleted but taken out of use."))
    return redirect(SynonymSet.snippet_viewset.get_url_name("list"))


class SynonymSetViewSet(SnippetViewSet):
    model = SynonymSet
    icon = "list-ul"
    index_view_class = SynonymSetListView
    add_view_class = AddSynonymSetView
    edit_view_class = EditSynonymSetView
    list_display = ("__str__", "reason", BooleanColumn("in_use", label=_("In use"), sort_key="in_use"))
    list_filter = ("in_use",)
    search_fields = ("reason",)
    search_backend_name = None
    copy_view_enabled = False
    list_per_page = 50
    ordering = ("-pk",)

    def get_edit_handler(self) -> ObjectList:
        words = MultiFieldPanel(LANGUAGE_FIELDS, heading=_("Words that mean the same"))
        relations = MultiFieldPanel(("broader", "related"), heading=_("What they are to other concepts"))
        panels = [words, relations, "reason", "in_use", EffectPanel(heading=_("What this brings"))]
        return ObjectList(panels, base_form_class=SynonymSetForm).bind_to_model(self.model)
