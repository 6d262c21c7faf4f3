"""Synthetic models for measurements: pages with texts of random words, written to the tables directly."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from itertools import accumulate

from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction
from django.utils import timezone
from wagtail.models import Page

from operating_models.demo.reading import DEMO
from operating_models.models import (
    AdoptionReport,
    AdoptionStatus,
    DatePrecision,
    EndReason,
    OperatingModelPage,
    Region,
    RegionPage,
    ServiceClass,
    Setting,
    TargetGroup,
    Theme,
)
from operating_models.models.texts import CORE_TEXTS
from search.analysis.tokens import tokenise
from search.terms.words import analyser

SEED = 20261122
SHORTEST, LONGEST = 300, 600
"""Words of a synthetic model's texts."""
RARE_WORDS = 40_000
"""Invented compounds beside the words of the demo texts, so that the vocabulary grows as a real one does."""
STEM_LENGTHS = range(4, 12)
"""Letters of the words that compounds are made of."""
BATCH = 500
ROWS_A_QUERY = 100
DAYS_OF_REPORTS = 6 * 365
"""How far back the reports of adoption reach."""


@dataclass(frozen=True, slots=True)
class SyntheticWords:
    """Words to draw from with their cumulated weights (Zipf: the nth word 1/n as often as the first)."""

    words: tuple[str, ...]
    weights: tuple[float, ...]

    def draw(self, chance: random.Random, number: int) -> list[str]:
        return chance.choices(self.words, cum_weights=self.weights, k=number)


@cache
def collect_words() -> SyntheticWords:
    """Return the words of the demo texts by their frequency, and after these compounds made of their base forms."""
    chance = random.Random(SEED)
    counts: Counter[str] = Counter()
    for path in sorted(DEMO.glob("*.md")):
        body = path.read_text(encoding="utf-8").split("+++\n")[-1]
        counts.update(token.surface for token in tokenise(body))
    common = sorted(counts, key=lambda word: (-counts[word], word))
    stems = [word for word in common if word.isalpha() and len(word) in STEM_LENGTHS and is_base_form(word)]
    compounds = (chance.choice(stems) + chance.choice(stems) for _number in range(RARE_WORDS))
    words = tuple(dict.fromkeys([*common, *compounds]))
    return SyntheticWords(words, tuple(accumulate(1 / place for place in range(1, len(words) + 1))))


def is_base_form(word: str) -> bool:
    reading = analyser().read_finnish(word)
    return reading.known and word in reading.bases


def make_models(number: int, progress: Callable[[int], None]) -> None:
    """Write live models straight into the tables, evenly over the regions; ``progress`` hears how many stand."""
    chance = random.Random(SEED)
    words = collect_words()
    parents = list(RegionPage.objects.order_by("path"))
    content_type = ContentType.objects.get_for_model(OperatingModelPage)
    vocabularies = {
        name: list(model.objects.in_order())
        for name, model in (
            ("target_groups", TargetGroup),
            ("themes", Theme),
            ("service_classes", ServiceClass),
            ("settings", Setting),
        )
    }
    now = timezone.now()
    for start in range(0, number, BATCH):
        with transaction.atomic():
            pages = [
                _make_page(n, parents, content_type, words, chance, published=now - timedelta(minutes=n))
                for n in range(start, min(start + BATCH, number))
            ]
            _insert(pages)
            for name, terms in vocabularies.items():
                _classify(name, pages, terms, chance)
        progress(min(start + BATCH, number))
    for parent in parents:
        Page.objects.filter(pk=parent.pk).update(
            numchild=Page.objects.filter(path__startswith=parent.path).count() - 1
        )


def make_reports(number: int, progress: Callable[[int], None]) -> None:
    """Record adoption reports of the models, of all regions and of some years; ``progress`` hears how many stand."""
    chance = random.Random(SEED + 3)
    pages = list(OperatingModelPage.objects.order_by("pk").values_list("pk", flat=True))
    regions = list(Region.objects.in_order())
    today = timezone.localdate()
    for start in range(0, number, BATCH):
        some = range(start, min(start + BATCH, number))
        AdoptionReport.objects.bulk_create(draw_report(chance, pages, regions, today=today) for _number in some)
        progress(some.stop)


def draw_report(
    chance: random.Random, pages: Sequence[int], regions: Sequence[Region], *, today: date
) -> AdoptionReport:
    """Return a report of one of the pages by one of the regions, not yet recorded."""
    status = chance.choice(AdoptionStatus.values)
    return AdoptionReport(
        page_id=chance.choice(pages),
        region=chance.choice(regions),
        status=status,
        valid_date=today - timedelta(days=chance.randrange(DAYS_OF_REPORTS)),
        precision=chance.choice(DatePrecision.values),
        reasons=chance.sample(EndReason.values, k=2) if status == AdoptionStatus.ENDED else [],
    )


def _make_page(
    number: int,
    parents: list[RegionPage],
    content_type: ContentType,
    words: SyntheticWords,
    chance: random.Random,
    *,
    published: datetime,
) -> OperatingModelPage:
    parent = parents[number % len(parents)]
    title = " ".join(words.draw(chance, chance.randint(2, 5))).capitalize()
    slug = f"malli-{number}"
    page = OperatingModelPage(
        title=title,
        draft_title=title,
        slug=slug,
        url_path=f"{parent.url_path}{slug}/",
        path=Page._get_path(parent.path, parent.depth + 1, number // len(parents) + 1),
        depth=parent.depth + 1,
        content_type=content_type,
        locale_id=parent.locale_id,
        live=True,
        first_published_at=published,
        last_published_at=published,
        lead=" ".join(words.draw(chance, 25))[:300],
        contact_organisation=parent.region.name_fi,
        contact_unit="Kehittäminen",
    )
    length = chance.randint(SHORTEST, LONGEST) // len(CORE_TEXTS)
    for name in CORE_TEXTS:
        setattr(page, name, f"<p>{' '.join(words.draw(chance, length))}.</p>")
    return page


def _insert(pages: list[OperatingModelPage]) -> None:
    """Insert the parent table's rows and then the own ones as they are, without signals and the tree's bookkeeping."""
    bases = Page.objects.bulk_create(
        Page(**{field.attname: getattr(page, field.attname) for field in Page._meta.concrete_fields}) for page in pages
    )
    for page, base in zip(pages, bases, strict=True):
        page.pk = page.page_ptr_id = base.pk
    own = OperatingModelPage._meta.local_concrete_fields
    for start in range(0, len(pages), ROWS_A_QUERY):
        OperatingModelPage._base_manager._insert(pages[start : start + ROWS_A_QUERY], fields=own, using="default")


def _classify(name: str, pages: list[OperatingModelPage], terms: list[models.Model], chance: random.Random) -> None:
    field = OperatingModelPage._meta.get_field(name)
    through = field.remote_field.through
    source, target = field.m2m_column_name(), field.m2m_reverse_name()
    through.objects.bulk_create(
        through(**{source: page.pk, target: term.pk})
        for page in pages
        for term in chance.sample(terms, k=chance.randint(1, 3))
    )
