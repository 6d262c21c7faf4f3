"""Views of the front page and the standard pages, registered with the models, and logging in and out."""

from __future__ import annotations

from dataclasses import fields

from django.contrib import messages
from django.contrib.auth.forms import SetPasswordForm
from django.contrib.auth.views import LoginView, LogoutView, PasswordResetConfirmView, PasswordResetView
from django.http import HttpRequest, HttpResponse
from django.urls import reverse, reverse_lazy
from django.utils.translation import gettext
from wagtail.admin.views import account

from home import front
from home.models import HomePage, SiteSettings, StandardPage
from home.password_reset import AskForPassword
from operating_models import licences
from operating_models.components import languages
from operating_models.components.breadcrumbs import Crumb, links_of, regional_links_of
from operating_models.components.told import words_of
from operating_models.licences import Licence
from operating_models.models.presented import Context, context_of
from operating_models.reporting.commands import User, regions_of
from operating_models.reporting.presenting import crumbs
from operating_models.statistics import counting
from search.criteria import Criteria
from search.finding.results import find


def read_licence(request: HttpRequest) -> Licence | None:
    """Return the licence that the site's settings name."""
    settings = SiteSettings.load(request_or_site=request)
    return Licence(settings.licence_name, settings.licence_url) if settings.licence_name else None


licences.READERS.append(read_licence)


@context_of.register
def of_front(page: HomePage, request: HttpRequest) -> Context:
    content = front.present(request, regional_links_of(page, request), find(Criteria()), counting.read())
    told = words_of(page)
    return {field.name: getattr(content, field.name) for field in fields(content)} | {
        "told": told,
        "page_description": told.description or told.lead.text,
        "canonical_url": page.get_full_url(request),
        "alternates": languages.alternates_of(page, request),
    }


@context_of.register
def of_standard_page(page: StandardPage, request: HttpRequest) -> Context:
    told = words_of(page)
    return {
        "told": told,
        "breadcrumbs": links_of(page, request).crumbs,
        "page_description": told.description or told.lead.text,
        "canonical_url": page.get_full_url(request),
        "alternates": languages.alternates_of(page, request),
    }


def _headed(heading: str) -> dict[str, object]:
    """Return what templates/home/account_page.html reads."""
    return {"heading": heading, "breadcrumbs": crumbs(Crumb(heading))}


class LogIn(LoginView):
    """Logs in whoever has an account, and leads on to the page that was asked for, or to what the account is for."""

    template_name = "home/login.html"

    def get_default_redirect_url(self) -> str:
        return _place_of(self.request.user)

    def get_context_data(self, **kwargs: object) -> dict[str, object]:
        return super().get_context_data(**_headed(gettext("Log in")), **kwargs)


def _place_of(user: User) -> str:
    """Return the address of what an account is for."""
    is_editor = user.has_perm("wagtailadmin.access_admin") and not regions_of(user)
    return reverse("wagtailadmin_home" if is_editor else "our_models")


class LogOut(LogoutView):
    """Logs out with a button, never by a link, and says so on the front page."""

    def get_default_redirect_url(self) -> str:
        return reverse("wagtail_serve", args=("",))

    def post(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        response = super().post(request, *args, **kwargs)
        messages.success(request, gettext("You have logged out."))
        return response


class ForgottenPassword(PasswordResetView):
    """Asks for the address of an account, and says the same of every address."""

    template_name = "home/forgotten_password.html"
    form_class = AskForPassword
    success_url = reverse_lazy("login")

    def get_context_data(self, **kwargs: object) -> dict[str, object]:
        return super().get_context_data(**_headed(gettext("A new password")), **kwargs)

    def form_valid(self, form: AskForPassword) -> HttpResponse:
        messages.success(
            self.request,
            gettext("If an account has this address, a mail with a link to a new password arrives within minutes."),
        )
        return super().form_valid(form)


class LetsIn:
    """What setting a new password by the link of a mail does: it logs in and leads to what the account is for.

    So who has the mail gets in, also while somebody else uses up the tries that the account has with passwords.
    """

    post_reset_login = True

    def get_success_url(self) -> str:
        return _place_of(self.request.user)


class NewPassword(LetsIn, PasswordResetConfirmView):
    """Sets a new password on the public pages."""

    template_name = "home/new_password.html"

    def get_context_data(self, **kwargs: object) -> dict[str, object]:
        return super().get_context_data(**_headed(gettext("A new password")), **kwargs)

    def form_valid(self, form: SetPasswordForm) -> HttpResponse:
        messages.success(self.request, gettext("The password has been changed, and you have logged in."))
        return super().form_valid(form)


class NewPasswordOfDesk(LetsIn, account.PasswordResetConfirmView):
    """Sets a new password in Wagtail's admin."""
