"""Where the service is, and how to get there: the base address and the proxy, read from settings with all their spellings."""

from __future__ import annotations

import ipaddress
import re
import urllib.request
from dataclasses import dataclass
from urllib.parse import SplitResult, unquote, urlsplit

import httpcore

from kiosk.api.pool import Proxy
from kiosk.domain.errors import ApiError, Code

_VERSION = re.compile(r"/v\d+$")
DIRECT = "direct"


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """Scheme, host and path before the version, without a slash at the end."""

    base: str
    host: str
    is_here: bool

    @classmethod
    def parse(cls, base_url: str) -> Server:
        """Read a setting; ``/v2`` or ``/v3`` at its end is dropped, for every operation carries its own.

        Raises:
            ApiError: ``api_not_configured``: no address, a login in it, or no TLS to another machine.
        """
        parts, port = _split(base_url, Code.API_NOT_CONFIGURED, "api.base_url")
        host = parts.hostname or ""
        here = _loopback(host)
        if (
            parts.scheme not in {"http", "https"}
            or not host
            or parts.query
            or parts.fragment
            or parts.username is not None
        ):
            raise ApiError(Code.API_NOT_CONFIGURED, "api.base_url: not an address like https://host")
        if parts.scheme == "http" and not here:
            raise ApiError(Code.API_NOT_CONFIGURED, "api.base_url: http:// only to this machine, https:// to others")
        name = f"[{host}]" if ":" in host else host
        path = _VERSION.sub("", parts.path.rstrip("/")).rstrip("/")
        return cls(base=f"{parts.scheme}://{name}{f':{port}' if port else ''}{path}", host=host, is_here=here)


def find_proxy(setting: str, server: Server) -> Proxy | None:
    """The proxy to use: none to this machine, none for ``direct``, the system's where the setting is empty.

    Raises:
        ApiError: ``api_proxy``: not an address of an HTTP proxy.
    """
    if server.is_here or setting.strip().lower() == DIRECT:
        return None
    address = setting.strip()
    if not address:
        if urllib.request.proxy_bypass(server.host):
            return None
        found = urllib.request.getproxies()
        address = found.get("https") or found.get("all") or ""
    if not address:
        return None
    if "://" not in address:
        address = f"http://{address}"
    parts, port = _split(address, Code.API_PROXY, "api.proxy")
    if parts.scheme != "http" or not parts.hostname:
        raise ApiError(Code.API_PROXY, "api.proxy: not an address like http://host:port")
    auth = None
    if parts.username is not None:
        auth = (unquote(parts.username).encode(), unquote(parts.password or "").encode())
    return Proxy(url=httpcore.URL(scheme="http", host=parts.hostname, port=port or 80, target="/"), auth=auth)


def _split(address: str, code: Code, key: str) -> tuple[SplitResult, int | None]:
    try:
        parts = urlsplit(address.strip())
        port = parts.port
    except ValueError:
        raise ApiError(code, f"{key}: not an address") from None
    return parts, port


def _loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
