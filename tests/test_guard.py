"""Which addresses may be asked: in every spelling, and whatever stands inside another."""

import ipaddress

import pytest
from yarl import URL

from frontdesk.errors import AddressRefused, ConfigurationError
from frontdesk.guard import Guard, address_of

PRIVATE = [
    "127.0.0.1",
    "127.255.0.9",
    "0.0.0.0",
    "10.0.0.1",
    "172.16.0.1",
    "192.168.1.1",
    "100.64.0.1",
    "192.0.0.8",
    "198.18.0.1",
    "224.0.0.1",
    "239.255.255.250",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "fc00::1",
    "fec0::1",
    "ff02::1",
    "2001:db8::1",
    "3fff::1",
    "2001:10::1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "::127.0.0.1",
    "64:ff9b::127.0.0.1",
    "64:ff9b:1::10.0.0.1",
    "2002:7f00:1::",
]
METADATA = [
    "169.254.169.254",
    "169.254.0.1",
    "fe80::1",
    "fe80::1%eth0",
    "::ffff:169.254.169.254",
    "64:ff9b::169.254.169.254",
    "2002:a9fe:a9fe::",
    "fd00:ec2::254",
    "100.100.100.200",
    "168.63.129.16",
]
PUBLIC = ["93.184.216.34", "8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::8.8.8.8"]


def lets(guard: Guard, text: str) -> bool:
    address = address_of(text)
    assert address is not None
    return guard.lets(text, address)


@pytest.mark.parametrize("text", PRIVATE)
def test_private_addresses_are_for_providers_only(text: str) -> None:
    assert not lets(Guard.of_files(), text)
    assert not lets(Guard.of_apis(private=False), text)
    assert lets(Guard.of_apis(), text)


@pytest.mark.parametrize("text", METADATA)
def test_link_local_and_metadata_addresses_are_for_nobody(text: str) -> None:
    for guard in (Guard.of_files("0.0.0.0/0, ::/0"), Guard.of_files(text.partition("%")[0]), Guard.of_apis()):
        assert not lets(guard, text)


@pytest.mark.parametrize("text", PUBLIC)
def test_public_addresses_are_for_all(text: str) -> None:
    assert all(lets(guard, text) for guard in (Guard.of_files(), Guard.of_apis(private=False), Guard.of_apis()))


def test_listed_hosts_and_networks_may_be_private() -> None:
    guard = Guard.of_files(" Bridge.internal, 10.1.0.0/16 ,fc00:7::/32")
    assert lets(guard, "10.1.2.3")
    assert lets(guard, "::ffff:10.1.2.3")
    assert lets(guard, "fc00:7::1")
    assert not lets(guard, "10.2.0.1")
    assert guard.lets("bridge.INTERNAL.", ipaddress.ip_address("192.168.0.7"))
    assert not guard.lets("x.bridge.internal", ipaddress.ip_address("192.168.0.7"))


@pytest.mark.parametrize("text", ["10.0.0.0/33", "http://bridge", "fc00::/x"])
def test_a_list_that_can_not_be_read_names_the_fault(text: str) -> None:
    with pytest.raises(ConfigurationError, match="FRONTDESK_FETCH_HOSTS"):
        Guard.of_files(text)


@pytest.mark.parametrize(
    "url",
    [
        "ftp://example.org/x",
        "file:///etc/passwd",
        "gopher://example.org/",
        "//example.org/x",
        "http://",
        "https://user:pass@example.org/x",
        "https://token@example.org/x",
        "http://[::1]/",
        "http://[::ffff:127.0.0.1]/",
        "http://127.0.0.1:8080/",
    ],
)
def test_only_plain_addresses_of_the_web_are_fetched(url: str) -> None:
    with pytest.raises(AddressRefused) as refused:
        Guard.of_files().check(URL(url, encoded=True))
    assert "pass" not in str(refused.value).replace("passwd", "")
