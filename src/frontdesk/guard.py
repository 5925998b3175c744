"""Which addresses may be asked: checked after names are resolved, and again for what is no name.

The connection is made to the addresses checked here, so a name that changes between check and connection gains nothing.
"""

import ipaddress
import socket
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import aiohttp
from aiohttp.abc import ResolveResult
from aiohttp.resolver import ThreadedResolver
from yarl import URL

from frontdesk.errors import AddressRefused, ConfigurationError

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Handler = Callable[[aiohttp.ClientRequest], Awaitable[aiohttp.ClientResponse]]

NEVER: tuple[Network, ...] = tuple(
    ipaddress.ip_network(each)
    for each in (
        "169.254.0.0/16",  # link-local, with the metadata servers of most clouds
        "fe80::/10",
        "fd00:ec2::/32",  # metadata of Amazon over IPv6
        "fd20:ce::254/128",  # of Google
        "100.100.100.200/32",  # of Alibaba
        "168.63.129.16/32",  # of Azure: a public address that is answered from inside
    )
)
"""Never asked, whatever the settings say."""

SPECIAL: tuple[Network, ...] = tuple(
    ipaddress.ip_network(each)
    for each in ("192.0.0.0/24", "192.88.99.0/24", "100::/63", "2001::/23", "3fff::/20", "5f00::/16")
)
"""No place of the open Internet, though some versions of Python say so."""

NAT64 = (ipaddress.IPv6Network("64:ff9b::/96"), ipaddress.IPv6Network("64:ff9b:1::/48"))
COMPATIBLE = ipaddress.IPv6Network("::/96")


def address_of(text: str) -> Address | None:
    """Return the address a host's text is, the IPv4 one an IPv6 one stands for; None where it is a name."""
    try:
        found = ipaddress.ip_address(text.strip("[]").partition("%")[0])
    except ValueError:
        return None
    return _within(found) if isinstance(found, ipaddress.IPv6Address) else found


def _within(found: ipaddress.IPv6Address) -> Address:
    inner = found.ipv4_mapped or found.sixtofour or (found.teredo[1] if found.teredo else None)
    if inner is None and int(found) > 1 and any(found in network for network in (*NAT64, COMPATIBLE)):
        inner = ipaddress.IPv4Address(int(found) & 0xFFFF_FFFF)
    return inner or found


def is_public(address: Address) -> bool:
    """Say whether an address is one of the open Internet, and of one machine."""
    if any(address in network for network in SPECIAL):
        return False
    local = isinstance(address, ipaddress.IPv6Address) and address.is_site_local
    return address.is_global and not (address.is_multicast or address.is_reserved or address.is_unspecified or local)


def read_hosts(text: str) -> tuple[frozenset[str], tuple[Network, ...]]:
    """Return the names and the networks of a list such as `bridge.internal, 10.1.0.0/16`."""
    names, networks = set(), []
    for item in filter(None, (part.strip().lower() for part in text.split(","))):
        try:
            networks.append(ipaddress.ip_network(item, strict=False))
        except ValueError:
            if "/" in item or ":" in item:
                raise ConfigurationError(
                    f"FRONTDESK_FETCH_HOSTS: {item!r} is neither a host nor a network; write bridge.internal or 10.1.0.0/16"
                ) from None
            names.add(item)
    return frozenset(names), tuple(networks)


@dataclass(frozen=True, slots=True)
class Guard:
    """Which hosts may be asked: all but those NEVER to be asked, or only public ones and those on a list.

    `remedy` names the setting that would let a private address in.
    """

    only_public: bool
    remedy: str
    names: frozenset[str] = frozenset()
    networks: tuple[Network, ...] = ()

    @classmethod
    def of_files(cls, fetch_hosts: str = "") -> "Guard":
        """Return the guard of addresses that somebody outside chose."""
        return cls(True, "FRONTDESK_FETCH_HOSTS lists exceptions", *read_hosts(fetch_hosts))

    @classmethod
    def of_apis(cls, *, private: bool = True) -> "Guard":
        """Return the guard of providers, whose address a tenant may set."""
        return cls(not private, "FRONTDESK_PRIVATE_APIS would let it")

    def lets(self, host: str, address: Address) -> bool:
        """Say whether `host`, which has this address, may be asked."""
        if any(address in network for network in NEVER):
            return False
        if not self.only_public or is_public(address) or host.lower().rstrip(".") in self.names:
            return True
        return any(address in network for network in self.networks)

    def check(self, url: URL) -> None:
        """Raise AddressRefused for a URL that is none of the web, holds credentials, or names a refused address."""
        if url.scheme not in ("http", "https") or not url.host:
            raise AddressRefused(
                f"only http and https addresses are asked for files, not {url.scheme[:20] or 'this one'}"
            )
        if url.user or url.password:
            raise AddressRefused(f"the address at {url.host[:100]} holds credentials")
        self.check_host(url.host)

    def check_host(self, host: str) -> None:
        """Raise AddressRefused for a host that is itself an address, and one not to be asked; names are for the resolver."""
        address = address_of(host)
        if address is not None and not self.lets(host, address):
            raise self.refusal(host)

    def refusal(self, host: str) -> AddressRefused:
        """Return the error that says why, and what could be set."""
        why = f"is no public address ({self.remedy})" if self.only_public else "is a link-local or metadata address"
        return AddressRefused(f"{host[:100]} {why}: it is not asked")


class Resolver(ThreadedResolver):
    """Resolves names to those of their addresses that the guard lets through; AddressRefused where none is left."""

    def __init__(self, guard: Guard) -> None:
        super().__init__()
        self.guard = guard

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        found = await super().resolve(host, port, family)
        kept = [each for each in found if (address := address_of(each["host"])) and self.guard.lets(host, address)]
        if found and not kept:
            raise self.guard.refusal(host)
        return kept


def guarding(guard: Guard) -> Callable[[aiohttp.ClientRequest, Handler], Awaitable[aiohttp.ClientResponse]]:
    """Return a middleware that checks every request of a session: addresses that need no resolver pass by it."""

    async def checked(request: aiohttp.ClientRequest, handler: Handler) -> aiohttp.ClientResponse:
        guard.check_host(request.url.host or "")
        return await handler(request)

    return checked


def session(guard: Guard, timeout: aiohttp.ClientTimeout, connections: int) -> aiohttp.ClientSession:
    """Return a client that asks only what the guard lets through, keeps no cookies and uses no proxy."""
    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(
            limit=connections, limit_per_host=0, ttl_dns_cache=60, keepalive_timeout=60, resolver=Resolver(guard)
        ),
        timeout=timeout,
        cookie_jar=aiohttp.DummyCookieJar(),
        auto_decompress=True,
        headers={"user-agent": "frontdesk"},
        middlewares=(guarding(guard),),
    )
