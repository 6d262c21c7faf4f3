"""Blocks of standard pages, each with a preview and a description for the editor."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.images.blocks import ImageBlock

from operating_models.blocks import tidy_typed

TEXT_FEATURES = ["h2", "h3", "bold", "italic", "ol", "ul", "link", "document-link"]
PREVIEW = "blocks/preview.html"


class StandardBodyBlock(blocks.StreamBlock):
    """Content of a standard page: texts, notices, pictures and documents."""

    text = blocks.RichTextBlock(
        label=_("Text"),
        icon="pilcrow",
        features=TEXT_FEATURES,
        description=_("Paragraphs, headings, lists and links."),
        template="blocks/text.html",
        preview_value=_("<h2>Heading</h2><p>A paragraph with <b>a strong word</b>.</p>"),
        preview_template=PREVIEW,
    )
    notice = blocks.TextBlock(
        label=_("Notice"),
        icon="info-circle",
        description=_("A short text that must not be missed, in a frame."),
        template="blocks/notice.html",
        preview_value=_("The service is being maintained on Sunday morning."),
        preview_template=PREVIEW,
    )
    quote = blocks.BlockQuoteBlock(
        label=_("Quotation"),
        description=_("Somebody's words."),
        template="blocks/quote.html",
        preview_value=_("We found a model that fitted us in a few minutes."),
        preview_template=PREVIEW,
    )
    image = ImageBlock(
        label=_("Image"),
        description=_("A picture with a text alternative."),
        template="blocks/image.html",
        preview_template=PREVIEW,
    )
    document = DocumentChooserBlock(
        label=_("Document"),
        description=_("A file to download, with its type and size."),
        template="blocks/document.html",
        preview_template=PREVIEW,
    )

    def clean(self, value: blocks.StreamValue) -> blocks.StreamValue:
        for child in value:
            child.value = tidy_typed(child.value)
        return super().clean(value)

    class Meta:
        required = False
