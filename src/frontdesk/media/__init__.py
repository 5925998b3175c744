"""Media: where bytes are kept, what they are, and how they become another type."""

from frontdesk.media.files import Files

__all__ = ["Files"]
