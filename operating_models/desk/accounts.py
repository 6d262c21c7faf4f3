"""Wagtail's pages of users and groups, for who may hand out roles: within one's own rights, roles by region."""

from __future__ import annotations

from collections.abc import Iterator

from django import forms
from django.contrib.auth.models import AbstractUser, Group
from django.core.exceptions import PermissionDenied
from django.forms.models import ModelChoiceIterator, ModelChoiceIteratorValue
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.models import Collection, GroupPagePermission, Page
from wagtail.users.views import groups, users
from wagtail.users.views.bulk_actions import AssignRoleBulkAction, DeleteBulkAction, SetActiveStateBulkAction

from operating_models.desk import rights
from operating_models.desk.rights import PlacedPermission, Rights
from operating_models.models import Region, RegionPage

NATIONAL = _("National")


class RolesByRegion(ModelChoiceIterator):
    """Yields the national roles first, and then those of each region under its name."""

    def __iter__(self) -> Iterator[tuple[str, list[tuple[ModelChoiceIteratorValue, str]]]]:
        regions = _regions_of_groups()
        names = [region.short_name_fi for region in Region.objects.in_order()]
        by_region: dict[str, list[tuple[ModelChoiceIteratorValue, str]]] = {
            name: [] for name in (str(NATIONAL), *names)
        }
        for group in self.queryset.order_by("name"):
            by_region[regions.get(group.pk, str(NATIONAL))].append(self.choice(group))
        yield from ((name, roles) for name, roles in by_region.items() if roles)


class RolesField(forms.ModelMultipleChoiceField):
    iterator = RolesByRegion


def _regions_of_groups() -> dict[int, str]:
    """Return the region's name by the key of each group that writes under its page or reports for it."""
    pages = dict(RegionPage.objects.values_list("pk", "region__short_name_fi"))
    writing = GroupPagePermission.objects.filter(page__in=pages).values_list("group_id", "page_id")
    reporting = Region.objects.exclude(reporter_group=None).values_list("reporter_group_id", "short_name_fi")
    return {group: pages[page] for group, page in writing} | dict(reporting)


class WithinOwnRights:
    """Mixin of the forms of a user: only roles that one may hand out, and nobody but a superuser makes superusers."""

    def get_form(self, form_class: type[forms.ModelForm] | None = None) -> forms.ModelForm:
        form = super().get_form(form_class)
        actor = self.request.user
        if "is_superuser" in form.fields:
            form.fields["is_superuser"].disabled = not actor.is_superuser
        shown = form.fields["groups"]
        form.fields["groups"] = RolesField(
            Group.objects.filter(pk__in=[group.pk for group in rights.groups_within(actor)]),
            required=False,
            label=_("Roles"),
            help_text=shown.help_text,
            widget=forms.CheckboxSelectMultiple(attrs={"class": "roles"}),
        )
        return form


class AccountCreateView(WithinOwnRights, users.CreateView):
    pass


class AccountEditView(WithinOwnRights, users.EditView):
    def dispatch(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        _refuse_above(request.user, self.object)
        return super().dispatch(request, *args, **kwargs)


class AccountDeleteView(users.DeleteView):
    def dispatch(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        _refuse_above(request.user, self.get_object())
        return super().dispatch(request, *args, **kwargs)


class AccountViewSet(users.UserViewSet):
    add_view_class = AccountCreateView
    edit_view_class = AccountEditView
    delete_view_class = AccountDeleteView


def _refuse_above(actor: AbstractUser, user: AbstractUser) -> None:
    if not rights.may_manage(actor, user):
        raise PermissionDenied


class AssignOwnRoles(AssignRoleBulkAction):
    """Gives a role that one may hand out to users whom one may change."""

    def check_perm(self, obj: AbstractUser) -> bool:
        return super().check_perm(obj) and rights.may_manage(self.request.user, obj)

    def get_form(self, form_class: type[forms.Form] | None = None) -> forms.Form:
        form = super().get_form(form_class)
        within = [group.pk for group in rights.groups_within(self.request.user)]
        form.fields["role"].queryset = Group.objects.filter(pk__in=within).order_by("name")
        return form


class SetActiveStateOfOthers(SetActiveStateBulkAction):
    def check_perm(self, obj: AbstractUser) -> bool:
        return super().check_perm(obj) and rights.may_manage(self.request.user, obj)


class DeleteOthers(DeleteBulkAction):
    def check_perm(self, obj: AbstractUser) -> bool:
        return super().check_perm(obj) and rights.may_manage(self.request.user, obj)


BULK_ACTIONS = (AssignOwnRoles, SetActiveStateOfOthers, DeleteOthers)


class RoleWithinOwnRights:
    """Mixin of the forms of a group: it gets no right that one does not have."""

    def is_valid(self, form: forms.ModelForm) -> bool:
        if not super().is_valid(form):
            return False
        asked = Rights(
            frozenset(permission.pk for permission in form.cleaned_data["permissions"]),
            frozenset(placed for panel in self.permission_panel_forms for placed in _asked(panel)),
        )
        if rights.of_user(self.request.user).cover(asked):
            return True
        form.add_error("permissions", gettext("You cannot give a right that you do not have yourself."))
        self.produced_error_message = self.get_error_message()
        return False


def _asked(panel: forms.BaseFormSet) -> Iterator[PlacedPermission]:
    """Yield what a panel asks for the pages or the collections of its rows."""
    for row in panel.forms:
        if row in panel.deleted_forms:
            continue
        for tree, name in ((Page, "page"), (Collection, "collection")):
            if name in row.cleaned_data:
                path = row.cleaned_data[name].path
                yield from (PlacedPermission(tree, path, found.pk) for found in row.cleaned_data["permissions"])


class RoleCreateView(RoleWithinOwnRights, groups.CreateView):
    pass


class RoleEditView(RoleWithinOwnRights, groups.EditView):
    def dispatch(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        _refuse_role_above(request.user, self.get_object())
        return super().dispatch(request, *args, **kwargs)


class RoleDeleteView(groups.DeleteView):
    def dispatch(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        _refuse_role_above(request.user, self.get_object())
        return super().dispatch(request, *args, **kwargs)


class RoleViewSet(groups.GroupViewSet):
    add_view_class = RoleCreateView
    edit_view_class = RoleEditView
    delete_view_class = RoleDeleteView


def _refuse_role_above(actor: AbstractUser, group: Group) -> None:
    if not rights.of_user(actor).cover(rights.of_groups([group])[group.pk]):
        raise PermissionDenied
