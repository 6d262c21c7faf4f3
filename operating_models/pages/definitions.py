"""How the numbers are counted, in the words of the page. The statistics module says the same exactly."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.functional import lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from operating_models.models.adoption import USING


@dataclass(frozen=True, slots=True)
class Definition:
    term: str
    text: str


def _say_adoption() -> str:
    using = ", ".join(str(status.label) for status in USING)
    told = gettext("A region and a model that it uses: the region's latest report by the day says %(statuses)s.")
    return told % {"statuses": using}


DEFINITIONS = (
    (
        _("Which models"),
        _(
            "Models that the search finds now and that were first published on the day or before it. Themes, "
            "programmes and other values are those of now, also when the numbers are of an earlier day."
        ),
    ),
    (_("Adoption"), lazy(_say_adoption, str)()),
    (
        _("Latest report"),
        _(
            "The one whose date is the latest; of the same date, the one recorded last. A report that has been "
            "corrected or taken back counts no more."
        ),
    ),
    (
        _("In use somewhere"),
        _("Some region, or the whole country, has reported that the model is in use or established there."),
    ),
    (
        _("Regions and organisers"),
        _(
            "Organisers are the wellbeing services counties and Helsinki that exist on the day. HUS and Åland can "
            "adopt models and are shown, but are no organisers. The whole country is no region and no adoption."
        ),
    ),
    (
        _("A region that exists no more"),
        _("Its successors stand where it stood until they report themselves."),
    ),
    (
        _("Year"),
        _(
            "A model belongs to the year of its first publishing, an adoption to the year from which the region's "
            "first report of using the model holds."
        ),
    ),
    (
        _("Time to the first other region"),
        _(
            "Days from the first publishing to the first day on which a region that did not develop the model "
            "uses it. A date known to a month counts from the first of the month. A use that began before "
            "publishing counts as zero days. Models whose date is known to a year or not at all are left out."
        ),
    ),
    (
        _("Still in use after 12 and 24 months"),
        _(
            "Of the adoptions that began at least so long ago, those in use on the same date 12 or 24 months "
            "after their beginning. Adoptions that have ended stay in the count. Those whose beginning is known "
            "to a year or not at all are left out."
        ),
    ),
    (
        _("Reasons for ending"),
        _("Of the adoptions whose latest report says ended, how many name each reason."),
    ),
    (
        _("Disputed"),
        _("Adoptions whose latest report the owner of the model disputes. They count in the other numbers."),
    ),
    (
        _("Numbers of an earlier day"),
        _("They tell of that day what is known now: a report recorded later with an earlier date is in them."),
    ),
)


def define() -> Iterator[Definition]:
    """Yield what each number means, in the order of the page."""
    for term, text in DEFINITIONS:
        yield Definition(str(term), str(text))
