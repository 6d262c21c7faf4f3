"""No model is adapted from itself, and the whole family is drawn on the page of each of its members."""

import pytest
from bs4 import BeautifulSoup
from django.core.exceptions import ValidationError
from wagtail.models import PageViewRestriction

from operating_models.models import GapsError, OperatingModelPage
from tests import factories
from tests.desk import editor
from tests.pages.reading import read, text_of, texts_of
from tests.replication.conftest import make_version

pytestmark = pytest.mark.django_db


def tree(soup):
    """Return the drawn family as nested lists of regions (the source's own words for what is not public)."""

    def of(item):
        origin = item.select_one(":scope > div .family__origin > span")
        below = item.select(":scope > ul > li")
        return [text_of(origin or item.select_one(":scope > div")), *map(of, below)]

    return [of(item) for item in soup.select(".family > li")]


class TestNoCircles:
    def send(self, client, page, source, **more):
        form = editor.form_of_model(page, adapted_from=str(source.pk)) | more
        return client.post(editor.url("edit", page), form)

    @pytest.mark.parametrize("action", [{}, {"action-publish": "1"}])
    def test_editor_refuses_the_model_itself_at_the_field(self, log_in, action):
        page = factories.make_model("15")
        response = self.send(log_in("curator"), page, page, **action)
        assert response.context["form"].errors["adapted_from"][0].startswith("Valittu malli on tämä malli itse")

    @pytest.mark.parametrize("action", [{}, {"action-publish": "1"}])
    def test_editor_refuses_a_model_that_was_adapted_from_it_at_any_depth(self, source, adapt, log_in, action):
        line = [source, adapt(source, "08")]
        line.append(adapt(line[-1], "02"))
        for version in line[1:]:
            response = self.send(log_in("curator"), source, version, **action)
            assert "adapted_from" in response.context["form"].errors
        assert OperatingModelPage.objects.get(pk=source.pk).get_latest_revision_as_object().adapted_from is None

    def test_of_two_drafts_at_once_the_second_is_not_published(self):
        one, other = factories.make_model("15", "Yksi"), factories.make_model("08", "Toinen")
        first = factories.make_draft(one, adapted_from=other)
        second = factories.make_draft(other, adapted_from=one)
        first.publish()
        with pytest.raises(GapsError, match="tämä malli itse"):
            second.publish()
        other.refresh_from_db()
        assert other.adapted_from is None

    def test_code_cannot_save_one_either(self, source, adapt):
        version = adapt(source, "08")
        source.refresh_from_db()
        source.adapted_from = version
        with pytest.raises(ValidationError, match="tämä malli itse"):
            source.save()

    def test_family_is_drawn_also_where_the_data_has_one(self, source, adapt):
        version = adapt(source, "08")
        third = adapt(version, "02")
        OperatingModelPage.objects.filter(pk=source.pk).update(adapted_from=third)
        drawn = {str(tree(read(page.get_url()))) for page in (source, version, third)}
        assert drawn == {"[['Keski-Suomi', ['Pirkanmaa', ['Keski-Uusimaa']]]]"}

    def test_model_that_is_its_own_source_in_the_data_is_drawn(self, source):
        OperatingModelPage.objects.filter(pk=source.pk).update(adapted_from=source)
        assert tree(read(source.get_url())) == []


@pytest.fixture(scope="module")
def family(filling):
    """The keys of a model and its versions by the codes of their regions."""
    with filling():
        root = factories.make_model("15", "Perheen vanhin")
        first = make_version(root, "08")
        pages = {"15": root, "08": first, "02": make_version(first, "02"), "10": make_version(root, "10")}
    return {code: page.pk for code, page in pages.items()}


