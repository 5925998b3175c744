"""The last few results by key: the one asked for longest ago makes room."""

from collections import OrderedDict
from collections.abc import Hashable
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Recent(Generic[K, V]):
    """At most `most` results."""

    def __init__(self, most: int) -> None:
        self.most = most
        self._held: OrderedDict[K, V] = OrderedDict()

    def get(self, key: K) -> V | None:
        """Return what is held under the key, and hold it longer."""
        found = self._held.get(key)
        if found is not None:
            self._held.move_to_end(key)
        return found

    def take(self, key: K) -> V | None:
        """Return what is held under the key, and hold it no longer."""
        return self._held.pop(key, None)

    def put(self, key: K, value: V) -> None:
        self._held[key] = value
        self._held.move_to_end(key)
        while len(self._held) > self.most:
            self._held.popitem(last=False)

    def __len__(self) -> int:
        return len(self._held)
