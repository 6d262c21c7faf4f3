"""What nginx and the application say together beside the content of each kind of answer."""

from __future__ import annotations

import gzip
import re

import pytest

PAGES = ("/", "/toimintamallit/?q=palveluohjaus", "/tilastot/", "/kirjaudu/", "/ei-ole/", "/hallinta/login/")
PACKED = {"Accept-Encoding": "gzip"}


@pytest.mark.parametrize("path", PAGES)
def test_page_is_packed_and_says_what_a_browser_may_do_with_it(site, path):
    answer = site.get(path, headers=PACKED)
    assert answer.status == (404 if path == "/ei-ole/" else 200)
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert answer.headers["Content-Encoding"] == "gzip"
    assert b"</html>" in gzip.decompress(answer.body)
    assert answer.headers["Strict-Transport-Security"].startswith("max-age=31536000")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert "object-src 'none'" in answer.headers["Content-Security-Policy"]


def test_style_is_kept_for_good_and_packed_beforehand(site):
    path = re.search(r'href="(/static/css/base\.[0-9a-f]{12}\.css)"', site.get("/").text)[1]
    answer = site.get(path, headers=PACKED)
    assert (answer.status, answer.headers["Content-Encoding"]) == (200, "gzip")
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer.headers["Content-Type"] == "text/css"
    assert site.get("/static/css/base.css").headers["Cache-Control"] == "public, max-age=60"


def test_uploads_are_served_as_they_should(site):
    images = site.state / "media" / "images"
    images.mkdir(parents=True, exist_ok=True)
    (images / "kuva.png").write_bytes(b"\x89PNG")
    (site.state / "media" / "original_images").mkdir(exist_ok=True)
    (site.state / "media" / "original_images" / "kuva.png").write_bytes(b"\x89PNG")
    answer = site.get("/media/images/kuva.png")
    assert (answer.status, answer.headers["X-Content-Type-Options"]) == (200, "nosniff")
    assert site.get("/media/original_images/kuva.png").status == 404


@pytest.mark.parametrize("path", ["/robots.txt", "/sitemap.xml", "/favicon.ico", "/ehdotukset/?q=neu", *PAGES])
def test_head_is_answered_as_the_whole_is_without_a_body(site, path):
    whole, head = site.get(path), site.get(path, method="HEAD")
    assert head.status == whole.status
    assert head.headers["Content-Type"] == whole.headers["Content-Type"]
    assert head.body == b""


def test_somebody_with_a_session_is_shown_what_nobody_keeps(site):
    answer = site.get("/", headers={"Cookie": "sessionid=0123456789abcdef0123456789abcdef"})
    assert answer.headers["Cache-Control"] == "private, no-store"


def test_plain_http_is_led_to_https_but_for_probes(site):
    answer = site.get("/", port=site.ports[0])
    assert (answer.status, answer.headers["Location"]) == (301, "https://toimintamallit.example/")
    for probe in ("live", "ready"):
        answer = site.get(f"/health/{probe}", port=site.ports[0], headers={"Host": "10.1.2.3"})
        assert (answer.status, answer.headers["Cache-Control"]) == (200, "no-store")


def test_only_those_whom_nginx_lists_are_told_the_status(site):
    site.manage("tick")
    answer = site.get("/health/status")
    assert answer.status == 200, answer.text
    assert set(re.findall(r'^  "(\w+)": {', answer.text, re.MULTILINE)) >= {"database", "minute", "index"}
    assert site.get("/health/status", source="127.0.0.2").status == 403
    assert site.get("/health/live", source="127.0.0.2").status == 200
