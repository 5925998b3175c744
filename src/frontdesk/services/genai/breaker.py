"""The circuit breaker of a language model: which of its errors count."""

import contextlib
from collections.abc import Iterator

from frontdesk.errors import GenAIPaused, GenAIUnauthorised, GenAIUnreachable, GenAIUnusable
from frontdesk.services import breaker


class Breaker(breaker.Breaker):
    """One provider of language models as this process sees it."""

    @contextlib.contextmanager
    def attempt(self) -> Iterator[None]:
        """Let one call pass, or raise GenAIPaused; what the call raises is what counts."""
        passing = self.admit()
        if passing is None:
            raise GenAIPaused("the provider failed too often lately; it is asked again soon", self.left)
        with passing:
            try:
                yield
            except (GenAIUnreachable, GenAIUnauthorised) as error:
                passing.failed(error.retry_after)
                raise
            except GenAIUnusable:  # the provider answered: it is there
                passing.succeeded()
                raise
            else:
                passing.succeeded()
