"""The family of a model: the model that all began with, its local versions, and theirs, as a tree to draw."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.text import Truncator

from operating_models.components.cards import ModelCard
from operating_models.models import OperatingModelPage
from operating_models.models.description import collation_key
from operating_models.models.lineage import Sources, line_of, sources_of_all
from operating_models.replication import addresses

MOST_LEVELS = 5
"""Levels of the drawn tree below its root. Deeper versions stand on the last one and name their source: there is no
room for them, and a template that includes itself has no end of its own."""
CHANGED_LENGTH = 160
"""Characters of what a version changed, in the tree."""


@dataclass(frozen=True, slots=True)
class Kin:
    """The keys of a family's pages, each after its source: the first is the root. ``sources`` are those within."""

    page_id: int
    members: tuple[int, ...]
    sources: Sources


@dataclass(frozen=True, slots=True)
class Member:
    """A model in the tree. Without ``card`` it is one that readers may not see, which is neither named nor linked.

    ``difference_url`` is "" where there is nothing to compare with. ``source_title`` is that of its source where the
    tree does not show it.
    """

    card: ModelCard | None
    changed: str
    difference_url: str
    is_current: bool
    source_title: str
    versions: tuple[Member, ...]


def find_kin(page: OperatingModelPage) -> Kin:
    """Return the family of a page, a draft's by the source that the draft names; one query.

    Ends also where pages were adapted from each other in a circle: then the page with the smallest key is the root.
    """
    own_id = page.pk or 0
    sources = sources_of_all(OperatingModelPage)
    sources.pop(own_id, None)
    if page.adapted_from_id is not None:
        sources[own_id] = page.adapted_from_id
    versions: defaultdict[int, list[int]] = defaultdict(list)
    for version, source in sources.items():
        versions[source].append(version)
    members = [_root_of(own_id, sources)]
    found = {}
    known = set(members)
    for source in members:
        for version in sorted(versions[source]):
            if version not in known:
                known.add(version)
                members.append(version)
                found[version] = source
    return Kin(own_id, tuple(members), found)


def _root_of(page_id: int, sources: Sources) -> int:
    line = list(line_of(page_id, sources))
    back = sources.get(line[-1])
    return line[-1] if back is None else min(line[line.index(back) :])


def read_changes(kin: Kin) -> dict[int, str]:
    """Return in short what each published version of a family says it changed; one query, none for a model alone."""
    if len(kin.members) == 1:
        return {}
    told = OperatingModelPage.objects.filter(pk__in=kin.sources).exclude(adaptation_changed="")
    return {
        page_id: Truncator(" ".join(text.split())).chars(CHANGED_LENGTH)
        for page_id, text in told.values_list("pk", "adaptation_changed")
    }


def draw(kin: Kin, cards: Mapping[int, ModelCard], changes: Mapping[int, str]) -> Member | None:
    """Return the tree of the members that have a card, None where it would have no other than the page itself.

    A member without a card stays where versions of it are shown, so that they hang together; at the root only where
    there are several.
    """
    below: defaultdict[int, list[int]] = defaultdict(list)
    for page_id in reversed(kin.members[1:]):
        if page_id in cards or below[page_id]:
            below[kin.sources[page_id]].append(page_id)
    root = kin.members[0]
    while root not in cards and len(below[root]) == 1:
        (root,) = below[root]
    drawn = _list_drawn(root, below)
    if sum(page_id in cards for page_id in drawn) < 2:
        return None
    return _draw(drawn, kin, cards, changes)


def _list_drawn(root: int, below: Mapping[int, list[int]]) -> dict[int, int]:
    """Return the drawn members with their level, each after its source."""
    levels = {root: 0}
    drawn = [root]
    for page_id in drawn:
        for version in below.get(page_id, ()):
            levels[version] = levels[page_id] + 1
            drawn.append(version)
    return levels


def _draw(
    levels: Mapping[int, int], kin: Kin, cards: Mapping[int, ModelCard], changes: Mapping[int, str]
) -> Member | None:
    """Draw members from the last to the root, so that each finds its versions drawn."""
    root, *others = levels
    place_of = {root: root}
    for page_id in others:
        source = kin.sources[page_id]
        place_of[page_id] = source if levels[page_id] <= MOST_LEVELS else place_of[source]
    versions: defaultdict[int, list[tuple[tuple[str, str, int], Member]]] = defaultdict(list)
    for page_id in reversed(levels):
        card = cards.get(page_id)
        source = kin.sources.get(page_id, 0)
        named = cards.get(source) if levels[page_id] > MOST_LEVELS else None
        member = Member(
            card=card,
            changed=changes.get(page_id, "") if card else "",
            difference_url=addresses.of_difference(page_id) if card and card.url and source in cards else "",
            is_current=page_id == kin.page_id,
            source_title=named.title if named else "",
            versions=tuple(drawn for _, drawn in sorted(versions[page_id], key=lambda pair: pair[0])),
        )
        if page_id == root:
            return member
        order = (collation_key(card.region_name), collation_key(card.title), page_id) if card else ("", "", page_id)
        versions[place_of[page_id]].append((order, member))
    return None
