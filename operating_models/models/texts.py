"""The texts of a model, declared once: the editor, the rule of publishing, the search, local versions, the model's
page and content files read from here what they do with each."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from wagtail.fields import RichTextField

LEAD_LENGTH = 300
"""Characters of a lead, at most."""

TEXT_FEATURES = ["h3", "h4", "bold", "italic", "ol", "ul", "link", "document-link", "blockquote"]
"""What a rich text may hold: no images between the lines, no heading above the third level."""

TITLE, LEAD, LABELS, BODY = "title", "lead", "labels", "body"
"""Names of the search's fields; their weights stand in the catalogue."""


def introduction(help_text: Promise | str) -> RichTextField:
    """Return the field for the prose above what a page lists or counts."""
    return RichTextField(_("introduction"), blank=True, features=TEXT_FEATURES, help_text=help_text)


class Tab:
    """Headings of the editor's tabs, in one place for the panels and the messages."""

    BASICS = _("Basics")
    CONTENT = _("Content")
    RESULTS = _("Results and evidence")
    PATH = _("Development path")
    LANGUAGES = _("In other languages")
    PUBLISHING = _("Publishing")


class TextKind(Enum):
    """How a text is written: one line or some plain lines, or rich text with paragraphs and headings."""

    PLAIN = "plain"
    RICH = "rich"


@dataclass(frozen=True, slots=True)
class ModelText:
    """A text of a model: ``name`` is the page's field.

    ``search_field`` is the field of the search in which its words count, "" for none; the plain ones of one
    ``search_line`` are one line there. ``is_translated`` tells whether a text in another language has it too.
    ``is_carried`` tells whether a local version begins with it and is compared with its source by it.
    ``page_place`` is its place among the sections of the model's page and ``compared_place`` that among the rows of
    models side by side, from 1, and 0 for none; ``anchor`` is the section's fragment in addresses. ``file_key`` is its
    key in content files (the second-level heading of a rich text), "" for a text that files do not have. ``label`` and
    ``help_text`` are those of a rich text's field; the field of a plain one has its own.
    """

    name: str
    kind: TextKind = TextKind.PLAIN
    tab: Promise = Tab.BASICS
    is_required: bool = False
    search_field: str = ""
    search_line: str = ""
    is_translated: bool = False
    is_carried: bool = False
    page_place: int = 0
    anchor: str = ""
    compared_place: int = 0
    file_key: str = ""
    label: Promise | str = ""
    help_text: Promise | str = ""

    def rich_text_field(self, *, with_help: bool = True) -> RichTextField:
        help_text = self.help_text if with_help else ""
        return RichTextField(self.label, blank=True, features=TEXT_FEATURES, help_text=help_text)


def _core(name: str, label: Promise, **options: object) -> ModelText:
    """Return a core text: rich, required, on the tab of content, searched, translated and carried."""
    return ModelText(
        name,
        kind=TextKind.RICH,
        tab=Tab.CONTENT,
        is_required=True,
        search_field=BODY,
        is_translated=True,
        is_carried=True,
        label=label,
        **options,
    )


