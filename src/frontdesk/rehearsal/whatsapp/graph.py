"""The objects of the Graph API the stub knows, and what asking or telling them does."""

import hmac
from collections.abc import Collection
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from frontdesk.rehearsal.whatsapp.account import Account
from frontdesk.rehearsal.whatsapp.refusal import Refusal, require, text
from frontdesk.rehearsal.whatsapp.rules import check_message

Fields = dict[str, Any]

NUMBER = {
    "display_phone_number": "+1 555-078-3881",
    "verified_name": "Frontdesk",
    "quality_rating": "GREEN",
    "status": "CONNECTED",
    "platform_type": "CLOUD_API",
    "name_status": "APPROVED",
    "code_verification_status": "VERIFIED",
}


@dataclass(slots=True)
class Graph:
    """Answers what is no message: numbers, files, webhooks, templates. `app_secret` checks proofs, where it is given."""

    account: Account
    app_secret: str = ""
    phones: Collection[str] | None = None
    apps: list[Fields] = field(default_factory=list)

    def get(self, node: str, edge: str, query: dict[str, str], token: str, base_url: str) -> Fields:
        if edge == "message_templates":
            return self.account.listed(query)
        if edge == "subscribed_apps":
            hooks = [self.account.webhooks[node]] if node in self.account.webhooks else []
            return {"data": [{"whatsapp_business_api_data": {"name": "Stub app", "id": "1"}, **hook} for hook in hooks]}
        if node in self.account.files:
            return self.account.located(node, base_url)
        require(not edge, f"Unknown path components: /{edge}", 2500)
        return self._number(node, query, token)

    def _number(self, phone: str, query: dict[str, str], token: str) -> Fields:
        self.check_phone(phone)
        proof = query.get("appsecret_proof")
        if proof is not None and self.app_secret:
            expected = hmac.new(self.app_secret.encode(), token.encode(), sha256).hexdigest()
            require(proof == expected, "Invalid appsecret_proof provided in the API argument", 100)
        hooks = [hook["override_callback_uri"] for hook in self.account.webhooks.values()]
        configuration = {"webhook_configuration": {"whatsapp_business_account": hooks[-1]} if hooks else {}}
        number = {**NUMBER, **configuration, **self.account.numbers.get(phone, {})}
        wanted = query.get("fields", "display_phone_number,verified_name,quality_rating").split(",")
        return {**{key: number[key] for key in wanted if key in number}, "id": phone}

    def check_phone(self, phone: str) -> None:
        known = phone.isdecimal() and (self.phones is None or phone in self.phones)
        if not known or phone in self.account.expired:
            raise Refusal(100, f"Object with ID '{phone[:30]}' does not exist", subcode=33)

    def delete(self, node: str, edge: str) -> Fields:
        if edge == "subscribed_apps":
            self.account.webhooks.pop(node, None)
        else:
            self.account.file(node)
            del self.account.files[node]
        return {"success": True}

    def subscribe(self, waba: str, body: Fields) -> Fields:
        address = text(body, "override_callback_uri", 2000)
        text(body, "verify_token", 500)
        require(address.startswith(("https://", "http://127.0.0.1")), "the callback has to be https", 100)
        self.account.webhooks[waba] = {"override_callback_uri": address}
        return {"success": True}

    def take(self, phone: str, body: Fields) -> tuple[str, Fields]:
        """Take a message, and return whom it goes to with the answer; a sign of reading goes to nobody."""
        self.check_phone(phone)
        if body.get("status") == "read":
            return "", self._marked_read(body)
        recipient = check_message(body, self.account)
        self.account.count(phone)
        wamid = self.account.wamid()
        contact = {"input": recipient, "user_id" if "." in recipient else "wa_id": recipient}
        return recipient, {"messaging_product": "whatsapp", "contacts": [contact], "messages": [{"id": wamid}]}

    def _marked_read(self, body: Fields) -> Fields:
        message_id = text(body, "message_id", 500)
        self.account.read.append(message_id)
        if "typing_indicator" in body:
            require(body["typing_indicator"] == {"type": "text"}, "typing_indicator has to be of type text", 100)
            self.account.typing.append(message_id)
        return {"success": True}
