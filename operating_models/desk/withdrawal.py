"""Withdrawing a model and taking the withdrawal back, by curators and by developers for their own region's models."""

from __future__ import annotations

from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext
from wagtail.admin import messages
from wagtail.admin.forms.models import WagtailAdminModelForm
from wagtail.admin.widgets import AdminPageChooser
from wagtail.admin.widgets.button import Button
from wagtail.models import Page

from operating_models.models import OperatingModelPage, Withdrawal


class WithdrawalForm(WagtailAdminModelForm):
    """Asks why a model is withdrawn, since when, and what replaces it."""

    class Meta(WagtailAdminModelForm.Meta):
        model = Withdrawal
        fields = ("reason", "withdrawn_on", "successor")
        widgets = {"successor": AdminPageChooser(target_models=[OperatingModelPage])}


def may_withdraw(user: AbstractBaseUser, page: OperatingModelPage) -> bool:
    """Say whether a user may withdraw a published model: those who may edit it."""
    return page.live and page.permissions_for_user(user).can_edit()


def withdraw(request: HttpRequest, page_id: int) -> HttpResponse:
    """Withdraw a model, or take its withdrawal back; each is a new row, so that what was said before stays known."""
    page = get_object_or_404(OperatingModelPage, pk=page_id)
    if not may_withdraw(request.user, page):
        raise PermissionDenied
    current = Withdrawal.objects.in_force().filter(page=page).first()
    row = Withdrawal(page=page, recorded_by=request.user)
    if request.method == "POST" and current:
        row.is_in_force = False
        row.save()
        messages.success(request, gettext("The model is recommended again."))
        return redirect("wagtailadmin_explore", page.get_parent().pk)
    form = WithdrawalForm(request.POST or None, instance=row, for_user=request.user)
    if form.is_bound and form.is_valid():
        form.save()
        messages.success(request, gettext("The model has been withdrawn. Its page stays and says so."))
        return redirect("wagtailadmin_explore", page.get_parent().pk)
    back_url = reverse("wagtailadmin_pages:edit", args=[page.pk])
    told = {"page": page, "withdrawal": current, "form": form, "back_url": back_url}
    return TemplateResponse(request, "operating_models/desk/withdraw.html", told)


def page_buttons(page: Page, user: AbstractBaseUser, **kwargs: object) -> list[Button]:
    """Return the button for a model that the user may withdraw."""
    if page.specific_class is not OperatingModelPage or not may_withdraw(user, page.specific):
        return []
    label = gettext("Withdraw or recommend again")
    return [Button(label, url=reverse("operating_models_withdraw", args=[page.pk]), icon_name="no-view", priority=58)]
