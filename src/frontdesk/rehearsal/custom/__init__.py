"""The other side of a custom channel that runs here: as strict as its protocol, as unreliable as it is told to be."""

from frontdesk.rehearsal.custom.stub import Call, CustomStub

__all__ = ["Call", "CustomStub"]