class TestTree:
    @pytest.fixture
    def members(self, family, db):
        pages = OperatingModelPage.objects.in_bulk(family.values())
        return {code: pages[key] for code, key in family.items()}

    def test_stands_on_the_page_of_every_member(self, members):
        for page in members.values():
            soup = read(page.get_url())
            assert tree(soup) == [["Keski-Suomi", ["Kymenlaakso"], ["Pirkanmaa", ["Keski-Uusimaa"]]]]
            (current,) = soup.select(".family [aria-current=page]")
            assert text_of(current.select_one(".family__origin span")) == page.region.short_name_fi

    def test_tells_what_each_changed_and_how_widely_it_is_used(self, members, committed):
        with committed():
            factories.report(members["08"], "08", "in_use")
        soup = read(members["15"].get_url())
        assert texts_of(soup, ".family__changed") == [
            "Muutettu: Muutos 10.",
            "Muutettu: Muutos 08.",
            "Muutettu: Muutos 02.",
        ]
        assert "käytössä 1 alueella" in text_of(soup.select_one("#family"))

    def test_links_each_version_to_its_difference(self, members):
        links = [a["href"] for a in read(members["15"].get_url()).select(".family__more a") if "/erot/" in a["href"]]
        assert sorted(links) == sorted(f"/erot/{members[code].pk}/" for code in ("08", "02", "10"))

    def test_drafts_are_not_drawn(self, adapt, members):
        adapt(members["15"], "11", live=False)
        factories.make_draft(members["10"], adaptation_changed="Salaisuus.")
        soup = read(members["15"].get_url())
        assert "Etelä-Karjala" not in text_of(soup.select_one("#family"))
        assert "Salaisuus" not in str(soup)

    def unpublished(self, page):
        page.unpublish()

    def restricted(self, page):
        PageViewRestriction.objects.create(page=page.page_ptr, restriction_type="login")

    @pytest.mark.parametrize("hide", [unpublished, restricted])
    def test_versions_hang_together_through_one_that_is_not_public_without_naming_it(self, members, committed, hide):
        with committed():
            hide(self, members["08"])
        for code in ("15", "02", "10"):
            soup = read(members[code].get_url())
            assert tree(soup) == [["Keski-Suomi", ["Malli, joka ei ole julkinen", ["Keski-Uusimaa"]], ["Kymenlaakso"]]]
            assert "Pirkanmaa" not in text_of(soup.select_one("#family"))
            assert "Muutos 08" not in str(soup)

    def test_hidden_root_keeps_its_versions_together(self, members, committed):
        with committed():
            members["15"].unpublish()
        assert tree(read(members["10"].get_url())) == [
            ["Malli, joka ei ole julkinen", ["Kymenlaakso"], ["Pirkanmaa", ["Keski-Uusimaa"]]]
        ]

    def test_hidden_root_of_one_version_is_not_drawn(self, source, adapt, committed):
        version = adapt(source, "08")
        with committed():
            source.unpublish()
        soup = read(version.get_url())
        assert tree(soup) == []
        assert "Seniorineuvola" not in text_of(soup.select_one("#adapted"))

    def test_hidden_last_version_is_not_drawn(self, members, committed):
        with committed():
            members["02"].unpublish()
        assert tree(read(members["15"].get_url())) == [["Keski-Suomi", ["Kymenlaakso"], ["Pirkanmaa"]]]

    def test_model_alone_has_none(self):
        assert read(factories.make_model().get_url()).select_one("#family") is None

    def test_very_deep_family_is_drawn_whole(self, committed):
        with committed():
            line = [factories.make_model("15", "Malli 0")]
            for number in range(1, 12):
                line.append(factories.make_model("08", f"Malli {number}", adapted_from=line[-1]))
        soup = read(line[6].get_url())
        assert len(soup.select(".family__item")) == 12
        assert "sovellettu mallista: Malli 10" in text_of(soup.select_one("#family"))

    def test_preview_of_a_draft_shows_the_family_that_it_would_join(self, source, adapt):
        draft = adapt(source, "08", live=False).get_latest_revision_as_object()
        soup = BeautifulSoup(draft.make_preview_request().content.decode(), "html.parser")
        assert tree(soup) == [["Keski-Suomi", ["Pirkanmaa"]]]
