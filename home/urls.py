"""Addresses of logging in and out, and what search engines are told of the site."""

from django.urls import path

from home import search_engines
from home.views import LogIn, LogOut

urlpatterns = [
    path("kirjaudu/", LogIn.as_view(), name="login"),
    path("kirjaudu-ulos/", LogOut.as_view(), name="logout"),
    path("robots.txt", search_engines.tell_robots, name="robots"),
    path("sitemap.xml", search_engines.list_pages, name="sitemap"),
]
