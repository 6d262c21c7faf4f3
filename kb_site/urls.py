"""Where the rooms are joined: the editor, documents behind a check, suggestions, and the page tree."""

from django.conf import settings
from django.urls import include, path, re_path
from django.views.static import serve
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.documents import urls as wagtaildocs_urls

from home.views import LogIn, LogOut
from operating_models.pages import views
from operating_models.replication import views as replication
from operating_models.reporting import views as reporting

urlpatterns = [
    path("hallinta/", include(wagtailadmin_urls)),
    path("dokumentit/", include(wagtaildocs_urls)),
    path("ehdotukset/", views.suggestions, name="suggestions"),
    path("sovella/<int:page_id>/", replication.adapt, name="adapt"),
    path("erot/<int:page_id>/", replication.show_difference, name="difference"),
    path("vertaa/", replication.show_comparison, name="compare"),
    path("kirjaudu/", LogIn.as_view(), name="login"),
    path("kirjaudu-ulos/", LogOut.as_view(), name="logout"),
    path("alueemme/", reporting.our_models, name="our_models"),
    path("ilmoitus/uusi/<int:page_id>/", reporting.report_adoption, name="report_adoption"),
    path("ilmoitus/<int:report_id>/", reporting.adoption_report, name="adoption_report"),
    path("ilmoitus/<int:report_id>/peru/", reporting.retract_report, name="retract_report"),
    path("ilmoitus/<int:report_id>/edelleen/", reporting.renew_report, name="renew_report"),
    path("ilmoitus/<int:report_id>/vastaa/", reporting.answer_report, name="answer_report"),
]
if settings.DEBUG:
    # In production the proxy serves the pictures. Documents are never here: they are served after a check.
    media = {"document_root": settings.MEDIA_ROOT / "images"}
    urlpatterns.append(re_path(r"^media/images/(?P<path>.+)$", serve, media))
urlpatterns.append(path("", include(wagtail_urls)))
