from __future__ import annotations


def read(page):
    return {}
