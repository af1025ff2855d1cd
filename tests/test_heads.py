"""Heads of requests: whose wrong passwords are counted together."""

from __future__ import annotations

import pytest

from explorer.app.heads import client_of


@pytest.mark.parametrize(
    ("address", "client"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2::1", "2001:db8:1:2::"),
        ("2001:db8:1:2:ffff:ffff:ffff:ffff", "2001:db8:1:2::"),
        ("2001:db8:1:3::1", "2001:db8:1:3::"),
        ("fe80::1%eth0", "fe80::"),
        ("testclient", "testclient"),
    ],
)
def test_addresses_of_ipv6_count_by_their_network(address: str, client: str) -> None:
    assert client_of({"client": (address, 50_000)}) == client


def test_who_has_no_address_is_counted_too() -> None:
    assert client_of({"client": None}) == ""
