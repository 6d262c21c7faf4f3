"""The public side of the ledger: the region's form, our region's models, a report's page and the owner's answer."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import gettext, gettext_noop
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from operating_models.components.breadcrumbs import Crumb
from operating_models.components.cards import public_model
from operating_models.models import AdoptionReport, Region, Verdict
from operating_models.reporting import commands, people, presenting, unsent_form
from operating_models.reporting.commands import OutdatedError
from operating_models.reporting.forms import AnswerForm, ReportForm, RetractForm
from operating_models.reporting.messages import tell_owner, tell_region

View = Callable[..., HttpResponse]

REGION = "alue"
"""The parameter that chooses one of several regions."""

CONFLICT = 409

STILL_HERE = gettext_noop("You have logged in. What you wrote is still here: check it and save it.")


def explain_refusals(view: View) -> View:
    """Answer a lacking right with a page that says for which regions one may report, and whom to ask."""

    @wraps(view)
    def answer(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except PermissionDenied as refusal:
            told = {
                "why": str(refusal),
                "regions": [region.full_name for region in people.regions_for(request.user)],
                "breadcrumbs": presenting.crumbs(Crumb(gettext("No access"))),
            }
            return TemplateResponse(request, "operating_models/report_refused.html", told, status=403)

    return answer


def needs_login(
    *methods: str, found: Callable[..., object] | None = None, explained_by: View | None = None
) -> Callable[[View], View]:
    """Ask for the login first, never answer from a cache, and explain refusals.

    Who sends a form after the session has ended logs in again and finds what was typed, in a view that says by
    ``found`` what the form is about: for what does not exist (Http404), nothing is kept. ``explained_by`` tells who
    only looks what the login is for.
    """

    def decorate(view: View) -> View:
        explained = explain_refusals(view)

        @wraps(view)
        def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
            if request.user.is_authenticated:
                return explained(request, *args, **kwargs)
            if request.method == "POST" and found is not None:
                found(*args, **kwargs)
                unsent_form.save(request)
            elif explained_by is not None and request.method != "POST":
                return explained_by(request, *args, **kwargs)
            return redirect_to_login(request.get_full_path())

        return never_cache(require_http_methods(methods)(guarded))

    return decorate


def _public_report(report_id: int) -> AdoptionReport:
    return get_object_or_404(presenting.public_reports().select_related("page", "region"), pk=report_id)


def explain_reporting(request: HttpRequest, page_id: int) -> HttpResponse:
    """Tell who has not logged in who reports an adoption, and how others tell of it."""
    page = public_model(page_id)
    model = presenting.model_link(page, request)
    told = {
        "model": model,
        "contact_email": page.contact_email,
        "login_url": f"{reverse('login')}?{urlencode({'next': request.get_full_path()})}",
        "breadcrumbs": presenting.crumbs(Crumb(model.title, model.url), Crumb(gettext("Report an adoption"))),
    }
    return TemplateResponse(request, "operating_models/report_explained.html", told)


@needs_login("GET", "HEAD", "POST", found=public_model, explained_by=explain_reporting)
def report_adoption(request: HttpRequest, page_id: int) -> HttpResponse:
    """Ask where a region stands with a public model, and record it."""
    page = public_model(page_id)
    regions = people.regions_for(request.user)
    sent = request.POST if request.method == "POST" else unsent_form.restore(request, request.path)
    region = _chosen(regions, sent.get("region", "") if sent else request.GET.get(REGION, ""))
    if sent is None or region is None:
        return _draw_form(request, presenting.report_view(page, request, regions, region))

    current, latest = commands.current_report(page, region), commands.latest_report(page, region)
    form = ReportForm(sent, current=current, latest=latest)
    if request.method != "POST":
        messages.info(request, gettext(STILL_HERE))
        return _draw_form(request, presenting.report_view(page, request, regions, region, form=form))
    if form.is_valid():
        try:
            with transaction.atomic():
                recorded = commands.record(request.user, page, region, form.statement(), form.basis())
                if recorded.is_new:
                    tell_owner(recorded.report)
        except OutdatedError as error:
            again = form.with_latest(current=commands.current_report(page, region), latest=error.latest)
            view = presenting.report_view(page, request, regions, region, form=again, just_saved=error.latest)
            return _draw_form(request, view, status=CONFLICT)
        except ValidationError as error:
            form.add_refusal(error)
        else:
            return _thank(request, recorded.report, gettext("Thank you. The report has been saved."))
    return _draw_form(request, presenting.report_view(page, request, regions, region, form=form))


@needs_login("GET", "HEAD", "POST")
def retract_report(request: HttpRequest, report_id: int) -> HttpResponse:
    """Ask whether a report is to be taken back, and take it back."""
    report = _public_report(report_id)
    if not commands.may_report(request.user, report.region):
        raise PermissionDenied(gettext("You may report only for your own region."))
    form = RetractForm(request.POST or None)
    if form.is_bound and form.is_valid():
        try:
            with transaction.atomic():
                recorded = commands.retract(request.user, report, form.basis(), note=form.cleaned_data["note"])
                if recorded.is_new:
                    tell_owner(recorded.report)
        except OutdatedError as error:
            text = gettext("Another report has just been saved. Look at it before you take anything back.")
            messages.warning(request, text)
            return redirect("adoption_report", error.latest.pk)
        return _thank(request, report, gettext("The report has been taken back."))
    if not form.is_bound:
        latest = commands.latest_report(report.page, report.region)
        form = RetractForm(initial={"seen": latest and latest.pk})
    shown = presenting.report_page(report, request)
    told = {
        "page_of": shown,
        "form": form,
        "breadcrumbs": presenting.crumbs(
            Crumb(shown.model.title, shown.model.url), Crumb(gettext("Take a report back"))
        ),
    }
    return TemplateResponse(request, "operating_models/report_retract.html", told)


@needs_login("GET", "HEAD", "POST")
def renew_report(request: HttpRequest, report_id: int) -> HttpResponse:
    """Record in one click that a region's report still holds."""
    report = _public_report(report_id)
    if request.method != "POST":
        # Who had to log in before the button worked is led to where the button is.
        return redirect("adoption_report", report.pk)
    try:
        commands.renew(request.user, report)
    except OutdatedError:
        messages.warning(request, gettext("The situation has been reported anew. Nothing was changed."))
    else:
        messages.success(request, gettext("Noted: %(model)s is up to date.") % {"model": report.page.title})
    url = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(url, {request.get_host()}, require_https=request.is_secure())
    return redirect(url if is_ours else f"{reverse('our_models')}?{urlencode({REGION: report.region.code})}")


