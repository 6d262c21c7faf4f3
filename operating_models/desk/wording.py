"""Names of fields that Wagtail's forms leave to be called after their attributes.

Two words that Wagtail's templates say without asking its catalogues are put right in templates/wagtailadmin/.
"""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms.auth import LoginForm
from wagtail.users.forms import PagePermissionsForm


def assign() -> None:
    LoginForm.base_fields["password"].label = _("Password")
    PagePermissionsForm.base_fields["page"].label = _("Page")
