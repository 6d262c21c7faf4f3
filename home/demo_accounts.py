"""Accounts for trying the service out: one of each role, only where the settings allow it."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.auth import get_user_model
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import Group

from operating_models.desk.roles import ADMINISTRATORS, CURATORS, developers_of, reporters_of

PASSWORD = "toimintamalli"  # noqa: S105 - published in the README, for demo sites on one's own machine


@dataclass(frozen=True, slots=True)
class DemoAccount:
    username: str
    first_name: str
    last_name: str
    group: str


ACCOUNTS = (
    DemoAccount("kehittaja", "Kaisa", "Kehittäjä", developers_of("Keski-Suomi")),
    DemoAccount("kehittaja-pohjanmaa", "Patrik", "Kehittäjä", developers_of("Pohjanmaa")),
    DemoAccount("aluevastaava", "Aino", "Aluevastaava", reporters_of("Keski-Suomi")),
    DemoAccount("kuraattori", "Kalle", "Kuraattori", CURATORS),
    DemoAccount("yllapito", "Ylva", "Ylläpitäjä", ADMINISTRATORS),
)


def make() -> AbstractBaseUser:
    """Make the accounts that are missing and return the curator; a changed password stays."""
    users = get_user_model().objects
    for account in ACCOUNTS:
        user, made = users.get_or_create(
            username=account.username,
            defaults={
                "first_name": account.first_name,
                "last_name": account.last_name,
                "email": f"{account.username}@toimintamallit.example",
            },
        )
        if made:
            user.set_password(PASSWORD)
            user.save()
        user.groups.add(Group.objects.get(name=account.group))
    return users.get(groups__name=CURATORS, username__in=[account.username for account in ACCOUNTS])