@never_cache
@require_safe
def adoption_report(request: HttpRequest, report_id: int) -> HttpResponse:
    """Show a report of a public model to everybody, and to the model's owner the form of an answer."""
    report = _public_report(report_id)
    if report.is_retraction:
        return redirect("adoption_report", report.supersedes_id)
    form = AnswerForm() if commands.may_answer(request.user, report.page) else None
    if form and (sent := unsent_form.restore(request, reverse("answer_report", args=[report.pk]))):
        form = AnswerForm(sent)
        messages.info(request, gettext(STILL_HERE))
    return _draw_report(request, report, form)


@needs_login("GET", "HEAD", "POST", found=_public_report)
def answer_report(request: HttpRequest, report_id: int) -> HttpResponse:
    """Record what the owner says of a report."""
    report = _public_report(report_id)
    if request.method != "POST":
        # Who had to log in before the button worked is led to where the button is.
        return redirect("adoption_report", report.pk)
    if not commands.may_answer(request.user, report.page):
        raise PermissionDenied(gettext("Only the owner of the model answers its reports."))
    form = AnswerForm(request.POST)
    if form.is_valid():
        given = form.cleaned_data
        was_sent = report.answers.filter(token=given["token"]).exists()
        try:
            with transaction.atomic():
                answer = commands.answer(
                    request.user, report, Verdict(given["verdict"]), given["text"], token=given["token"]
                )
                if not was_sent:
                    tell_region(answer)
        except ValidationError as error:
            form.add_refusal(error)
        else:
            messages.success(request, gettext("Thank you. Your answer has been saved."))
            return redirect(f"{reverse('adoption_report', args=[report.pk])}#answers")
    return _draw_report(request, report, form)


@needs_login("GET", "HEAD")
def our_models(request: HttpRequest) -> HttpResponse:
    """Show where the user's region stands with each model, and what waits for an owner's answer."""
    regions = people.regions_for(request.user)
    asked = request.GET.get(REGION, "")
    region = _chosen(regions, asked) if regions or asked else None
    if region is None:
        region = next(iter(commands.regions_of(request.user)), None)
    told = {
        "ours": presenting.our_models(request, regions, region),
        "breadcrumbs": presenting.crumbs(Crumb(gettext("Our region's models"))),
    }
    return TemplateResponse(request, "operating_models/our_models.html", told)


def _chosen(regions: list[Region], code: str) -> Region | None:
    """Return the region of a code, or the only one; None when one must be chosen. Raises PermissionDenied."""
    if not code:
        if not regions:
            raise PermissionDenied(gettext("Your account reports for no region yet."))
        return regions[0] if len(regions) == 1 else None
    if found := next((region for region in regions if region.code == code), None):
        return found
    raise PermissionDenied(gettext("You may report only for your own region."))


def _thank(request: HttpRequest, report: AdoptionReport, text: str) -> HttpResponse:
    messages.success(request, f"{text} {report.region}: {report.get_status_display()}.")
    return redirect(f"{report.page.get_url(request)}#adoption")


def _draw_form(request: HttpRequest, view: presenting.ReportView, *, status: int = 200) -> HttpResponse:
    steps = (Crumb(view.model.title, view.model.url), Crumb(gettext("Report an adoption")))
    told = {"reporting": view, "breadcrumbs": presenting.crumbs(*steps)}
    return TemplateResponse(request, "operating_models/report_form.html", told, status=status)


def _draw_report(request: HttpRequest, report: AdoptionReport, form: AnswerForm | None) -> HttpResponse:
    shown = presenting.report_page(report, request)
    is_reporter = request.user.is_authenticated and commands.may_report(request.user, report.region)
    stands = shown.corrected_by is None and not shown.report.retraction
    told = {
        "page_of": shown,
        "form": form,
        "may_retract": is_reporter and stands,
        "breadcrumbs": presenting.crumbs(Crumb(shown.model.title, shown.model.url), Crumb(gettext("Report"))),
    }
    return TemplateResponse(request, "operating_models/report_page.html", told)
