"""Frozen values that templates read: a card, a model's page, a region's page, the search page."""
