"""What Meta refuses of templates: names it does not know, and parameters that don't fill them."""

import re
from typing import Any

from frontdesk.rehearsal.whatsapp.account import Account, Template
from frontdesk.rehearsal.whatsapp.refusal import Refusal, known, one, require, text

Fields = dict[str, Any]

LINES_OR_GAPS = re.compile(r"[\n\t]| {5,}")
STOPPED = {"PAUSED": 132015, "DISABLED": 132016}


def check_template(shown: Fields, account: Account) -> None:
    """Refuse a template that is unknown, not approved, or filled in wrongly."""
    known(shown, "name", "language", "components")
    name, language = text(shown, "name", 512), text(one(shown, "language"), "code", 15)
    template = account.templates.get((name, language))
    if template is None:
        raise Refusal(132001, f"template name ({name}) does not exist in {language}", status=404)
    require(
        template.status == "APPROVED", f"template {name} is {template.status}", STOPPED.get(template.status, 132001)
    )
    components = shown.get("components", [])
    if not isinstance(components, list) or not all(isinstance(each, dict) for each in components):
        raise Refusal(100, "components has to be a list of objects")
    values = parameters(components, "body")
    require(len(values) == template.parameters, f"{len(values)} of {template.parameters} parameters", 132000)
    for value in values:
        require(value.get("type") == "text", "body parameters are texts here", 132012)
        require(not LINES_OR_GAPS.search(text(value, "text", 1024)), "no new lines, tabs or five spaces", 132018)
    _check_header(parameters(components, "header"), template)
    _check_buttons([each for each in components if each.get("type") == "button"], template)


def parameters(components: list[Fields], kind: str) -> list[Fields]:
    """Return the parameters of the component of this kind."""
    return [value for each in components if each.get("type") == kind for value in each.get("parameters", [])]


def _check_header(values: list[Fields], template: Template) -> None:
    given = [value.get("type") for value in values]
    require(given == ([template.header] if template.header else []), f"header {given}, not {template.header}", 132012)


def _check_buttons(buttons: list[Fields], template: Template) -> None:
    for button in buttons:
        known(button, "type", "sub_type", "index", "parameters")
        index = str(button.get("index", ""))
        require(index.isdecimal() and int(index) < len(template.buttons), f"there is no button {index}", 132012)
        for value in button.get("parameters", []):
            require(value.get("type") == "payload", "a quick reply takes a payload", 132012)
            text(value, "payload", 128)
