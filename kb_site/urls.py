"""Where the rooms are joined: the editor, documents behind a check, the public rooms, and the page tree."""

from django.conf import settings
from django.urls import include, path, re_path
from django.views.static import serve
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.documents import urls as wagtaildocs_urls

urlpatterns = [
    path("hallinta/", include(wagtailadmin_urls)),
    path("dokumentit/", include(wagtaildocs_urls)),
    path("", include("operating_models.pages.urls")),
    path("", include("operating_models.replication.urls")),
    path("", include("operating_models.reporting.urls")),
]
if settings.DEBUG:
    # In production the proxy serves the pictures. Documents are never here: they are served after a check.
    path("", include("home.urls")),
    path("hallinta/", include("operating_models.desk.urls")),
    media = {"document_root": settings.MEDIA_ROOT / "images"}
    urlpatterns.append(re_path(r"^media/images/(?P<path>.+)$", serve, media))
urlpatterns.append(path("", include(wagtail_urls)))
