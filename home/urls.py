"""Addresses of logging in and out, of a forgotten password, and what search engines are told of the site."""

from django.urls import path

from home import search_engines
from home.views import ForgottenPassword, LogIn, LogOut, NewPassword, NewPasswordOfDesk

urlpatterns = [
    path("kirjaudu/", LogIn.as_view(), name="login"),
    path("kirjaudu/salasana/", ForgottenPassword.as_view(), name="password_reset"),
    path("kirjaudu/salasana/<uidb64>/<token>/", NewPassword.as_view(), name="password_reset_confirm"),
    # The address that the mails of the desk have, in front of Wagtail's own view.
    path("hallinta/password_reset/confirm/<uidb64>/<token>/", NewPasswordOfDesk.as_view(), name="set_new_password"),
    path("kirjaudu-ulos/", LogOut.as_view(), name="logout"),
    path("robots.txt", search_engines.tell_robots, name="robots"),
    path("sitemap.xml", search_engines.list_pages, name="sitemap"),
]
