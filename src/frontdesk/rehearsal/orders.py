"""Orders to a server that plays a provider: what happens to the next calls that fit."""

from collections.abc import Callable
from typing import Generic, Protocol, TypeVar


class Order(Protocol):
    """Stands for so many calls, or for all where `times` is None."""

    times: int | None


OrderT = TypeVar("OrderT", bound=Order)


class Orders(Generic[OrderT]):
    """The orders still standing, oldest first."""

    def __init__(self) -> None:
        self._standing: list[OrderT] = []

    def add(self, order: OrderT) -> None:
        self._standing.append(order)

    def clear(self) -> None:
        self._standing.clear()

    def take(self, fits: Callable[[OrderT], bool]) -> OrderT | None:
        """Return the first order that fits a call and count it, None where there is none."""
        order = next((each for each in self._standing if fits(each)), None)
        if order and order.times is not None:
            order.times -= 1
            if order.times <= 0:
                self._standing.remove(order)
        return order
