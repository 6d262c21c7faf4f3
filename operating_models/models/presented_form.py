"""The editor's form of every page type of ours."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone
from wagtail.admin.forms.pages import WagtailAdminPageForm


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
