"""What accounts and groups may do, compared: nobody hands out, or takes over, more than they have themselves."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.contrib.auth.models import AbstractUser, Group, Permission
from wagtail.models import Collection, GroupCollectionPermission, GroupPagePermission, Page


@dataclass(frozen=True, slots=True)
class PlacedPermission:
    """A permission that holds for a page or a collection and all that is under it."""

    tree: type[Page | Collection]
    path: str
    permission_id: int

    def includes(self, other: PlacedPermission) -> bool:
        same = (self.tree, self.permission_id) == (other.tree, other.permission_id)
        return same and other.path.startswith(self.path)


@dataclass(frozen=True, slots=True)
class Rights:
    """Permissions that hold everywhere, by key, and those that hold in a place."""

    permissions: frozenset[int] = frozenset()
    placed: frozenset[PlacedPermission] = frozenset()
    is_superuser: bool = False

    def __or__(self, other: Rights) -> Rights:
        return Rights(
            self.permissions | other.permissions, self.placed | other.placed, self.is_superuser or other.is_superuser
        )

    def cover(self, other: Rights) -> bool:
        """Say whether who has these rights has the other ones too."""
        if self.is_superuser or other.is_superuser:
            return self.is_superuser
        return other.permissions <= self.permissions and all(
            any(mine.includes(wanted) for mine in self.placed) for wanted in other.placed
        )


def of_user(user: AbstractUser) -> Rights:
    own = Permission.objects.filter(user=user).values_list("pk", flat=True)
    rights = Rights(frozenset(own), is_superuser=user.is_superuser)
    for of_group in of_groups(user.groups.all()).values():
        rights |= of_group
    return rights


def of_groups(groups: Iterable[Group]) -> dict[int, Rights]:
    """Return the rights of each of the groups, by its key; three queries."""
    keys = [group.pk for group in groups]
    permissions: dict[int, set[int]] = {key: set() for key in keys}
    placed: dict[int, set[PlacedPermission]] = {key: set() for key in keys}
    rows = Group.permissions.through.objects.filter(group__in=keys).values_list("group_id", "permission_id")
    for key, permission in rows:
        permissions[key].add(permission)
    for tree, model, name in (
        (Page, GroupPagePermission, "page__path"),
        (Collection, GroupCollectionPermission, "collection__path"),
    ):
        for key, path, permission in model.objects.filter(group__in=keys).values_list(
            "group_id", name, "permission_id"
        ):
            placed[key].add(PlacedPermission(tree, path, permission))
    return {key: Rights(frozenset(permissions[key]), frozenset(placed[key])) for key in keys}


def may_manage(actor: AbstractUser, user: AbstractUser) -> bool:
    """Say whether the actor may change an account: who sets its password or address can become it."""
    return actor == user or of_user(actor).cover(of_user(user))


def groups_within(actor: AbstractUser) -> list[Group]:
    """Return the groups that the actor may hand out: those that may do no more than the actor."""
    held, groups = of_user(actor), list(Group.objects.order_by("name"))
    rights = of_groups(groups)
    return [group for group in groups if held.cover(rights[group.pk])]
