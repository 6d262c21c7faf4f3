"""Merging tags that mean the same, in the list of tags."""

from __future__ import annotations

from collections.abc import Sequence

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.snippets.bulk_actions.snippet_bulk_action import SnippetBulkAction

from operating_models.models import Keyword


class KeptTagForm(forms.Form):
    kept = forms.ModelChoiceField(
        queryset=Keyword.objects.none(),
        label=_("The tag that stays"),
        widget=forms.RadioSelect,
        empty_label=None,
        help_text=_("The models of the others get this one, in their drafts too. The others are deleted."),
    )


class MergeTags(SnippetBulkAction):
    """Makes one tag of the chosen ones."""

    models = [Keyword]
    display_name = _("Merge")
    action_type = "merge"
    aria_label = _("Merge the selected tags")
    template_name = "operating_models/desk/merge_tags.html"
    form_class = KeptTagForm

    def check_perm(self, snippet: Keyword) -> bool:
        allowed = self.permission_policy.user_has_permission
        return allowed(self.request.user, "change") and allowed(self.request.user, "delete")

    def get_form(self, form_class: type[forms.Form] | None = None) -> forms.Form:
        form = super().get_form(form_class)
        tags, _without_access = self.get_actionable_objects()
        form.fields["kept"].queryset = Keyword.objects.filter(pk__in=[tag.pk for tag in tags])
        return form

    def get_execution_context(self) -> dict[str, object]:
        return {**super().get_execution_context(), "kept": self.cleaned_form.cleaned_data["kept"]}

    @classmethod
    def execute_action(cls, objects: Sequence[Keyword], kept: Keyword, **kwargs: object) -> tuple[int, int]:
        kept.take_over(objects)
        return len(objects), 0

    def get_success_message(self, num_parent_objects: int, num_child_objects: int) -> str:
        kept = self.cleaned_form.cleaned_data["kept"]
        return gettext("%(number)d tags are now the tag “%(tag)s”.") % {"number": num_parent_objects, "tag": kept}
