"""The other way OpenAI is asked, its Responses API: what it refuses, and how it answers."""

import json
from collections.abc import Mapping
from typing import Any

from frontdesk.rehearsal.openai.rules import NAME, closed, require

KNOWN = frozenset(
    (
        *("model", "input", "instructions", "tools", "tool_choice", "text", "include", "store", "stream", "reasoning"),
        *("max_output_tokens", "temperature", "top_p", "parallel_tool_calls", "truncation", "user", "metadata"),
    )
)
ITEMS = frozenset({"message", "function_call", "function_call_output", "reasoning"})


def check(body: Mapping[str, Any]) -> None:
    """Raise Refusal for a request OpenAI would answer with 400."""
    for name in body:
        require(name in KNOWN, f"Unknown parameter: '{name}'.", name)
    require(isinstance(body.get("model"), str) and body["model"], "Missing required parameter: 'model'.", "model")
    require(not body.get("stream"), "streaming is not served here", "stream")
    asked = body.get("input")
    require(isinstance(asked, str | list) and asked, "Missing required parameter: 'input'.", "input")
    _items(asked if isinstance(asked, list) else [])
    for number, tool in enumerate(body.get("tools") or ()):
        where = f"tools[{number}]"
        require(tool.get("type") == "function", "Invalid type", f"{where}.type")
        require(NAME.match(str(tool.get("name", ""))), "Invalid name", f"{where}.name")
        _schema(tool.get("parameters"), tool, f"{where}.parameters")
    form = (body.get("text") or {}).get("format") or {"type": "text"}
    require(form.get("type") in ("text", "json_object", "json_schema"), "Invalid type", "text.format.type")
    if form["type"] == "json_schema":
        require(NAME.match(str(form.get("name", ""))), "Invalid name", "text.format.name")
        _schema(form.get("schema"), form, "text.format.schema")


def _schema(schema: Any, holder: Mapping[str, Any], where: str) -> None:
    require(isinstance(schema, dict) and schema.get("type") == "object", "schema must be an object", where)
    if holder.get("strict"):
        closed(schema, where)


def _items(items: list[Any]) -> None:
    called: set[str] = set()
    for number, item in enumerate(items):
        kind = item.get("type", "message")
        require(kind in ITEMS, f"Invalid value: '{kind}'.", f"input[{number}].type")
        if kind == "function_call":
            called.add(item["call_id"])
        if kind == "function_call_output":
            require(item["call_id"] in called, "No tool call found for function call output", f"input[{number}]")
            called.discard(item["call_id"])
    require(not called, "No tool output found for function call", "input")


def response(body: Mapping[str, Any], said: str, number: int) -> dict[str, Any]:
    """Return a response that says this, through the tool where there is one; a token for each four characters."""
    content = [{"type": "output_text", "text": said, "annotations": []}]
    item = {"type": "message", "id": f"msg_{number}", "role": "assistant", "content": content, "status": "completed"}
    if tools := body.get("tools"):
        call = {"type": "function_call", "id": f"fc_{number}", "call_id": f"call_{number}", "status": "completed"}
        item = {**call, "name": tools[0]["name"], "arguments": said}
    asked, answered = len(json.dumps([body["input"], body.get("instructions")])) // 4, len(said) // 4 + 1
    counts = {"input_tokens": asked, "output_tokens": answered, "total_tokens": asked + answered}
    details = {"input_tokens_details": {"cached_tokens": 0}, "output_tokens_details": {"reasoning_tokens": 0}}
    return {
        "id": f"resp_{number}",
        "object": "response",
        "created_at": 1_700_000_000,
        "status": "completed",
        "model": body["model"],
        "parallel_tool_calls": True,
        "tool_choice": body.get("tool_choice", "auto"),
        "tools": [],
        "output": [item],
        "usage": {**counts, **details},
    }