TEXTS = (
    ModelText("title", is_required=True, search_field=TITLE, is_translated=True, is_carried=True, file_key="title"),
    ModelText(
        "lead",
        is_required=True,
        search_field=LEAD,
        is_translated=True,
        is_carried=True,
        compared_place=1,
        file_key="lead",
    ),
    ModelText("place", search_field=BODY, file_key="place"),
    ModelText("funders", file_key="funders"),
    ModelText("contact_organisation", is_required=True, search_field=BODY, search_line="contact"),
    ModelText("contact_unit", is_required=True, search_field=BODY, search_line="contact"),
    _core(
        "idea",
        _("basic idea of the solution"),
        page_place=1,
        anchor="idea",
        compared_place=2,
        file_key="Ratkaisun perusidea",
        help_text=_(
            "What is done, who does it and in which order, so that a colleague elsewhere understands it. Example: "
            "A nurse calls the client before the visit, agrees on the goal and …"
        ),
    ),
    _core(
        "context",
        _("operating environment"),
        page_place=5,
        anchor="context",
        file_key="Toimintaympäristö",
        help_text=_(
            "The service, area and starting point for which the model was made. Example: Long distances, one health "
            "centre in each municipality …"
        ),
    ),
    _core(
        "client_insight",
        _("target group and client insight"),
        page_place=2,
        anchor="for-whom",
        file_key="Kohderyhmä ja asiakasymmärrys",
        help_text=_(
            "Whose need it answers and how you know it. Example: In interviews, carers told that they did not know …"
        ),
    ),
    _core(
        "conditions",
        _("conditions for working and adoption"),
        page_place=3,
        anchor="conditions",
        compared_place=3,
        file_key="Toimivuuden ja käyttöönoton ehdot",
        help_text=_(
            "What must be in place before another region can start: people, tools, agreements, leadership. Example: A "
            "named person in charge, two hours a week from …"
        ),
    ),
    _core(
        "evaluation",
        _("results of the evaluation in short"),
        page_place=4,
        anchor="results",
        file_key="Arvioinnin tulokset tiivistetysti",
        help_text=_(
            "What changed and how it was found out; also what did not work. Example: Waiting time fell from … to …; "
            "the effect on costs was not followed."
        ),
    ),
    ModelText("adaptation_kept", tab=Tab.CONTENT),
    ModelText("adaptation_changed", tab=Tab.CONTENT),
    ModelText("adaptation_dropped", tab=Tab.CONTENT),
    ModelText("adaptation_reason", tab=Tab.CONTENT),
)
"""All texts, in the order of the editor."""

TEXT = {text.name: text for text in TEXTS}
CORE_TEXTS = tuple(text.name for text in TEXTS if text.kind == TextKind.RICH)
"""Names of the rich texts that make a description."""


SENTENCE_ENDS = (".", "!", "?", "…", ":")


def join_told(texts: Iterable[str], separator: str) -> str:
    """Join those of the texts that say something into one line; after the end of a sentence there is only a space."""
    line = ""
    for text in filter(None, texts):
        line += f"{' ' if line.endswith(SENTENCE_ENDS) else separator}{text}" if line else text
    return line


@dataclass(frozen=True, slots=True)
class RowTexts:
    """The texts of one kind of a page's rows: ``relation`` is the page's relation to them.

    ``searched`` are the fields whose words the search reads, as one line with ``separator`` between them; a row
    without such fields is read as it calls itself. ``told`` are the fields of a line for readers, where there is one.
    ``is_carried`` tells whether a local version begins with the rows, ``is_translation`` whether a row has the texts
    of a page in another language. ``tab`` is where the rows are written.
    """

    relation: str
    tab: Promise
    searched: tuple[str, ...] = ()
    told: tuple[str, ...] = ()
    separator: str = " "
    is_carried: bool = False
    is_translation: bool = False

    def line(self, row: object, names: tuple[str, ...]) -> str:
        """Return the fields of a row that hold something as one line."""
        return join_told((str(getattr(row, name)).strip() for name in names), self.separator)

    def searched_line(self, row: object) -> str:
        return self.line(row, self.searched) if self.searched else str(row)

    def told_line(self, row: object) -> str:
        return self.line(row, self.told)


ROWS = (
    RowTexts("outcomes", Tab.RESULTS, searched=("measure", "note"), separator=". "),
    RowTexts(
        "resources",
        Tab.RESULTS,
        searched=("description",),
        told=("description", "cost"),
        separator=", ",
        is_carried=True,
    ),
    RowTexts(
        "risks", Tab.RESULTS, searched=("risk", "handling"), told=("risk", "handling"), separator=": ", is_carried=True
    ),
    RowTexts("attachments", Tab.CONTENT),
    RowTexts("links", Tab.CONTENT, searched=("title",)),
    RowTexts("texts", Tab.LANGUAGES, is_carried=True, is_translation=True),
)
"""The page's rows, in the order in which the search reads them. Translations are rows with the texts of a page."""

ROW = {rows.relation: rows for rows in ROWS}
