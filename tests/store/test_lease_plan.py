"""The read of the queue costs the same behind any backlog: its plan walks the index and sorts nothing."""

import json
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest

from frontdesk import queue
from frontdesk.queue import Item
from frontdesk.store.db import Databases

ARGUMENTS = """
'{acme,mill}', '{1,1,2}', '{0,1,0}', ARRAY['a', '', ''], ARRAY[NULL, 'a', NULL], 4, 8, interval '10 s', 'w'
"""
TYPES = "text[], int[], smallint[], text[], text[], int, int, interval, text"


def nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for below in plan.get("Plans", ()):
        yield from nodes(below)


@pytest.mark.parametrize("waiting", [0, 5000])
@pytest.mark.parametrize("analysed", [False, True])
async def test_the_lease_walks_the_index_and_sorts_nothing(quiet: Databases, waiting: int, analysed: bool) -> None:
    code = f"p{uuid4().hex[:10]}"
    async with quiet.platform() as tx:
        await queue.put(tx, [Item(tenant=code, group="flood", kind="k", payload="p")] * waiting)
    if analysed:
        async with quiet.owner() as owner:
            await owner.execute("ANALYZE frontdesk.work")
    session = await quiet.session("primary", queue.PLANNER)
    await session.execute(f"PREPARE read ({TYPES}) AS {queue.LEASE}")
    explained = json.loads(await session.fetchval(f"EXPLAIN (FORMAT JSON) EXECUTE read ({ARGUMENTS})"))
    found = list(nodes(explained[0]["Plan"]))
    kinds = {node["Node Type"] for node in found if node.get("Relation Name") == "work"}
    assert "Seq Scan" not in kinds
    assert {node["Node Type"] for node in found} & {
        "Sort",
        "Incremental Sort",
        "Bitmap Heap Scan",
        "Hash Join",
    } == set()
    assert {node["Index Name"] for node in found if "Index Name" in node} == {"work_heads"}
    await session.execute("DELETE FROM frontdesk.work WHERE tenant = $1", code)
    await session.close()
