"""Reports of the search log: numbers of words in a period, for curators, and the way from a word to a synonym set."""

from datetime import timedelta
from io import BytesIO

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook
from wagtail.admin.menu import reports_menu

from search.models import EntryKind, LogEntry, LogWord
from tests.desk.test_roles import is_refused
from tests.pages.reading import SEARCH, text_of

pytestmark = pytest.mark.django_db

COMMON, WITHOUT_HITS, WITHOUT_OPENINGS = (
    reverse(f"search_words_{name}") for name in ("common", "without_hits", "without_openings")
)
REPORTS = (COMMON, WITHOUT_HITS, WITHOUT_OPENINGS)


def log(*words, kind=EntryKind.SEARCH, days_ago=0, found=True, times=1):
    day = timezone.localdate() - timedelta(days=days_ago)
    for _ in range(times):
        entry = LogEntry.objects.create(day=day, kind=kind, language="fi", full=0, partial=0)
        LogWord.objects.bulk_create(LogWord(entry=entry, word=word, found=found) for word in words)


def rows(client, url, **parameters):
    """Return the cells of the report's rows as texts."""
    soup = BeautifulSoup(client.get(url, parameters).content, "html.parser")
    return [[text_of(cell) for cell in row.select("td")] for row in soup.select("table.listing tbody tr")]


@pytest.mark.parametrize("url", REPORTS)
@pytest.mark.parametrize("role", ["curator", "administrator"])
def test_curators_and_administrators_read_the_reports_and_find_them_in_the_menu(log_in, role, url):
    client = log_in(role)
    response = client.get(url)

    assert response.status_code == 200
    response.wsgi_request.user = client.user
    assert url in {item.url for item in reports_menu.menu_items_for_request(response.wsgi_request)}


@pytest.mark.parametrize("url", [*REPORTS, *(f"{url}taulukko/" for url in REPORTS), f"{COMMON}?export=csv"])
@pytest.mark.parametrize("role", ["developer", "reporter"])
def test_others_read_none_of_them(log_in, role, url):
    response = log_in(role).get(url)

    assert is_refused(response) or response["Location"].startswith(reverse("wagtailadmin_login"))


def test_others_do_not_find_them_in_the_menu(developer):
    request = developer.get(reverse("wagtailadmin_home")).wsgi_request
    request.user = developer.user

    assert not set(REPORTS) & {item.url for item in reports_menu.menu_items_for_request(request)}


def test_common_words_are_counted_by_new_searches_in_falling_order(curator):
    log("kotihoito", times=3)
    log("kotihoito", "neuvola")
    log("neuvola", "äänihuuli", found=False)
    log("kotihoito", kind=EntryKind.NARROWING, times=5)
    log("neuvola", kind=EntryKind.OPENING, times=2)

    assert rows(curator, COMMON) == [
        ["kotihoito", "4", "0", "0"],
        ["neuvola", "2", "1", "2"],
        ["äänihuuli", "1", "1", "0"],
    ]


def test_equally_common_words_stand_in_alphabetical_order(curator):
    log("b", "c", "a")

    assert [row[0] for row in rows(curator, COMMON)] == ["a", "b", "c"]
    assert [row[0] for row in rows(curator, COMMON, ordering="-word")] == ["c", "b", "a"]


@pytest.mark.parametrize(
    ("period", "words"),
    [
        (None, ["tänään", "kuukausi"]),
        ("30", ["tänään", "kuukausi"]),
        ("90", ["tänään", "kuukausi", "neljännes"]),
        ("365", ["tänään", "kuukausi", "neljännes", "vuosi"]),
        ("nonsense", ["tänään", "kuukausi"]),
    ],
)
def test_period_is_chosen_and_is_thirty_days_at_first(curator, period, words):
    log("tänään", times=4)
    log("kuukausi", days_ago=29, times=3)
    log("neljännes", days_ago=30, times=2)
    log("vuosi", days_ago=364)
    log("vanha", days_ago=365)

    assert [row[0] for row in rows(curator, COMMON, **({"period": period} if period else {}))] == words


def test_words_without_hits_lead_to_a_synonym_set_with_the_word_in_its_language(curator):
    log("kotihoito")
    log("röntgen", "hembesök", found=False)
    assert [row[0] for row in rows(curator, WITHOUT_HITS)] == ["hembesök", "röntgen"]

    soup = BeautifulSoup(curator.get(WITHOUT_HITS).content, "html.parser")
    swedish, finnish = [link["href"] for link in soup.select("tbody a") if "Tee synonyymiryhmä" in link.get_text()]
    form = BeautifulSoup(curator.get(finnish).content, "html.parser")
    assert form.select_one("#id_finnish").get_text().strip() == "röntgen"
    form = BeautifulSoup(curator.get(swedish).content, "html.parser")
    assert form.select_one("#id_swedish").get_text().strip() == "hembesök"


def test_words_nobody_followed_are_those_that_had_hits_but_no_opened_model(curator):
    log("kotihoito", "neuvola", times=2)
    log("röntgen", found=False)
    log("neuvola", kind=EntryKind.OPENING)

    assert [row[0] for row in rows(curator, WITHOUT_OPENINGS)] == ["kotihoito"]


def test_word_leads_to_its_search(curator):
    log("äänihuuli & kurkku")
    soup = BeautifulSoup(curator.get(COMMON).content, "html.parser")

    assert soup.select_one("tbody a")["href"].endswith(f"{SEARCH}?q=%C3%A4%C3%A4nihuuli+%26+kurkku")


def test_report_without_words_says_so(curator):
    assert "Hakulokissa ei ole tällaisia sanoja" in curator.get(COMMON).content.decode()


def test_reports_are_taken_away_as_csv_and_xlsx(curator):
    log("kotihoito", times=2)
    log("vanha", days_ago=60)
    csv = curator.get(COMMON, {"export": "csv", "period": "90"})
    assert b"".join(csv).decode("utf-8-sig").splitlines() == [
        "Sana;Hakuja;Ilman osumia;Avattuja malleja",
        "kotihoito;2;0;0",
        "vanha;1;0;0",
    ]

    sheet = load_workbook(BytesIO(b"".join(curator.get(COMMON, {"export": "xlsx"})))).active
    assert [[cell.value for cell in row] for row in sheet.rows][1:] == [["kotihoito", 2, 0, 0]]


@pytest.mark.parametrize("number", [1, 50])
def test_number_of_queries_does_not_grow_with_the_words(curator, number, django_assert_max_num_queries):
    log(*(f"sana{n}" for n in range(number)), found=False)
    curator.get(WITHOUT_HITS)
    with django_assert_max_num_queries(20):
        curator.get(WITHOUT_HITS)
