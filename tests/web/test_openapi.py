"""The OpenAPI document, held against the running application with generated requests."""

import asyncio
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import response_schema_conformance

from tests.installation import Installation
from tests.web.lines import Line, ask

HEADERS = {"authorization": "Bearer an-operators-key"}
EXAMPLES = 20
LEFT_OUT = ("/suspend", "/events")  # a suspended tenant refuses all that comes after; a stream does not end
ALSO_RIGHT = {400, 401, 403, 404, 405, 409, 413, 415, 429}


async def document(desk: Installation) -> dict[str, Any]:
    return (await ask(desk, "GET", "/api/openapi.json")).json


async def test_the_document_describes_every_endpoint(installation: Installation) -> None:
    found = await document(installation)
    assert found["openapi"].startswith("3.")
    assert found["info"]["title"] == "Frontdesk"
    operations = [operation for path in found["paths"].values() for operation in path.values()]
    assert len(operations) >= 35
    assert [operation["operationId"] for operation in operations if not operation.get("summary")] == []
    assert "/messages/send/tenants/{tenant}/channels/{channel}/tokens/{token}" in found["paths"]


# the application runs in this process, too, and draws the jitter of its retries meanwhile
@pytest.mark.filterwarnings("ignore:Do not use the `random` module")
@pytest.mark.parametrize("method", ["GET", "POST", "PUT"])
async def test_generated_requests_meet_no_fault_of_ours(line: Line, method: str) -> None:
    await line.say("something to find")
    await line.answers(1)
    (conversation,) = await line.conversations()
    message = (await line.messages())[0]
    real = {
        "tenant": line.tenant.code,
        "channel": "telegram",
        "token": line.token,
        "conversation_id": conversation["id"],
        "message_id": message["id"],
        "contact_id": conversation["contact_id"],
    }
    schema = schemathesis.openapi.from_dict(await document(line.desk))
    await asyncio.to_thread(_hold, schema, line.desk.base_url, method, real)
    assert (await ask(line.desk, "GET", "/health/ready")).status == 200
    assert (await line.api("GET"))["status"] == "active"


def _hold(schema: Any, base_url: str, method: str, real: dict[str, str]) -> None:
    """Ask each operation of a method with what fits its description, half the time about what there is."""
    held = 0
    for found in schema.get_all_operations():
        operation = found.ok()
        if operation.method.upper() != method or operation.path.endswith(LEFT_OUT):
            continue
        if not operation.path.startswith(("/api/", "/messages/")):
            continue

        @given(case=operation.as_strategy())
        @settings(
            max_examples=EXAMPLES,
            deadline=None,
            derandomize=True,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        def check(case: schemathesis.Case) -> None:
            for values in (case.path_parameters or {}, {**(case.path_parameters or {}), **_known(case, real)}):
                case.path_parameters = values
                response = case.call(base_url=base_url, headers=HEADERS, timeout=20)
                checks = [not_a_server_error]
                checks += [response_schema_conformance] if response.status_code not in ALSO_RIGHT else []
                case.validate_response(response, checks=checks)

        check()
        held += 1
    assert held >= 3


def _known(case: schemathesis.Case, real: dict[str, str]) -> dict[str, str]:
    return {name: real[name] for name in case.path_parameters or {} if name in real}
