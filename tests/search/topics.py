"""An embedder for tests of what is made of vectors: it calculates them from the topics that words belong to."""

from __future__ import annotations

import re

import numpy as np

from search.nearness.embedders import EmbeddingFailed, to_unit

TOPICS = {
    "food": {"leipä", "nälkä", "ruoka", "ateria", "aterian", "keitto"},
    "cars": {"auto", "auton", "moottori", "rengas", "peräkärry"},
    "music": {"laulu", "kuoro", "piano", "sävel"},
}
COMMON = 3.0
"""What all texts share: of any two the cosine is high, as a real model has it."""


class Topics:
    """Counts the words of each topic. ``asked`` holds every text; ``refuses`` is a word whose texts get no vector."""

    def __init__(self, model="topics 1"):
        self.model = model
        self.asked = []
        self.refuses = ""
        self.fails = False

    def embed_query(self, text):
        return self.embed_passages([text])[0]

    def embed_passages(self, texts):
        self.asked += texts
        if self.fails or (self.refuses and any(self.refuses in text for text in texts)):
            raise EmbeddingFailed("not today")
        return to_unit(np.array([self.read(text) for text in texts], np.float32))

    def read(self, text):
        words = re.findall(r"\w+", text.casefold())
        # A little of each text's own, or all texts without a topic would be equally near.
        own = sum(map(ord, text)) % 97 / 1000
        return [COMMON, own, *(sum(word in topic for word in words) for topic in TOPICS.values())]


CURRENT = Topics()


def current():
    return CURRENT
