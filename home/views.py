"""Logging in and out on the public pages."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.views import LoginView, LogoutView
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext

from operating_models.components.breadcrumbs import Crumb
from operating_models.reporting.commands import regions_of
from operating_models.reporting.presenting import crumbs


class LogIn(LoginView):
    """Logs in whoever has an account, and leads on to the page that was asked for, or to what the account is for."""

    template_name = "home/login.html"

    def get_default_redirect_url(self) -> str:
        user = self.request.user
        is_editor = user.has_perm("wagtailadmin.access_admin") and not regions_of(user)
        return reverse("wagtailadmin_home" if is_editor else "our_models")

    def get_context_data(self, **kwargs: object) -> dict[str, object]:
        return super().get_context_data(breadcrumbs=crumbs(Crumb(gettext("Log in"))), **kwargs)


class LogOut(LogoutView):
    """Logs out with a button, never by a link, and says so on the front page."""

    next_page = "/"

    def post(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        response = super().post(request, *args, **kwargs)
        messages.success(request, gettext("You have logged out."))
        return response
