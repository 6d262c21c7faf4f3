"""Markdown of content files into the rich text that the editor stores."""

from __future__ import annotations

import re

import nh3
from markdown_it import MarkdownIt

RICH_TEXT_TAGS = {"p", "h2", "h3", "h4", "ul", "ol", "li", "b", "i", "a", "br", "blockquote"}

PARSER = MarkdownIt("commonmark", {"html": False, "breaks": False})


def to_rich_text(source: str) -> str:
    """Return rich text of a Markdown source: paragraphs, headings, lists, bold, italic and links; HTML stays text."""
    html = PARSER.render(source.strip()).replace("<strong>", "<b>").replace("</strong>", "</b>")
    html = html.replace("<em>", "<i>").replace("</em>", "</i>")
    html = nh3.clean(html, tags=RICH_TEXT_TAGS, attributes={"a": {"href"}}, link_rel=None)
    return re.sub(r"\s*\n\s*", " ", re.sub(r"(?<=>)\s*\n\s*(?=<)", "", html)).strip()
