"""One depth of search for all property tests: the same cases on every machine."""

from hypothesis import settings

settings.register_profile("planning", derandomize=True, deadline=None, max_examples=100)
settings.load_profile("planning")
