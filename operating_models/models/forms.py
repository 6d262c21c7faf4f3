"""Forms of the editor: the rule of publishing, and copies that begin as drafts."""

from __future__ import annotations

from datetime import timedelta

from django import forms
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms.models import register_form_field_override
from wagtail.admin.forms.pages import CopyForm, WagtailAdminPageForm
from wagtail.models import Page

from operating_models.models.lineage import leads_to, sources_of_all
from operating_models.models.publishing import Circle, find_gaps, find_phase_gaps
from operating_models.models.row_forms import problems_of_rows, written_rows
from operating_models.models.texts import Tab
from operating_models.number_field import NumberField

# Forms of the admin that are made from models take their fields from here; models are read before any form is made.
register_form_field_override(models.DecimalField, override={"form_class": NumberField})
register_form_field_override(models.FloatField, override={"form_class": NumberField})
register_form_field_override(models.IntegerField, override={"form_class": NumberField, "decimal_places": 0})


class TermCheckboxes(forms.CheckboxSelectMultiple):
    """Terms of a vocabulary as checkboxes, in columns where the screen is wide (css/desk.css)."""

    def __init__(self, attrs: dict[str, str] | None = None, **kwargs: object) -> None:
        super().__init__({"class": "term-checkboxes"} | (attrs or {}), **kwargs)


class PresentedPageForm(WagtailAdminPageForm):
    """The form of our page types: an expiry that has passed does not keep the page from being saved.

    Wagtail 8.0.1 refuses every saving of such a page. What has passed is cleared (desk/expiry.py says so); a passed
    date that somebody types anew is a mistake, and refused.
    """

    def clean(self) -> dict[str, object]:
        self.has_cleared_expiry = False
        typed, stored = self.cleaned_data.get("expire_at"), self.initial.get("expire_at")
        if typed and stored and typed < timezone.now() and abs(typed - stored) < timedelta(minutes=1):
            self.cleaned_data["expire_at"] = None
            self.has_cleared_expiry = True
        return super().clean()

    def get_field_updates_for_resave(self) -> list[tuple[str, str]]:
        updates = super().get_field_updates_for_resave()
        return [*updates, ("expire_at", "")] if self.has_cleared_expiry else updates


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
        self._refuse_circle(source)
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

    def is_valid(self) -> bool:
        """Whether the form and its rows are valid; what is wrong in rows is told above the form too."""
        is_valid = super().is_valid()
        told = self.non_field_errors()
        for problem in problems_of_rows(self) if not is_valid else ():
            if problem not in told:
                self.add_error(None, problem)
        return is_valid

    def _refuse_circle(self, source: Page | None) -> None:
        """Refuse a source that was adapted from this page, in a draft too: what was chosen can only be a mistake."""
        if source is None or self.instance.pk is None:
            return
        if leads_to(source.pk, self.instance.pk, sources_of_all(type(self.instance))):
            label = self.instance.field_labels()["adapted_from"]
            self.add_error("adapted_from", Circle("adapted_from", label, str(Tab.CONTENT)).message)

    def _post_clean(self) -> None:
        self.instance.form_decides_on_gaps = True
        super()._post_clean()
        self.instance.form_decides_on_gaps = False


class DraftCopyForm(CopyForm):
    """A copy begins as a draft, and there are no aliases: neither is offered."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields.pop("publish_copies", None)
        self.fields.pop("alias", None)
        self.fields["new_title"].label = _("Name of the copy")
