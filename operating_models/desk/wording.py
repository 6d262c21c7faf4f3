"""Words that Wagtail says wrongly where no catalogue is asked: names of fields, numbers of rows, chosen filters.

Words that Wagtail's templates say without asking its catalogues are put right in templates/wagtailadmin/.
"""

from __future__ import annotations

import django_filters
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.active_filters import ActiveFilter, BaseFilterAdapter, register_filter_adapter_class
from wagtail.admin.forms.auth import LoginForm
from wagtail.admin.paginator import WagtailPaginator
from wagtail.users.forms import PagePermissionsForm


class YesNoFilterAdapter(BaseFilterAdapter):
    """A chosen filter of yes or no. Wagtail shows Python's word for it."""

    def get_active_filters(self) -> list[ActiveFilter]:
        value = gettext("yes") if self.value else gettext("no")
        return [found._replace(value=value) for found in super().get_active_filters()]


def assign() -> None:
    LoginForm.base_fields["password"].label = _("Password")
    PagePermissionsForm.base_fields["page"].label = _("Page")
    register_filter_adapter_class(django_filters.BooleanFilter, YesNoFilterAdapter)
    # A number before a plural, as Wagtail has it, wants another case of the word in Finnish.
    WagtailPaginator.items_count_label = property(_count_of_rows)


def _count_of_rows(paginator: WagtailPaginator) -> str:
    return f"{capfirst(str(paginator.verbose_name_plural))}: {paginator.count}"
