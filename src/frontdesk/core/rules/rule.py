"""A rule: a condition, and what is done where it holds."""

from typing import Annotated

from pydantic import BeforeValidator, Field, StrictBool, StringConstraints, field_validator

from frontdesk.core.rules.actions import LEADING, Action, Reply, is_final
from frontdesk.core.rules.conditions import ALWAYS, Condition
from frontdesk.core.rules.limits import bounded
from frontdesk.core.section import Section

RuleName = Annotated[str, StringConstraints(pattern=r"^[^\s\x00-\x1f\x7f][^\x00-\x1f\x7f]{0,119}$")]
MOST_RULES = 1000


class Rule(Section):
    """One rule. Rules are tried in their order; the first that holds is the last one looked at, unless it `goes_on`."""

    name: RuleName = Field(description="Its name, by which records and reports know it.")
    description: str = Field("", max_length=2000, description="What it is for.")
    enabled: StrictBool = Field(True, description="Whether it is tried.")
    when: Annotated[Condition, BeforeValidator(bounded)] = Field(
        default=ALWAYS, validate_default=False, description="When it applies; without this, always."
    )
    then: tuple[Action, ...] = Field(min_length=1, max_length=20, description="What is done, in this order.")
    goes_on: StrictBool = Field(False, description="Whether later rules are looked at, too.")

    @field_validator("then")
    @classmethod
    def _one_leads(cls, then: tuple[Action, ...]) -> tuple[Action, ...]:
        leading = [place for place, action in enumerate(then) if isinstance(action, LEADING)]
        if len(leading) > 1:
            raise ValueError("a rule has at most one of handler, mode and escalate: they say who goes on")
        if leading and any(isinstance(action, Reply) for action in then[leading[0] :]):
            raise ValueError(f"a reply stands before {then[leading[0]].do}, which speaks after it")
        return then

    @property
    def answers(self) -> bool:
        """True where the rule answers the message, so that no other rule, mode or intent does."""
        return any(is_final(action) for action in self.then)


class RuleSet(Section):
    """All rules of a tenant, in the order they are tried."""

    rules: tuple[Rule, ...] = Field((), max_length=MOST_RULES, description="The rules.")
