"""Downloading what people sent: with the bot token, from Slack's own hosts only."""

from frontdesk.channels.slack.attachments import LOOK_UP, WITHOUT_CONTENT
from frontdesk.channels.slack.calls import Call, authorisation, is_at
from frontdesk.channels.slack.errors import accepted, failure, says
from frontdesk.channels.slack.payloads import part, words
from frontdesk.core.channel import Channel, Download
from frontdesk.core.exchange import Exchange, Request, Response
from frontdesk.core.message import Media
from frontdesk.errors import DeliveryRejected, OperatorNeeded

HOSTS = frozenset({"files.slack.com", "slack.com"})
GONE = "Slack no longer has this file: ask the sender to send it again"
ELSEWHERE = "this file lies with another service and is only linked in Slack: open the link, or ask for the file itself"
NO_ACCESS = (
    "Slack shows a login page instead of the file: the app needs the scope files:read; "
    "add it under OAuth & Permissions and install the app again"
)
HTML = "text/html"


def fetch(media: Media, channel: Channel) -> Exchange[Download]:
    """Download one file; one of another company's is looked up first. The token goes to Slack's hosts and nowhere else."""
    address, mime, name = media.ref, media.mime, media.filename
    if media.ref.startswith(LOOK_UP):
        address, mime, name = yield from _look_up(media, channel)
    if not is_at(address, HOSTS, channel):
        raise DeliveryRejected(ELSEWHERE)
    response = yield Request.get(address, authorisation(channel))
    _check(response, mime, channel)
    given = response.headers.get("content-type", "").partition(";")[0].strip()
    return Download(data=response.body, mime=mime or given or None, filename=name)


def _look_up(media: Media, channel: Channel) -> Exchange[tuple[str, str | None, str | None]]:
    call = Call("files.info", {"file": media.ref.removeprefix(LOOK_UP)}, form=True)
    response = yield call.request(channel)
    if says(response, "file_not_found", "file_deleted"):
        raise DeliveryRejected(GONE)
    file = part(accepted(response, channel), "file")
    address = words(file, "url_private_download") or words(file, "url_private")
    if address is None or file.get("mode") in WITHOUT_CONTENT:
        raise DeliveryRejected(GONE)
    return address, media.mime or words(file, "mimetype"), media.filename or words(file, "name")


def _check(response: Response, mime: str | None, channel: Channel) -> None:
    """Refuse what is not the file: Slack answers 200 with a page to log in where the token may not see it."""
    if 300 <= response.status < 400:
        raise OperatorNeeded(NO_ACCESS)
    if response.status in (404, 410):
        raise DeliveryRejected(GONE)
    if response.status != 200:
        raise failure(response if response.status >= 300 else Response(502), channel)
    if response.headers.get("content-type", "").lower().startswith(HTML) and not (mime or "").startswith(HTML):
        raise OperatorNeeded(NO_ACCESS)
