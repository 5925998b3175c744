"""One try to deliver a message: policy, pace, what an earlier try in doubt left behind, and the provider's answer."""

from dataclasses import replace

import structlog

from frontdesk import telemetry
from frontdesk.channels import adapter, pace_of, resends_in_doubt
from frontdesk.core import clock, policy
from frontdesk.core.channel import Channel
from frontdesk.core.content import Outbound
from frontdesk.core.fate import Buried, Fate, Postponed, Refused, Sent, Waits, fate_of
from frontdesk.core.policy import Decision
from frontdesk.core.tenant import Tenant
from frontdesk.core.windows import stand_in
from frontdesk.core.wire import Delivery
from frontdesk.errors import ChannelThrottled, DeliveryError, DeliveryInDoubt, FrontdeskError
from frontdesk.http import Http
from frontdesk.media import Files
from frontdesk.queue import Work
from frontdesk.rates import Pace
from frontdesk.settings import Settings
from frontdesk.store.deliveries import Pending

log = structlog.get_logger()


class Attempts:
    """Hands messages to their providers."""

    def __init__(self, settings: Settings, http: Http, pace: Pace, files: Files) -> None:
        self.settings = settings
        self.http = http
        self.pace = pace
        self.files = files

    async def attempt(self, tenant: Tenant, channel: Channel, work: Work, delivery: Delivery, pending: Pending) -> Fate:
        """Return what becomes of the message; nothing is stored here."""
        decision = policy.decide(pending.facts, tenant.settings, clock.now())
        if decision.verdict == "refuse":
            return Refused(decision.reason)
        if decision.wait:
            return Waits(decision.wait, steps_aside=True)
        if wait := await self.pace.take(str(channel.id), pace_of(channel)):
            return Waits(wait)
        outbound = replace(delivery.outbound, conversation=pending.conversation)
        if outbound.answer_by and outbound.answer_by <= clock.now():
            outbound = replace(outbound, answer_url=None)
        try:
            if work.in_doubt and (fate := await self._of_earlier_try(channel, outbound, pending, decision)):
                return fate
            return await self._send(tenant, channel, outbound, decision)
        except DeliveryError as error:
            if isinstance(error, ChannelThrottled) and error.retry_after:
                self.pace.throttled(str(channel.id), error.retry_after)
            return fate_of(error, work.attempts, self.settings.max_attempts)

    async def _send(self, tenant: Tenant, channel: Channel, outbound: Outbound, decision: Decision) -> Sent:
        reason = decision.reason
        if decision.verdict == "template" and (template := stand_in(outbound.content, channel)):
            outbound, reason = replace(outbound, content=template), f"{reason}: sent as a template"
        exchange = adapter(channel.kind).send(await self.files.attached(tenant.code, outbound), channel)
        with telemetry.timed(telemetry.latency, {"tenant": tenant.code, "channel": channel.kind}):
            return Sent(await self.http.perform(exchange), reason)

    async def _of_earlier_try(
        self, channel: Channel, outbound: Outbound, pending: Pending, decision: Decision
    ) -> Fate | None:
        """Say what an earlier try that may have arrived means; None: send again."""
        kind = adapter(channel.kind)
        if kind.DOUBT_WAIT and not pending.in_doubt:
            waiting = DeliveryInDoubt("an earlier try may have reached the provider: its receipt is waited for")
            return Postponed(waiting, kind.DOUBT_WAIT, counted=False)
        if known := await self._recalled(channel, outbound):
            return Sent(known, f"{decision.reason}: found at the provider")
        if resends_in_doubt(channel):
            return None
        return Buried(DeliveryInDoubt("an earlier try may have reached the provider: replay it to send it again"))

    async def _recalled(self, channel: Channel, outbound: Outbound) -> str | None:
        try:
            return await self.http.perform(adapter(channel.kind).recall(outbound, channel))
        except FrontdeskError as error:
            log.info("recall_failed", error=str(error), code=error.code)
            return None
