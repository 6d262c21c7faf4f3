"""Measures of the search: relevance on judged queries, times on synthetic models, in databases thrown away after."""
