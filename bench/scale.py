"""How much is measured: the full size, and a quick one that only shows that everything runs."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Scale:
    """Sizes of all parts."""

    load_seconds: float = 4
    steady_seconds: float = 10
    drained: int = 10_000
    flood: int = 20_000
    flooded_seconds: float = 12
    tenants: int = 1_000
    waiting: int = 200_000
    history: int = 10_000
    history_chats: int = 24
    history_drained: int = 3_000
    crashed: int = 2_000
    messages: int = 100_000
    part_seconds: float = 600


QUICK = Scale(
    load_seconds=1,
    steady_seconds=2,
    drained=600,
    flood=1_500,
    flooded_seconds=2,
    tenants=20,
    waiting=10_000,
    history=1_000,
    history_chats=8,
    history_drained=300,
    crashed=600,
    messages=1_000,
    part_seconds=60,
)
