"""Addresses that are the same in all languages: what search engines are told of the site, and a link of mails."""

from django.urls import path

from home import search_engines
from home.views import NewPasswordOfDesk

urlpatterns = [
    # The address that the mails of the desk have, in front of Wagtail's own view.
    path("hallinta/password_reset/confirm/<uidb64>/<token>/", NewPasswordOfDesk.as_view(), name="set_new_password"),
    path("robots.txt", search_engines.tell_robots, name="robots"),
    path("sitemap.xml", search_engines.list_pages, name="sitemap"),
]
