"""Where the rooms are joined: the editor, documents behind a check, and under the prefix of each language the public
rooms and the page tree."""

from pathlib import Path

from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import include, path, re_path
from django.views.static import serve
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.documents import urls as wagtaildocs_urls

handler500 = "kb_site.outages.show_error"


def serve_picture(request: HttpRequest, path: str) -> HttpResponseBase:
    return serve(request, path, document_root=Path(settings.MEDIA_ROOT) / "images")


urlpatterns = [
    path("", include("home.urls")),
    path("hallinta/", include("operating_models.desk.urls")),
    path("hallinta/", include(wagtailadmin_urls)),
    path("dokumentit/", include(wagtaildocs_urls)),
]
if settings.SERVES_PICTURES:
    # Documents are never here: they are served after a check. Nor are pictures as they were uploaded.
    urlpatterns.append(re_path(r"^media/images/(?P<path>.+)$", serve_picture))
urlpatterns += i18n_patterns(
    path("", include("home.account_urls")),
    path("", include("operating_models.pages.urls")),
    path("", include("operating_models.replication.urls")),
    path("", include("operating_models.reporting.urls")),
    path("", include(wagtail_urls)),
    prefix_default_language=False,
)
