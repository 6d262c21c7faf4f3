"""Regions report what they use, owners answer: the acts that write the ledger, and the public pages for them."""
