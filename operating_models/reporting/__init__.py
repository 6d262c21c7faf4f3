"""Regions report what they use and owners answer: the commands that write the ledger, and their public pages."""
