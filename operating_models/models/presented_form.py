"""The editor's form of every page type of ours."""

from __future__ import annotations

from datetime import timedelta

from django.forms.formsets import DELETION_FIELD_NAME
from django.utils import timezone
from django.utils.translation import gettext
from wagtail.admin.forms.pages import WagtailAdminPageForm

from operating_models.site_languages import ORIGINAL

TRANSLATIONS = ("texts", "page_texts")
"""Relations of a page to its rows of texts in other languages."""


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
        cleaned = super().clean()
        self._refuse_repeated_languages()
        return cleaned

    def _refuse_repeated_languages(self) -> None:
        """Refuse a second text in a language, and one in the language of the page itself; in a draft too."""
        taken = {self.cleaned_data.get("original_language") or ORIGINAL}
        for relation in TRANSLATIONS:
            formset = self.formsets.get(relation)
            if formset is None or not formset.management_form.is_valid():
                continue
            # Asking whether they are valid cleans them.
            formset.is_valid()
            for row in formset.forms:
                language = row.cleaned_data.get("language")
                if not language or row.cleaned_data.get(DELETION_FIELD_NAME):
                    continue
                if language in taken:
                    row.add_error("language", gettext("The page has a text in this language already."))
                taken.add(language)

    def get_field_updates_for_resave(self) -> list[tuple[str, str]]:
        updates = super().get_field_updates_for_resave()
        return [*updates, ("expire_at", "")] if self.has_cleared_expiry else updates
