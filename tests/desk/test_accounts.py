"""Who manages accounts stays within their own rights: only superusers touch superusers, and roles stand by region."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission
from django.urls import reverse
from wagtail.models import GroupPagePermission, Page
from wagtail.test.utils.form_data import inline_formset, nested_form_data

from operating_models.desk import roles
from tests import factories

pytestmark = pytest.mark.django_db

USERS = get_user_model().objects
HOME = "/hallinta/"


@pytest.fixture
def boss():
    return factories.make_user("superuser")


@pytest.fixture
def above():
    """Return a role that may do what administrators may not."""
    group = Group.objects.create(name="Tekniikka")
    group.permissions.add(Permission.objects.get(codename="add_site"))
    return group


@pytest.fixture
def technician(above):
    user = factories.make_user("reporter")
    user.groups.set([above])
    return user


def form_of(user=None, **changes):
    fields = {name: getattr(user, name) for name in ("username", "email", "first_name", "last_name")} if user else {}
    if user:
        fields |= {"is_active": "on", "groups": [group.pk for group in user.groups.all()]}
    return fields | changes


def edit_url(user):
    return reverse("wagtailusers_users:edit", args=[user.pk])


def state_of(user):
    found = USERS.get(pk=user.pk)
    return found.password, found.email, found.is_superuser, found.is_active, set(found.groups.all())


def in_bulk(client, action, users, **fields):
    url = reverse("wagtail_bulk_action", args=["auth", "user", action])
    return client.post(f"{url}?{'&'.join(f'id={user.pk}' for user in users)}&next={HOME}", fields)


@pytest.mark.parametrize("of", ["boss", "technician"])
def test_nobody_takes_over_an_account_that_may_do_more(of, administrator, request):
    user = request.getfixturevalue(of)
    before = state_of(user)
    new = "uusi salasana satakaksi"
    changed = form_of(user, email="minun@example.fi", password1=new, password2=new, first_name="A", last_name="B")
    assert administrator.get(edit_url(user)).status_code == 302
    administrator.post(edit_url(user), changed)
    administrator.post(reverse("wagtailusers_users:delete", args=[user.pk]))
    in_bulk(administrator, "delete", [user])
    in_bulk(administrator, "set_active_state", [user], mark_as_active="False")
    in_bulk(administrator, "assign_role", [user], role=Group.objects.get(name=roles.CURATORS).pk)
    assert state_of(user) == before


def test_a_superuser_touches_every_account(superuser, boss):
    superuser.post(edit_url(boss), form_of(boss, email="uusi@example.fi", first_name="A", last_name="B"))
    assert USERS.get(pk=boss.pk).email == "uusi@example.fi"


def test_an_administrator_makes_no_superuser(administrator):
    new = {"password1": factories.PASSWORD, "password2": factories.PASSWORD, "is_superuser": "on"}
    person = {"username": "kaisa", "email": "k@example.fi", "first_name": "K", "last_name": "K"}
    administrator.post(reverse("wagtailusers_users:add"), form_of(**person, **new))
    made = USERS.get(username="kaisa")
    administrator.post(edit_url(made), form_of(made, is_superuser="on"))
    made.refresh_from_db()
    assert not made.is_superuser


def test_an_administrator_manages_the_accounts_of_every_role(administrator):
    for role in ("developer", "reporter", "curator", "administrator"):
        user = factories.make_user(role)
        administrator.post(edit_url(user), form_of(user, email=f"{role}@example.fi", first_name="A", last_name="B"))
        assert USERS.get(pk=user.pk).email == f"{role}@example.fi"
    others = [factories.make_user("curator"), factories.make_user("curator")]
    in_bulk(administrator, "set_active_state", others, mark_as_active="False")
    assert not USERS.filter(pk__in=[user.pk for user in others], is_active=True).exists()


def test_nobody_hands_out_a_role_that_may_do_more(administrator, above):
    user = factories.make_user("developer")
    person = form_of(user, first_name="A", last_name="B")
    administrator.post(edit_url(user), person | {"groups": [above.pk]})
    in_bulk(administrator, "assign_role", [user], role=above.pk)
    me = administrator.user
    administrator.post(edit_url(me), form_of(me, first_name="A", last_name="B", groups=[above.pk]))
    assert not above.user_set.exists()


def panels(**pages):
    empty = inline_formset([])
    names = ("page_permissions", "document_permissions", "image_permissions", "collection_permissions")
    return nested_form_data(dict.fromkeys(names, empty) | pages)


def test_nobody_gives_a_group_more_than_they_may(administrator, above):
    mine = Group.objects.get(name=roles.ADMINISTRATORS)
    before = set(mine.permissions.all())
    wanted = Permission.objects.get(codename="change_site")
    url = reverse("wagtailusers_groups:edit", args=[mine.pk])
    administrator.post(url, panels() | {"name": mine.name, "permissions": [*(p.pk for p in before), wanted.pk]})
    assert set(mine.permissions.all()) == before

    administrator.post(reverse("wagtailusers_groups:add"), panels() | {"name": "Uusi", "permissions": [wanted.pk]})
    assert not Group.objects.filter(name="Uusi").exists()
    for name in ("edit", "delete"):
        administrator.post(reverse(f"wagtailusers_groups:{name}", args=[above.pk]), panels() | {"name": "Muu"})
    assert Group.objects.filter(name="Tekniikka").exists()


def test_who_manages_groups_gives_no_pages_that_they_do_not_have(log_in):
    keeper = log_in("developer", "15")
    group = Group.objects.create(name="Tunnusten hoitajat")
    for codename in ("access_admin", "add_group", "change_group", "change_user", "add_user"):
        group.permissions.add(
            Permission.objects.get(codename=codename, content_type__model__in=["admin", "group", "user"])
        )
    keeper.user.groups.add(group)
    own, other = factories.region_page("15"), factories.region_page("08")
    for page, codename, is_given in (
        (own, "add_page", True),
        (own, "publish_page", False),
        (other, "add_page", False),
        (Page.get_first_root_node(), "add_page", False),
    ):
        rows = inline_formset([{"page": page.pk, "permissions": codename}])
        keeper.post(reverse("wagtailusers_groups:add"), panels(page_permissions=rows) | {"name": "Uusi"})
        made = GroupPagePermission.objects.filter(group__name="Uusi", page_id=page.pk)
        assert made.exists() == is_given, (page, codename)
        Group.objects.filter(name="Uusi").delete()


def test_roles_are_chosen_by_region(administrator):
    page = BeautifulSoup(administrator.get(reverse("wagtailusers_users:add")).content.decode(), "html.parser")
    shown = [
        (
            group.label.get_text(strip=True),
            [label.get_text(strip=True) for label in group.select(":scope > div label")],
        )
        for group in page.select("#id_groups > div")
    ]
    assert shown[0] == ("Valtakunnalliset", ["Valtakunnalliset kuraattorit", "Ylläpitäjät"])
    assert ("Kainuu", ["Aluevastaavat: Kainuu", "Kehittäjät: Kainuu"]) in shown
    assert len(shown) == 26


def test_wagtails_own_groups_are_gone_unless_somebody_uses_them():
    names = ["Editors", "Moderators"]
    assert not Group.objects.filter(name__in=names).exists()
    used, changed = Group.objects.create(name=names[0]), Group.objects.create(name=names[1])
    factories.make_user("reporter").groups.add(used)
    changed.permissions.add(Permission.objects.get(codename="change_user"))
    roles._remove_wagtails_own_groups()
    assert Group.objects.filter(name__in=names).count() == 2
    used.user_set.clear()
    changed.permissions.clear()
    roles._remove_wagtails_own_groups()
    assert not Group.objects.filter(name__in=names).exists()
