"""Addresses of Wagtail's admin at which views of ours stand in front of Wagtail's own."""

from django.urls import path
from django.views.decorators.cache import never_cache
from wagtail.admin.auth import require_admin_access
from wagtail.utils.urlpatterns import decorate_urlpatterns

from operating_models.desk import keywords
from operating_models.desk.visible_pages import ChosenVisiblePages, VisiblePageTypesUsage

urlpatterns = [
    path("choose-page/chosen-multiple/", ChosenVisiblePages.as_view()),
    path("reports/page-types-usage/", VisiblePageTypesUsage.as_view()),
    path("reports/page-types-usage/results/", VisiblePageTypesUsage.as_view(results_only=True)),
    path("tag-autocomplete/operating_models/keyword/", keywords.suggest),
]
for decorator in (require_admin_access, never_cache):
    urlpatterns = decorate_urlpatterns(urlpatterns, decorator)
