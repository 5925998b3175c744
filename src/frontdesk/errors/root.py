"""The root of the tree of errors."""


class FrontdeskError(Exception):
    """Something Frontdesk says on purpose: it names the thing and the remedy."""

    code = "internal_error"
    retryable = False
