"""Markdown of content files becomes the rich text that the editor stores, and nothing else."""

import pytest

from operating_models.markdown import to_rich_text


@pytest.mark.parametrize(
    ("source", "html"),
    [
        ("Yksi\nkappale.\n\nToinen.", "<p>Yksi kappale.</p><p>Toinen.</p>"),
        ("### Väliotsikko\n\nTeksti.", "<h3>Väliotsikko</h3><p>Teksti.</p>"),
        ("- yksi\n- kaksi", "<ul><li>yksi</li><li>kaksi</li></ul>"),
        ("1. yksi\n2. kaksi", "<ol><li>yksi</li><li>kaksi</li></ol>"),
        ("**lihava** ja *kursiivi*", "<p><b>lihava</b> ja <i>kursiivi</i></p>"),
        ("[raportti](https://thl.fi/a?b=1&c=2)", '<p><a href="https://thl.fi/a?b=1&amp;c=2">raportti</a></p>'),
        ("> lainaus", "<blockquote><p>lainaus</p></blockquote>"),
        ("3 < 5 & 7", "<p>3 &lt; 5 &amp; 7</p>"),
        ("", ""),
        ("  \n \n", ""),
    ],
)
def test_markdown_becomes_rich_text(source, html):
    assert to_rich_text(source) == html


@pytest.mark.parametrize("source", ["<script>alert(1)</script>", "<b onclick=x>a</b>", "<img src=x onerror=alert(1)>"])
def test_html_stays_text(source):
    html = to_rich_text(source)
    assert html == f"<p>{source.replace('<', '&lt;').replace('>', '&gt;')}</p>"


def test_links_that_run_code_are_no_links():
    assert "href" not in to_rich_text("[paina](javascript:alert(1))")


def test_pictures_between_the_lines_are_left_out():
    assert "img" not in to_rich_text("![kuva](https://example.fi/kuva.png)")
