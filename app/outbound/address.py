"""Where the bot may post: what people put into a secret by mistake must not become a request to somewhere else."""

from __future__ import annotations

from ipaddress import ip_address

import httpx
from pydantic import SecretStr


def may_be_posted_to(url: SecretStr) -> bool:
    """Whether it is an https address, or an http one of this very machine, where nobody listens on the way."""
    try:
        address = httpx.URL(url.get_secret_value())
    except (httpx.InvalidURL, ValueError):
        return False
    if not address.host or address.userinfo:
        return False
    return address.scheme == "https" or (address.scheme == "http" and _is_this_machine(address.host))


def _is_this_machine(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
