"""A word of any length breaks rather than widens a page of the narrowest screen."""

from __future__ import annotations

import pytest

from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)

WIDE = """() => {
    const width = document.documentElement.clientWidth;
    const found = [...document.querySelectorAll("body *")].filter((element) => {
        const box = element.getBoundingClientRect();
        return box.width > 0 && box.right > width + 1 && !element.closest("svg, .visually-hidden");
    });
    const scrolls = document.documentElement.scrollWidth > width;
    const tell = (element) => `${element.tagName}.${element.className} ${element.innerText?.slice(0, 40)}`;
    return scrolls ? found.slice(0, 8).map(tell) : [];
}"""


@pytest.mark.sweep(1)
@pytest.mark.parametrize("letters", [33, 65])
def test_a_long_word_anywhere_widens_no_page_at_320_pixels(open_page, letters):
    word = ("elämäntapamuutosvalmennuskeskus" * 3)[:letters].capitalize()
    rich = f"<h3>{word}</h3><p>{word}</p><ul><li>{word}</li></ul>"
    page = factories.make_model(
        title=word,
        lead=word,
        place=word,
        funders=word,
        tags=[word],
        contact_organisation=word,
        contact_unit=word,
        contact_phone=word[:40],
        **dict.fromkeys(("idea", "context", "client_insight", "conditions", "evaluation"), rich),
        development=[("need", {"heading": word, "text": rich})],
        outcomes=[
            {"measure": word, "unit": word[:40], "before": 10, "after": 5, "period": word[:60], "note": word},
            {"measure": word, "note": word},
        ],
        resources=[{"description": word, "cost": word}],
        risks=[{"risk": word, "handling": word}],
        links=[{"title": word, "url": "https://example.fi/"}],
        attachments=[{"document": factories.make_document(word)}],
    )
    report = factories.report(page, "08", "ended", "2024-03", note=word, other_reason=word, reasons=["other"])
    factories.assess(page, assessor=word)
    factories.feature(page, reason=word)
    other = factories.make_model("08", title=word, adapted_from=page)
    addresses = [
        page.get_url(),
        "/",
        f"/toimintamallit/?q={word}",
        f"/toimintamallit/?tag={page.tags.get().slug}",
        page.get_parent().get_url(),
        f"/vertaa/?malli={page.pk}&malli={other.pk}",
        f"/ilmoitus/{report.pk}/",
    ]
    wide = {address: open_page(address, width=320).evaluate(WIDE) for address in addresses}
    assert wide == {address: [] for address in addresses}
