from django.urls import include, path
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.documents import urls as wagtaildocs_urls

urlpatterns = [
    path("hallinta/", include(wagtailadmin_urls)),
    path("dokumentit/", include(wagtaildocs_urls)),
    path("", include(wagtail_urls)),
]
