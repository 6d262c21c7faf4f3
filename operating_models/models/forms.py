"""Forms of the editor: the rule of publishing, and copies that begin as drafts."""

from __future__ import annotations

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms.pages import CopyForm, WagtailAdminPageForm

from operating_models.models.presented import address_of_the_site
from operating_models.models.publishing import find_gaps
from operating_models.typed_text import fold, is_visible, tidy_line


class TermCheckboxes(forms.CheckboxSelectMultiple):
    """Terms of a vocabulary as checkboxes, in columns where the screen is wide (css/desk.css)."""

    def __init__(self, attrs: dict[str, str] | None = None, **kwargs: object) -> None:
        super().__init__({"class": "term-checkboxes"} | (attrs or {}), **kwargs)


class OperatingModelForm(WagtailAdminPageForm):
    """Asks the rule of publishing, unless a draft is being saved; a draft in moderation may have no gap either.

    Approving from the dashboard publishes the latest draft as it is, so it must not get gaps while it waits.
    """

    def clean(self) -> dict[str, object]:
        cleaned = super().clean()
        source = cleaned.get("adapted_from")
        # In a draft too: to choose a source that was adapted from this page can only be a mistake.
        for circle in self.instance.find_circle(source.pk if source else None):
            self.add_error(circle.field, circle.message)
        if self.is_deferred_validation and not self.instance.workflow_in_progress:
            return cleaned
        is_local_version = self.instance.adapted_revision_id is not None and source is not None
        for gap in find_gaps(cleaned, self.instance.field_labels(), is_local_version=is_local_version):
            if gap.field not in self.errors:
                self.add_error(gap.field if gap.field in self.fields else None, gap.message)
        return cleaned

    def clean_tags(self) -> list[str]:
        """Leave out what is no word, and spellings of a word that is there already."""
        tags = (tidy_line(tag) for tag in self.cleaned_data["tags"] if is_visible(tag))
        return list({fold(tag): tag for tag in tags}.values())

    def _post_clean(self) -> None:
        self.instance.form_decides_on_gaps = True
        super()._post_clean()
        self.instance.form_decides_on_gaps = False


class CheckedCopyForm(CopyForm):
    """A copy has a name that can be seen and an address at which it can be read."""

    def clean_new_title(self) -> str:
        title = tidy_line(self.cleaned_data["new_title"])
        if not is_visible(title):
            raise ValidationError(self.fields["new_title"].error_messages["required"], code="required")
        return title

    def clean(self) -> dict[str, object]:
        cleaned = super().clean()
        parent = cleaned.get("new_parent_page") or self.page.get_parent()
        if address := address_of_the_site(parent, cleaned.get("new_slug", "")):
            self.add_error("new_slug", gettext("The site itself uses the address “%s”.") % address)
        return cleaned


class DraftCopyForm(CheckedCopyForm):
    """A copy begins as a draft, and there are no aliases: neither is offered."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields.pop("publish_copies", None)
        self.fields.pop("alias", None)
        self.fields["new_title"].label = _("Name of the copy")
