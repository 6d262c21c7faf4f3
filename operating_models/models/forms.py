"""Forms of the editor: the rule of publishing, and copies that begin as drafts."""

from __future__ import annotations

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms.models import register_form_field_override
from wagtail.admin.forms.pages import CopyForm

from operating_models.models.presented import address_of_the_site
from operating_models.models.presented_form import PresentedPageForm
from operating_models.models.publishing import find_gaps, find_phase_gaps
from operating_models.models.row_forms import problems_of_rows, written_rows
from operating_models.number_field import NumberField
from operating_models.typed_text import fold, is_visible, tidy_line

# Forms of the admin that are made from models take their fields from here; models are read before any form is made.
register_form_field_override(models.DecimalField, override={"form_class": NumberField})
register_form_field_override(models.FloatField, override={"form_class": NumberField})
register_form_field_override(models.IntegerField, override={"form_class": NumberField, "decimal_places": 0})


class TermCheckboxes(forms.CheckboxSelectMultiple):
    """Terms of a vocabulary as checkboxes, in columns where the screen is wide (css/desk.css)."""

    def __init__(self, attrs: dict[str, str] | None = None, **kwargs: object) -> None:
        super().__init__({"class": "term-checkboxes"} | (attrs or {}), **kwargs)


class OperatingModelForm(PresentedPageForm):
    """Asks the rule of publishing, unless a draft is being saved; a draft in moderation may have no gap either.

    Approving from the dashboard publishes the latest draft as it is, so it must not get gaps while it waits.
    """

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        if self.parent_page is not None and "further_regions" in self.fields:
            own = self.parent_page.specific.region.pk
            regions = self.fields["further_regions"]
            regions.queryset = regions.queryset.exclude(pk=own)

    def defer_required_fields(self) -> None:
        if not self.instance.workflow_in_progress:
            super().defer_required_fields()

    def clean(self) -> dict[str, object]:
        cleaned = super().clean()
        source = cleaned.get("adapted_from")
        # In a draft too: to choose a source that was adapted from this page can only be a mistake.
        for circle in self.instance.find_circle(source.pk if source else None):
            self.add_error(circle.field, circle.message)
        if self.is_deferred_validation:
            return cleaned
        is_local_version = self.instance.adapted_revision_id is not None and source is not None
        for gap in find_gaps(cleaned, self.instance.field_labels(), is_local_version=is_local_version):
            if gap.field not in self.errors:
                self.add_error(gap.field if gap.field in self.fields else None, gap.message)
        for gap in find_phase_gaps(cleaned.get("development") or ()):
            self.add_error(None, gap.message)
        for row in written_rows(self):
            row.ask_for_what_is_missing()
        return cleaned

    def clean_tags(self) -> list[str]:
        """Leave out what is no word, and spellings of a word that is there already."""
        tags = (tidy_line(tag) for tag in self.cleaned_data["tags"] if is_visible(tag))
        return list({fold(tag): tag for tag in tags}.values())

    def is_valid(self) -> bool:
        """Whether the form and its rows are valid; what is wrong in rows is told above the form too."""
        is_valid = super().is_valid()
        told = self.non_field_errors()
        for problem in problems_of_rows(self) if not is_valid else ():
            if problem not in told:
                self.add_error(None, problem)
        return is_valid

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
