"""The site's addresses and one that is forbidden to everybody: no public page of today's site answers so."""

from django.core.exceptions import PermissionDenied
from django.urls import path

from kb_site.urls import urlpatterns as site


def forbid(request):
    raise PermissionDenied


urlpatterns = [path("kielletty/", forbid), *site]
