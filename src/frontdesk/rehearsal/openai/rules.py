"""What OpenAI refuses of a request for a chat completion."""

import re
from collections.abc import Mapping
from typing import Any

Fields = Mapping[str, Any]

NAME = re.compile(r"[a-zA-Z0-9_-]{1,64}\Z")
ROLES = frozenset({"system", "developer", "user", "assistant", "tool"})
KNOWN = frozenset(
    (
        *("model", "messages", "tools", "tool_choice", "response_format", "parallel_tool_calls", "stream", "n", "seed"),
        *("temperature", "top_p", "max_tokens", "max_completion_tokens", "presence_penalty", "frequency_penalty"),
        *("stop", "logit_bias", "user", "reasoning_effort", "store", "metadata"),
    )
)


class Refusal(Exception):
    """A 400 with OpenAI's words."""

    def __init__(self, message: str, param: str | None = None) -> None:
        super().__init__(message)
        self.param = param


def require(holds: object, message: str, param: str | None = None) -> None:
    if not holds:
        raise Refusal(message, param)


def check(body: Fields) -> None:
    """Raise Refusal for a request OpenAI would answer with 400."""
    for name in body:
        require(name in KNOWN, f"Unrecognized request argument supplied: {name}", name)
    require(isinstance(body.get("model"), str) and body["model"], "you must provide a model parameter", "model")
    require(not body.get("stream"), "streaming is not served here", "stream")
    require("max_tokens" not in body or "max_completion_tokens" not in body, "give one limit of tokens", "max_tokens")
    temperature = body.get("temperature", 1)
    require(isinstance(temperature, int | float) and 0 <= temperature <= 2, "temperature is from 0 to 2", "temperature")
    _messages(body.get("messages"))
    _tools(body.get("tools"), body.get("tool_choice"))
    _form(body.get("response_format"))


def _messages(messages: Any) -> None:
    require(isinstance(messages, list) and messages, "[] is too short - 'messages'", "messages")
    called: set[str] = set()
    for number, message in enumerate(messages):
        where = f"messages[{number}]"
        require(isinstance(message, dict) and message.get("role") in ROLES, "Invalid role", f"{where}.role")
        calls = message.get("tool_calls") or []
        content = message.get("content")
        require(isinstance(content, str | list) or (content is None and calls), "Invalid content", f"{where}.content")
        require(message["role"] == "assistant" or not calls, "Only assistants call tools", f"{where}.tool_calls")
        if message["role"] == "tool":
            known = message.get("tool_call_id") in called
            require(known, "messages with role 'tool' must answer a tool call", f"{where}.tool_call_id")
            called.discard(message["tool_call_id"])
        else:
            require(not called, "a tool call was not answered", where)
        called |= {call["id"] for call in calls}
    require(not called, "a tool call was not answered", "messages")


def _tools(tools: Any, choice: Any) -> None:
    require(choice is None or tools, "'tool_choice' is only allowed when 'tools' are specified.", "tool_choice")
    require(tools is None or (isinstance(tools, list) and tools), "[] is too short - 'tools'", "tools")
    for number, tool in enumerate(tools or ()):
        where = f"tools[{number}]"
        require(isinstance(tool, dict) and tool.get("type") == "function", "Invalid type", f"{where}.type")
        function = tool["function"]
        require(NAME.match(str(function.get("name", ""))), "Invalid name", f"{where}.function.name")
        _schema(function.get("parameters"), bool(function.get("strict")), f"{where}.function.parameters")


def _form(form: Any) -> None:
    if form is None:
        return
    require(form.get("type") in ("text", "json_object", "json_schema"), "Invalid type", "response_format.type")
    if form["type"] == "json_schema":
        given = form.get("json_schema") or {}
        require(NAME.match(str(given.get("name", ""))), "Invalid name", "response_format.json_schema.name")
        _schema(given.get("schema"), bool(given.get("strict")), "response_format.json_schema.schema")


def _schema(schema: Any, strict: bool, where: str) -> None:
    """Refuse what is no schema of an object; a strict one closes every object and requires all its properties."""
    require(isinstance(schema, dict) and schema.get("type") == "object", "schema must be an object", where)
    if strict:
        closed(schema, where)


def closed(schema: Any, where: str) -> None:
    """Refuse a schema with an object in it that is open, or has properties it doesn't require."""
    match schema:
        case {"type": "object"}:
            require(schema.get("additionalProperties") is False, "additionalProperties must be false", where)
            names = set(schema.get("properties", {}))
            require(set(schema.get("required", ())) == names, "required must hold every property", where)
        case _:
            pass
    for part in schema.values() if isinstance(schema, dict) else schema if isinstance(schema, list) else ():
        closed(part, where)
