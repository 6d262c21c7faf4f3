"""Every public number, of any day and for any search.

``counting.read(criteria, day=, known=)`` counts and ``rows`` are what it returns; ``histories`` keeps the ledger in
arrays, from which it counts.
"""
