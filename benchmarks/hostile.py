"""Requests that nobody would make by hand: any text, operators, markup, broken encodings and nonsense parameters."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from itertools import islice
from urllib.parse import quote_plus

from benchmarks.synthetic import collect_words
from search.criteria import PAGE, SORT, WORDS

MARKER = "zqfuzz"
"""In every generated piece of markup, as the name of an element or of an attribute: no page of ours has one."""

COMMON_WORDS = 4_000
"""The commonest words of the demo texts, from which real queries are made."""

PLANES = (
    (0x00, 0x1F),
    (0x20, 0x7E),
    (0x7F, 0xA0),
    (0xA1, 0x24F),
    (0x300, 0x36F),
    (0x370, 0x5FF),
    (0x600, 0x8FF),
    (0x900, 0xDFF),
    (0x1100, 0x11FF),
    (0x1E00, 0x1FFF),
    (0x2000, 0x206F),
    (0x20D0, 0x2BFF),
    (0x3000, 0x30FF),
    (0x4E00, 0x9FFF),
    (0xAC00, 0xD7A3),
    (0xD800, 0xDFFF),
    (0xE000, 0xF8FF),
    (0xFB00, 0xFDFF),
    (0xFE00, 0xFE0F),
    (0xFE10, 0xFFFF),
    (0x10000, 0x1FFFF),
    (0x1F1E6, 0x1F64F),
    (0x20000, 0x3FFFF),
    (0xE0000, 0xE01EF),
    (0xF0000, 0x10FFFF),
)
"""Stretches of Unicode drawn from alike: control characters, marks, right to left, surrogates, every plane."""

INVISIBLE = (
    "\u00ad\u200b\u200c\u200d\u200e\u200f\u202a\u202e\u2060\u2066\u2069\ufeff\ufe0f\u0301\u0308\u20dd\0\x1f\x85\u2028"
)
OPERATORS = ("AND", "OR", "NOT", "NEAR(", "+", "-", "*", "~", "~2", "^", "^9", "(", ")", ":", "/", "\\", "[", "]", "{")
OPERATORS += (
    "}",
    "?",
    "!",
    "&&",
    "||",
    "--",
    "–",
    "…",
    "title:",
    "q=",
    "_",
    "%",
    "#",
    "$",
    "@",
    "=",
    ">",
    "<",
    "`",
    "|",
)
QUOTATION_MARKS = "\"'“”„‟«»‹›‘’‚‛`´′″＂「」"
CODE = (
    "'; DROP TABLE search_document; --",
    "' OR '1'='1",
    "1) UNION SELECT NULL,NULL--",
    'x" AND ts_rank(1) > (SELECT pg_sleep(9)) --',
    '{"query": {"match_all": {}}}',
    '[{"$gt": ""}, null, NaN]',
    "{{ 7*7 }}{% debug %}",
    "${jndi:ldap://localhost/a}",
    "%(words)s %s {0} %d",
    "../../etc/passwd",
    "http://localhost/?q=neuvola&theme=x#y",
    "^(a+)+$",
    "\\u0000 \\x00 \\ud800",
    "a\r\nSet-Cookie: b=c",
)
MARKUP = (
    "<{0}>",
    "</{0}>",
    "<{0}",
    "<b {0}=1>",
    '"><{0} {0}="',
    "'><img src=x {0}=alert(1)>",
    '" {0}="1" autofocus onfocus="',
    "' {0}='1",
    "<script {0}>alert(1)</script>",
    "</script><{0}>",
    "</title><{0}>",
    "</textarea><{0}>",
    "<svg {0}/onload=alert(1)>",
    "--><{0}><!--",
    "<!--{0}-->",
    "<![CDATA[<{0}>]]>",
    "<?{0}?>",
    "<mark {0}>",
    "</mark><{0}>",
    "&lt;{0}&gt; &#60;{0}&#62; &amp",
    "%3C{0}%3E",
    "<\0{0}>",
    "＜{0}＞",
    "javascript:{0}",
)
NUMBERS = (
    "0",
    "-1",
    "1",
    "2",
    "3",
    "9999",
    "1000000000",
    "99999999",
    "1e9",
    "1.5",
    "٣",
    "²",
    "0x10",
    "NaN",
    "",
    " 2 ",
)
NUMBERS += ("9" * 400, "-" + "9" * 50, "+1", "1_000", "00000002", "1;2", "\0")
UNKNOWN_PARAMETERS = (
    "x",
    "utm_source",
    "Q",
    "q[]",
    "theme[]",
    "page",
    "__proto__",
    "tag.x",
    "",
    "ä",
    "next",
    "format",
)
BROKEN_CODES = (
    "%",
    "%f",
    "%zz",
    "%ff",
    "%fe%ff",
    "%c3%28",
    "%80",
    "%ed%a0%80",
    "%c0%80",
    "%f4%90%80%80",
    "%00",
    "%u0041",
)
MOST_PARAMETERS, TOO_MANY_PARAMETERS = 900, 1_001


class Door(StrEnum):
    """What a request is sent to."""

    SEARCH = "search"
    SUGGESTIONS = "suggestions"


@dataclass(frozen=True, slots=True)
class HostileRequest:
    """A request as it goes over the wire: ``querystring`` and ``referer`` are ASCII, percent-encoded or broken.

    With its seed and its number it can be made again, on the same content.
    """

    seed: int
    number: int
    door: Door
    querystring: str
    referer: str = ""


def draw(
    seed: int, codes: Mapping[str, Sequence[str]], sorts: Sequence[str], *, first: int = 0
) -> Iterator[HostileRequest]:
    """Yield requests without end, from number ``first`` on; ``codes`` are the known ones of each facet."""
    number = first
    while True:
        # Each request has a chance of its own, so that one can be repeated without those before it.
        yield _Draw(random.Random(f"{seed}/{number}"), codes, sorts).request(seed, number)
        number += 1


class _Draw:
    """Draws one request."""

    def __init__(self, chance: random.Random, codes: Mapping[str, Sequence[str]], sorts: Sequence[str]) -> None:
        self._chance = chance
        self._codes = codes
        self._sorts = sorts

    def request(self, seed: int, number: int) -> HostileRequest:
        door = Door.SUGGESTIONS if self._chance.random() < 0.35 else Door.SEARCH
        referer = (
            f"http://localhost/toimintamallit/?{self._querystring(Door.SEARCH)[:2_000]}" if self._often(0.2) else ""
        )
        return HostileRequest(seed, number, door, self._querystring(door), referer)

    def _often(self, share: float) -> bool:
        return self._chance.random() < share

    def _querystring(self, door: Door) -> str:
        pairs = [(WORDS, self._words()) for _ in range(self._chance.choice((0, 1, 1, 1, 1, 1, 1, 1, 2, 5)))]
        if door is Door.SEARCH:
            pairs += self._selections() if self._often(0.5) else []
            pairs += [(PAGE, self._number()) for _ in range(self._chance.choice((0, 0, 1, 2)))]
            pairs += [(SORT, self._sort()) for _ in range(self._chance.choice((0, 0, 1, 2)))]
        if self._often(0.15):
            pairs += [(self._unknown_parameter(), self._short()) for _ in range(self._chance.randint(1, 4))]
        if self._often(0.02):
            pairs += self._many(self._chance.choice((100, MOST_PARAMETERS - len(pairs), TOO_MANY_PARAMETERS)))
        if self._often(0.3):
            self._chance.shuffle(pairs)
        written = "&".join(f"{_encode(name)}={_encode(value)}" for name, value in pairs)
        return self._break(written) if self._often(0.1) else written

    def _break(self, written: str) -> str:
        """Put broken percent codes and stray separators into an encoded text."""
        for _ in range(self._chance.randint(1, 5)):
            place = self._chance.randint(0, len(written))
            broken = self._chance.choice((*BROKEN_CODES, "&", "=", ";", "+", "&&", "?"))
            written = written[:place] + broken + written[place:]
        return written

    def _selections(self) -> list[tuple[str, str]]:
        facets = self._chance.sample(list(self._codes), k=self._chance.randint(1, min(4, len(self._codes))))
        return [
            (facet, self._code(facet)) for facet in facets for _ in range(self._chance.choice((1, 1, 1, 2, 4, 30)))
        ]

    def _code(self, facet: str) -> str:
        """Return mostly a code of the facet, at times another's or nonsense."""
        known = self._codes[facet]
        if known and self._often(0.75):
            return self._chance.choice(known)
        other = self._chance.choice(list(self._codes.values()))
        return self._chance.choice(other) if other and self._often(0.4) else self._short()

    def _number(self) -> str:
        return self._short() if self._often(0.1) else self._chance.choice(NUMBERS)

    def _sort(self) -> str:
        return self._chance.choice(self._sorts) if self._often(0.8) else self._short()

    def _unknown_parameter(self) -> str:
        return self._short() if self._often(0.2) else self._chance.choice(UNKNOWN_PARAMETERS)

    def _many(self, number: int) -> list[tuple[str, str]]:
        """Return many parameters: of one facet, of all facets, or unknown ones."""
        names = self._chance.choice((list(self._codes), [self._chance.choice(list(self._codes))], [WORDS], ["x", "y"]))
        made = []
        for place in range(number):
            name = self._chance.choice(names)
            known = name in self._codes and self._often(0.5)
            made.append((name, self._code(name) if known else f"{self._chance.choice(('a', '<', 'ä'))}{place}"))
        return made

    def _short(self) -> str:
        """Return nonsense of some characters."""
        return self._chance.choice((self._any_text, self._markup, self._quotes, self._code_snippet, self._figures))()[
            :60
        ]

    def _words(self) -> str:
        """Return what stands in the search field: one kind of text, or several beside each other."""
        kinds: tuple[Callable[[], str], ...] = (
            self._any_text,
            self._markup,
            self._operators,
            self._quotes,
            self._code_snippet,
            self._figures,
            self._long,
            self._chain,
            self._real,
            self._real,
            self._misspelt,
            self._misspelt,
            self._many_misspelt,
            self._riddled,
        )
        pieces = [self._chance.choice(kinds)() for _ in range(self._chance.choice((1, 1, 1, 2, 3, 5)))]
        if self._often(0.3):
            # The search reads 300 characters: pieces cut short leave room for each other.
            pieces = [piece[: self._chance.randint(1, 60)] for piece in pieces]
        return self._chance.choice((" ", " ", "", "\t", "\u00a0", "+", ",")).join(pieces)

    def _any_text(self) -> str:
        ranges = self._chance.choices(PLANES, k=self._chance.randint(1, 4))
        return "".join(chr(self._chance.randint(*self._chance.choice(ranges))) for _ in range(self._length()))

    def _length(self) -> int:
        return self._chance.choice((1, 2, 3, 8, 20, 80, 300, 400))

    def _markup(self) -> str:
        snippet = self._chance.choice(MARKUP).format(MARKER)
        return snippet if self._often(0.5) else f"{self._word()}{snippet}{self._word()}"

    def _operators(self) -> str:
        mixed = [self._chance.choice((*OPERATORS, self._word())) for _ in range(self._chance.randint(1, 25))]
        return self._chance.choice((" ", "")).join(mixed)

    def _quotes(self) -> str:
        pieces = [
            self._chance.choice((*QUOTATION_MARKS, self._word(), " ")) for _ in range(self._chance.randint(1, 25))
        ]
        return "".join(pieces)

    def _code_snippet(self) -> str:
        return self._chance.choice(CODE)

    def _figures(self) -> str:
        return self._chance.choice((*NUMBERS, "1e400", "65+", "24/7" * 30, "13–17", "2020-2030-" * 30, "1,2.3:4" * 40))

    def _long(self) -> str:
        unit = self._chance.choice(
            ("a", "ä", "äiti", self._word(), self._word() + self._word(), "e\u0301", "😀", "ﷺ", "İ")
        )
        return (unit * (10_000 // len(unit) + 1))[: self._chance.choice((40, 51, 299, 301, 10_000))]

    def _chain(self) -> str:
        joint = self._chance.choice(("-", ":", "- ", " -", "–", "'", "/", "--", ":n ", "- ja ", "-:", "+"))
        return joint.join(self._word() for _ in range(self._chance.choice((2, 5, 40, 150)))) + self._chance.choice(
            ("", joint)
        )

    def _real(self) -> str:
        return " ".join(self._word() for _ in range(self._chance.choice((1, 1, 2, 3, 6, 40))))

    def _misspelt(self) -> str:
        return " ".join(self._misspell(self._word()) for _ in range(self._chance.choice((1, 1, 2, 3, 12))))

    def _many_misspelt(self) -> str:
        """Return as many unknown words as a query can have: those cost most."""
        longest = self._chance.choice((3, 5, 8, 40))
        return " ".join(self._misspell(self._word()[:longest]) for _ in range(self._chance.choice((40, 150))))

    def _riddled(self) -> str:
        """Return a real word with invisible characters and marks between its letters."""
        return "".join(char + self._chance.choice(("", "", *INVISIBLE)) for char in self._real())

    def _misspell(self, word: str) -> str:
        letters = list(word)
        for _ in range(self._chance.randint(1, 2)):
            place = self._chance.randrange(len(letters)) if letters else 0
            letter = self._chance.choice("aeiouyäöåbdghjklmnprstvxzqß")
            letters[place : place + self._chance.randint(0, 1)] = [letter] * self._chance.choice((0, 1, 1, 2))
        return "".join(letters)

    def _word(self) -> str:
        word = self._chance.choice(FOREIGN) if self._often(0.15) else self._chance.choice(_common_words())
        return self._chance.choice((word, word, word, word.upper(), word.title()))


FOREIGN = (
    "äldre",
    "barnrådgivning",
    "mentalvård",
    "hemvård",
    "elderly",
    "home care",
    "child",
    "mental health",
    "närståendevård",
)
"""Words of the other languages of queries, mixed with Finnish ones."""


@cache
def _common_words() -> Sequence[str]:
    return tuple(islice(collect_words().words, COMMON_WORDS))


def _encode(text: str) -> str:
    """Percent-encode as browsers do; a lone surrogate becomes bytes that are no UTF-8."""
    return quote_plus(text, errors="surrogatepass")
