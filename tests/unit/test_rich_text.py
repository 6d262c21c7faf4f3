"""Rich text without its markup reads as the page shows it."""

from __future__ import annotations

import pytest

from operating_models.rich_text import is_blank, plain_text


@pytest.mark.parametrize(
    ("html", "shown"),
    [
        ("<p>Malli <b>toimii</b>, ja <i>hyvin</i>.</p>", "Malli toimii, ja hyvin."),
        ('<p>Lue <a href="https://example.fi/">ohje</a>!</p>', "Lue ohje!"),
        ('<p>Lue <a linktype="page" id="7">ohje</a>.</p>', "Lue ohje."),
        ("<p>H<sub>2</sub>O, kol<strong>mas</strong></p>", "H2O, kolmas"),
        ("<p>Ensimmäinen</p><p>toinen</p>", "Ensimmäinen toinen"),
        ("<ul><li>yksi</li><li><b>kaksi</b></li></ul><h3>Otsikko</h3>", "yksi kaksi Otsikko"),
        ("<p>rivi<br/>toinen<br>kolmas</p>", "rivi toinen kolmas"),
        ("<p>a <!-- ei näy -->b</p>", "a b"),
        ("<p>1 &lt; 2 &amp; 3</p>", "1 < 2 & 3"),
        ("<B>Isot</B><BR>tunnisteet", "Isot tunnisteet"),
    ],
)
def test_only_tags_that_part_lines_part_words(html, shown):
    assert plain_text(html) == shown


@pytest.mark.parametrize("html", ["", "<p></p>", "<p><b> </b></p>", "<p><br/></p>", "<!-- ei -->"])
def test_text_of_tags_alone_is_blank(html):
    assert is_blank(html)
