"""The search works without the package ``elasticsearch``, and without the whole room of the search server."""

from __future__ import annotations

import pytest

from tests import factories
from tests.search import processes

pytestmark = pytest.mark.django_db(transaction=True)

BLOCK = """
import sys
from django.conf import settings

class Blocker:
    def find_spec(self, name, path=None, target=None):
        if any(name == blocked or name.startswith(blocked + ".") for blocked in BLOCKED):
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)

sys.meta_path.insert(0, Blocker())
"""
WITHOUT_PACKAGE = f"BLOCKED = ('elasticsearch', 'elastic_transport'){BLOCK}"
WITHOUT_ROOM = f"""BLOCKED = ('elasticsearch', 'elastic_transport', 'search.elasticsearch'){BLOCK}
settings.INSTALLED_APPS.remove("search.elasticsearch")
"""

USE = """
import sys
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from operating_models.models import OperatingModelIndexPage, OperatingModelPage

call_command("check")
page = OperatingModelPage.objects.get(pk=sys.argv[1])
page.lead = "Uusi johdanto: hiihtokoulu."
page.save_revision().publish()
client = Client()
address = OperatingModelIndexPage.objects.get().url
print("published:", "<mark>hiihtokoulu</mark>" in client.get(address, {"q": "hiihtokoulu"}).content.decode())
for command in ("rebuild_search", "check_search", "tick"):
    call_command(command)
print("rebuilt:", "<mark>Kaatumisten" in client.get(address, {"q": "kaatuminen"}).content.decode())
page.unpublish()
print("unpublished:", "<mark>" in client.get(address, {"q": "kaatuminen"}).content.decode())
client.force_login(get_user_model().objects.create_superuser("root", "root@example.org", "x"))
state = client.get(reverse("operating_models_search"))
print("state:", state.status_code, "Hakupalvelinta ei ole käytössä" in state.content.decode())
print("imported:", sorted(name for name in sys.modules if name.split(".")[0] == "elasticsearch"))
print("room:", any(name.startswith("search.elasticsearch") for name in sys.modules))
"""


@pytest.mark.sweep(1)
@pytest.mark.parametrize(
    ("before", "room"), [(WITHOUT_PACKAGE, True), (WITHOUT_ROOM, False)], ids=["without package", "without room"]
)
def test_pages_are_published_found_checked_and_reported_without_a_search_server(before, room):
    model = factories.make_model("15", "Kaatumisten ehkäisy")
    code, output, errors = processes.finish(processes.start(USE, model.pk, before=before))
    assert code == 0, errors
    told = [line for line in output.splitlines() if ":" in line and line.split(":")[0].isalpha()]
    assert told == [
        "published: True",
        "rebuilt: True",
        "unpublished: False",
        "state: 200 True",
        "imported: []",
        f"room: {room}",
    ]
    assert "In tick" not in errors
    assert "The search index fits the pages." in output


def test_blocked_package_cannot_be_imported():
    blocked = processes.start("import elasticsearch", before=WITHOUT_PACKAGE)
    assert "No module named 'elasticsearch'" in processes.finish(blocked)[2]
