"""Writes docs/settings.md from the settings' own descriptions: `.venv/bin/python docs/generate_settings.py`."""

import inspect
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

from pydantic import BaseModel, SecretStr
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from frontdesk.core.tenant import TenantSettings
from frontdesk.settings import Settings

TARGET = Path(__file__).parent / "settings.md"

INTRODUCTION = """\
# Settings

<!-- written by docs/generate_settings.py: change the descriptions in src/frontdesk/settings.py and core/tenant.py -->

Frontdesk has two sorts of settings. Those of the **installation** are environment variables, read once at the start of each
process; all that is wrong with them is said at once. Those of a **tenant** are one JSON document in the database; a change
takes effect in every process at once. A channel has settings as well: see [Telegram](telegram.md) and
[Web chat](web-chat.md).

## Installation

None has to be set. `frontdesk doctor` shows what is missing for a real one. Keep `FRONTDESK_PROVIDER_SECONDS` under half of
`FRONTDESK_LEASE_SECONDS`; Frontdesk refuses to start otherwise.

| Variable | Default | What it is |
| --- | --- | --- |
"""

BETWEEN = """
OpenTelemetry's own variables count too: `OTEL_EXPORTER_OTLP_ENDPOINT` (or `OTEL_EXPORTER_OTLP_TRACES_ENDPOINT`) switches the
export of traces on, `OTEL_SERVICE_NAME` names the service.

## Tenant

All are optional. Unknown names are refused, and every fault of a document is named at once.

```console
$ frontdesk tenant settings harbour              # print them
$ frontdesk tenant settings harbour harbour.json # replace them
```

Over HTTP it is `PUT /api/v1/tenants/{tenant}/settings` with `{"settings": {…}, "version": 7}`; with `version` the change is
refused (409) where somebody else was faster. The document is replaced as a whole: what is left out falls back to its default.

| Setting | Default | What it is |
| --- | --- | --- |
"""

EXAMPLE = """
An example:

```json
{
  "languages": ["en", "es"],
  "time_zone": "Europe/Lisbon",
  "persona": {"name": "Marina", "tone": "friendly"},
  "keyword_rules": [
    {
      "keywords": ["opening hours", "open"],
      "reply": "We are open Monday to Friday, 8:00 to 18:00.",
      "buttons": ["Where are you?"]
    },
    {"keywords": ["talk to a person"], "handler": "handoff"}
  ],
  "quiet_hours": {"start": "21:00", "end": "07:30"}
}
```
"""


def page() -> str:
    """Return the whole page."""
    installation = [
        row(f"FRONTDESK_{name.upper()}", field, field.description) for name, field in Settings.model_fields.items()
    ]
    return INTRODUCTION + "".join(installation) + BETWEEN + "".join(tenant_rows(TenantSettings)) + EXAMPLE


def tenant_rows(model: type[BaseModel], prefix: str = "") -> Iterator[str]:
    """Yield a row a field; a section's own fields follow it."""
    for name, field in model.model_fields.items():
        section = section_of(field.annotation)
        yield row(prefix + name, field, field.description or (section and inspect.getdoc(section)))
        if section:
            repeated = "[]" if get_origin(field.annotation) is tuple else ""
            yield from tenant_rows(section, f"{prefix}{name}{repeated}.")


def section_of(annotation: Any) -> type[BaseModel] | None:
    """Return the model a field holds, alone, optionally or repeated."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next(filter(None, map(section_of, get_args(annotation))), None)


def row(name: str, field: FieldInfo, words: str | None) -> str:
    choices = [choice for part in (field.annotation, *get_args(field.annotation)) for choice in literals(part)]
    more = f" One of {', '.join(f'`{choice}`' for choice in choices)}." if choices else ""
    text = " ".join((words or "").split()) + more
    return f"| `{name}` | {default_of(field)} | {text.replace('|', chr(92) + '|')} |\n"


def literals(annotation: Any) -> tuple[str, ...]:
    return get_args(annotation) if get_origin(annotation) is Literal else ()


def default_of(field: FieldInfo) -> str:
    """Return the default as it would be written; a dash where there is none, nothing where it must be given."""
    value = field.get_default(call_default_factory=True, validated_data={})
    if value is PydanticUndefined:
        return "required"
    if value is None or value in ("", [], {}, ()):
        return "–"
    if isinstance(value, BaseModel):
        return "see below"
    if isinstance(value, tuple):
        return "`" + " ".join(map(str, value)) + "`"
    return "set" if isinstance(value, SecretStr) else f"`{str(value).lower() if isinstance(value, bool) else value}`"


if __name__ == "__main__":
    TARGET.write_text(page())
