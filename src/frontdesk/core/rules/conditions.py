"""Conditions: comparisons with facts, and what joins them; checked when they are written."""

from collections.abc import Iterator
from typing import Annotated, Any

from pydantic import BeforeValidator, ConfigDict, Discriminator, Field, StrictBool, StrictStr, Tag, model_validator

from frontdesk.core.rules import checking
from frontdesk.core.rules.subjects import SUBJECTS, FactName, Subject
from frontdesk.core.rules.values import Number, Scalar
from frontdesk.core.section import Section

MOST_PARTS = 100
JOINTS = ("all", "any", "not")


def _several(value: Any) -> Any:
    """One value may stand without a list around it."""
    return (value,) if isinstance(value, str | int | float) else value


Bound = Number | Annotated[StrictStr, Field(max_length=30)]
Words = Annotated[StrictStr, Field(min_length=1, max_length=200)]


class Node(Section):
    """A part of a condition; `is`, `all`, `any` and `not` are written so in documents."""

    model_config = ConfigDict(serialize_by_alias=True, validate_by_name=True, validate_by_alias=True)


class Comparison(Node):
    """One fact compared with what is wanted; all the comparisons that are given have to hold.

    A fact that is not known compares as false, with everything but `exists: false`.
    """

    fact: FactName = Field(description="What is looked at.")
    name: str | None = Field(
        None, min_length=1, max_length=120, description="Which entity, field, fact or variable, where there are many."
    )
    is_: Annotated[
        tuple[Scalar, ...], BeforeValidator(_several, json_schema_input_type=Scalar | tuple[Scalar, ...])
    ] = Field((), alias="is", max_length=200, description="The value, or a list of which it is one.")
    contains: Annotated[
        tuple[Words, ...], BeforeValidator(_several, json_schema_input_type=Words | tuple[Words, ...])
    ] = Field((), max_length=200, description="Words of which some stand in it, whole; case and accents don't count.")
    matches: StrictStr | None = Field(
        None, min_length=1, max_length=300, description="A regular expression found in it; case doesn't count."
    )
    at_least: Bound | None = Field(None, description="The least it may be: a number, `2026-12-24` or `18:00`.")
    at_most: Bound | None = Field(None, description="The most it may be.")
    exists: StrictBool | None = Field(None, description="Whether it is known at all.")

    @model_validator(mode="after")
    def _fits(self) -> "Comparison":
        if fault := checking.fault(self):
            raise ValueError(fault)
        return self

    @property
    def subject(self) -> Subject:
        return SUBJECTS[self.fact]

    @property
    def operators(self) -> tuple[str, ...]:
        """The comparisons given, as documents name them."""
        given = {
            "is": bool(self.is_),
            "contains": bool(self.contains),
            "matches": self.matches is not None,
            "at_least": self.at_least is not None,
            "at_most": self.at_most is not None,
            "exists": self.exists is not None,
        }
        return tuple(name for name, is_given in given.items() if is_given)


def which_part(value: Any) -> str:
    """Return which part of a condition a document means, by what stands in it."""
    for joint in JOINTS:
        if joint in value if isinstance(value, dict) else hasattr(value, attribute(joint)):
            return joint
    return "fact"


def attribute(joint: str) -> str:
    """Return the name of the field that holds what is joined: `all`, `any` and `not` are words of Python."""
    return f"{joint}_"


class AllOf(Node):
    """All of these hold; none at all always does."""

    all_: tuple["Condition", ...] = Field(alias="all", max_length=MOST_PARTS, description="What has to hold.")


class AnyOf(Node):
    """At least one of these holds."""

    any_: tuple["Condition", ...] = Field(
        alias="any", min_length=1, max_length=MOST_PARTS, description="Of which one has to hold."
    )


class Not(Node):
    """This does not hold."""

    not_: "Condition" = Field(alias="not", description="What must not hold.")


Condition = Annotated[
    Annotated[AllOf, Tag("all")]
    | Annotated[AnyOf, Tag("any")]
    | Annotated[Not, Tag("not")]
    | Annotated[Comparison, Tag("fact")],
    Discriminator(which_part),
]
for _node in (AllOf, AnyOf, Not):
    _node.model_rebuild()

ALWAYS = AllOf(all_=())


def comparisons(condition: Condition) -> Iterator[Comparison]:
    """Yield the comparisons of a condition, in the order they are written."""
    match condition:
        case Comparison():
            yield condition
        case Not():
            yield from comparisons(condition.not_)
        case AllOf():
            for part in condition.all_:
                yield from comparisons(part)
        case AnyOf():
            for part in condition.any_:
                yield from comparisons(part)
