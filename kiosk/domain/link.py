"""What stands between the station and its account right now, and how a failed call tells."""

from __future__ import annotations

from enum import StrEnum

from kiosk.domain.errors import ApiError, Code


class Link(StrEnum):
    """Of the network. ``offline`` is by choice (``--offline`` or no account), ``connecting`` before the first answer."""

    OFFLINE = "offline"
    CONNECTING = "connecting"
    ONLINE = "online"
    NO_LINK = "no_link"
    DNS = "dns"
    TLS = "tls"
    PROXY = "proxy"
    UNAUTHORIZED = "unauthorized"
    NO_CREDITS = "no_credits"
    THROTTLED = "throttled"
    SERVER_ERROR = "server_error"


_LINKS = {
    Code.API_NO_LINK: Link.NO_LINK,
    Code.API_TIMEOUT: Link.NO_LINK,
    Code.API_REPLY_LOST: Link.NO_LINK,
    Code.API_DNS: Link.DNS,
    Code.API_TLS: Link.TLS,
    Code.API_PROXY: Link.PROXY,
    Code.API_UNAUTHORIZED: Link.UNAUTHORIZED,
    Code.API_NO_CREDITS: Link.NO_CREDITS,
    Code.API_THROTTLED: Link.THROTTLED,
    Code.API_SERVER_ERROR: Link.SERVER_ERROR,
    Code.API_UNREADABLE: Link.SERVER_ERROR,
}


def link_after(error: ApiError | None) -> Link:
    """The state of the link that the outcome of one call shows: None is a call that was answered.

    An answer that refuses the call for its content (404, 409, 412 ...) came over a link that works.
    """
    return Link.ONLINE if error is None else _LINKS.get(error.code, Link.ONLINE)
