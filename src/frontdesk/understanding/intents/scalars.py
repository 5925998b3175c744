"""YAML whose plain words stay words: `yes`, `no`, dates and numbers with a leading nought are texts, as in YAML 1.2."""

import re
from typing import Any

import yaml

PLAIN = {
    "tag:yaml.org,2002:null": (re.compile(r"~|null|Null|NULL|"), ["~", "n", "N", ""]),
    "tag:yaml.org,2002:bool": (re.compile(r"true|True|TRUE|false|False|FALSE"), list("tTfF")),
    "tag:yaml.org,2002:int": (re.compile(r"[-+]?(0|[1-9][0-9]*)"), list("-+0123456789")),
    "tag:yaml.org,2002:float": (
        re.compile(r"[-+]?[0-9]+(\.[0-9]+([eE][-+]?[0-9]+)?)"),
        list("-+0123456789"),
    ),
    "tag:yaml.org,2002:merge": (re.compile(r"<<"), ["<"]),
}


class Loader(yaml.SafeLoader):
    """A SafeLoader that guesses less."""

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}  # noqa: RUF012 - the library's own


class Dumper(yaml.SafeDumper):
    """A SafeDumper that writes several lines as a block; it quotes whatever any reader might take for more than text."""


def _text(dumper: Dumper, text: str) -> Any:
    style = "|" if "\n" in text else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


for _tag, (_pattern, _firsts) in PLAIN.items():
    Loader.add_implicit_resolver(_tag, re.compile(rf"^(?:{_pattern.pattern})$"), _firsts)
Dumper.add_representer(str, _text)
