"""Whom a connection may trust: the system's own store of certificates, which the owner of the machine keeps.

There is no way to switch the check off.
"""

from __future__ import annotations

import ssl


def system_trust() -> ssl.SSLContext:
    """A context for clients that checks name, chain and date against the system's store. TLS 1.2 or newer."""
    import truststore  # only here: it looks for the platform's store when imported

    context = truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context
