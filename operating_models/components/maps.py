"""A tile map of the regions: a square for each, laid out like the country, drawn on the server as SVG.

A drawing says with letters, numbers and shapes what it says with colours, so that it can be read in black and white;
each square tells the whole of it to a screen reader, and the page has the same in a table.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.contrib.humanize.templatetags.humanize import intcomma
from django.utils.functional import Promise

SIDE = 48
"""The side of a square in units of the drawing."""
STEP = 52
"""From a square to the next one."""

LEVELS = 4
"""Levels of a number above zero, which is a level of its own."""


@dataclass(frozen=True, slots=True)
class Spot:
    """The place of a region in the drawing, in squares from the left and from the top, and its letters."""

    column: int
    row: int
    letters: str


SPOTS: Mapping[str, Spot] = {
    "21": Spot(3, 0, "La"),
    "18": Spot(2, 1, "KP"),
    "19": Spot(3, 1, "PP"),
    "20": Spot(4, 1, "Kai"),
    "17": Spot(1, 2, "Po"),
    "16": Spot(2, 2, "EP"),
    "15": Spot(3, 2, "KS"),
    "13": Spot(4, 2, "PS"),
    "14": Spot(5, 2, "PK"),
    "06": Spot(1, 3, "Sa"),
    "08": Spot(2, 3, "Pi"),
    "09": Spot(3, 3, "PH"),
    "12": Spot(4, 3, "ES"),
    "11": Spot(5, 3, "EK"),
    "05": Spot(1, 4, "VS"),
    "07": Spot(2, 4, "KH"),
    "02": Spot(3, 4, "KU"),
    "01": Spot(4, 4, "IU"),
    "10": Spot(5, 4, "Ky"),
    "91": Spot(0, 5, "Åla"),
    "03": Spot(2, 5, "LU"),
    "04": Spot(3, 5, "VaK"),
    "90": Spot(3, 6, "Hki"),
    "hus": Spot(5, 6, "HUS"),
}
"""Regions by code. Other regions stand in rows of their own below; the whole country is on no map."""

COLUMNS = 6
ROWS = 7


@dataclass(frozen=True, slots=True)
class RegionOnMap:
    """What a square is drawn of. ``text`` says all of it in a sentence, with the region's name."""

    code: str
    name: str
    text: str
    url: str = ""
    number: int = 0
    status: str = ""
    """A status's code, empty for none; only of a map of statuses."""


@dataclass(frozen=True, slots=True)
class Square:
    """A square of the drawing: its corner in units, letters, and below them a number or the shape of a status.

    ``number`` is as it is written, empty on a map of statuses. ``level`` is 0 for the number zero and else 1 to 4.
    """

    region: RegionOnMap
    x: int
    y: int
    letters: str
    number: str
    level: int

    @property
    def name(self) -> str:
        """What a screen reader says. It begins with what is seen, so that who speaks to the browser can say that."""
        return f"{' '.join(filter(None, (self.letters, self.number)))}, {self.region.text}"


@dataclass(frozen=True, slots=True)
class Range:
    """A level in the key of a map: the numbers from ``first`` to ``last``."""

    level: int
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Sign:
    """A status in the key of a map."""

    status: str
    label: str


@dataclass(frozen=True, slots=True)
class TileMap:
    """A drawing of ``width`` times ``height`` units. ``squares`` stand from north to south, as they are read.

    A map of statuses has in its ``key`` those that occur, in their order; one of numbers the ``ranges`` of its levels.
    """

    label: str
    width: int
    height: int
    squares: tuple[Square, ...]
    key: tuple[Sign, ...] = ()
    ranges: tuple[Range, ...] = ()


def region_with_number(sentence: Promise, code: str, name: str, number: int, url: str) -> RegionOnMap:
    """Return a region of a map of numbers; ``sentence`` is plural by ``number`` and names the ``region`` too."""
    return RegionOnMap(code, name, sentence % {"region": name, "number": number}, url, number)


def draw_numbers(label: str, regions: Iterable[RegionOnMap]) -> TileMap:
    """Draw a number of each region in five levels: none, and four of equal steps up to the greatest."""
    regions = list(regions)
    return _draw(label, regions, ranges=_ranges(max((region.number for region in regions), default=0)))


def draw_statuses(label: str, regions: Iterable[RegionOnMap], *, signs: Iterable[Sign]) -> TileMap:
    """Draw the status of each region; ``signs`` are all statuses in the order of the key."""
    regions = list(regions)
    occur = {region.status for region in regions}
    return _draw(label, regions, key=tuple(sign for sign in signs if sign.status in occur))


def level_of(number: int, greatest: int) -> int:
    """Return the level of a number among numbers up to the greatest: 0 for zero, else 1 to 4."""
    return -(-number * LEVELS // greatest) if greatest else 0


def _ranges(greatest: int) -> tuple[Range, ...]:
    numbers: dict[int, list[int]] = {}
    for number in range(greatest + 1):
        numbers.setdefault(level_of(number, greatest), []).append(number)
    return tuple(Range(level, found[0], found[-1]) for level, found in sorted(numbers.items()))


def _place(regions: Iterable[RegionOnMap]) -> list[tuple[RegionOnMap, Spot]]:
    """Return the regions with their places, from north to south; those that the map does not know come last."""
    regions = list(regions)
    placed = [(region, SPOTS[region.code]) for region in regions if region.code in SPOTS]
    taken = {spot.letters for spot in SPOTS.values()}
    unknown = [region for region in regions if region.code not in SPOTS]
    for number, region in enumerate(unknown):
        letters = _letters_of(region.name, taken)
        taken.add(letters)
        placed.append((region, Spot(number % COLUMNS, ROWS + number // COLUMNS, letters)))
    return sorted(placed, key=lambda pair: (pair[1].row, pair[1].column))


def _letters_of(name: str, taken: set[str]) -> str:
    """Return letters for a new region that no other has: the first of its name, and one that tells it apart."""
    letters = [char for char in name if char.isalpha()] or ["?"]
    first = letters[0].upper()
    wanted = [first + one.lower() for one in letters[1:]]
    wanted += [first + one.lower() + two.lower() for one in letters[1:] for two in letters[2:]]
    wanted += [f"{first}{number}" for number in range(1, len(taken) + 2)]
    return next(one for one in wanted if one not in taken)


def _draw(
    label: str, regions: Iterable[RegionOnMap], *, key: tuple[Sign, ...] = (), ranges: tuple[Range, ...] = ()
) -> TileMap:
    greatest = ranges[-1].last if ranges else 0
    squares = tuple(
        Square(
            region,
            x=spot.column * STEP,
            y=spot.row * STEP,
            letters=spot.letters,
            number=intcomma(region.number) if ranges else "",
            level=level_of(region.number, greatest),
        )
        for region, spot in _place(regions)
    )
    right = max((square.x for square in squares), default=0)
    bottom = max((square.y for square in squares), default=0)
    return TileMap(
        label=label,
        width=max(right, (COLUMNS - 1) * STEP) + SIDE,
        height=bottom + SIDE,
        squares=squares,
        key=key,
        ranges=ranges,
    )
