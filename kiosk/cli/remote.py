"""The account of one profile: whether there is one, whose token, where it is kept, and the connection to it.

A token in the settings (the environment, or an older settings file) counts first; else the one that ``kiosk config set
api.token=…`` put into the system's keyring or, where there is none, into a file of mode 0600. That there is one is noted in the
profile, with nothing secret in the note, so that a station without an account never waits for a keyring.

Everything heavy (httpx, pydantic, keyring) is imported when the account is opened.
"""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from kiosk.domain.errors import ApiError, Code, KioskError, StoreError
from kiosk.domain.ports import Clock
from kiosk.settings import Settings

if TYPE_CHECKING:
    from kiosk.api.connect import Connection
    from kiosk.api.tokens import AccountToken
    from kiosk.keys import Vault, VaultKind

logger = logging.getLogger(__name__)

TOKEN = "account.token"  # noqa: S105 - the name of the secret
NOTE = "account.noted"
"""File of the profile that says that its vault has a token."""

Listener = Callable[[str, ApiError | None, float], None]


def has_account(settings: Settings, folder: Path) -> bool:
    """Whether this profile has a token. Reads no secret; takes no time."""
    return bool(settings.api.token) or (folder / NOTE).exists()


def kept_in(folder: Path) -> VaultKind | None:
    """Where the profile keeps its token; None where it keeps none.

    Raises:
        StoreError: ``vault_failed``.
    """
    from kiosk.keys import open_vault

    return open_vault(folder).kind if (folder / NOTE).exists() else None


def keep_token(folder: Path, token: str) -> Vault:
    """Put the token into the profile's vault; an empty one takes it out.

    Returns:
        The vault, whose ``kind`` and ``notice`` the operator is told.

    Raises:
        StoreError: ``vault_failed``; ``store_failed`` where the note cannot be written.
    """
    from kiosk.keys import open_vault

    vault = open_vault(folder)
    try:
        if token:
            vault.set(TOKEN, token)
            (folder / NOTE).touch(mode=0o600)
        else:
            (folder / NOTE).unlink(missing_ok=True)
            vault.delete(TOKEN)
    except OSError as error:
        raise StoreError(Code.STORE_FAILED, f"{NOTE}: {error.strerror}") from error
    return vault


def open_account(settings: Settings, folder: Path, clock: Clock, *, listener: Listener | None = None) -> Connection:
    """The account, ready to be asked; nothing is sent yet. Takes most of a second (imports). The caller closes it.

    Args:
        settings: of the profile.
        folder: of the profile.
        clock: of the station.
        listener: told after each call: operation, how it ended, milliseconds.

    Raises:
        ApiError: ``api_not_configured`` (no token, an address that cannot be used), ``api_proxy``.
        StoreError: ``vault_failed``.
    """
    from kiosk.api.connect import connect

    given = settings.api.token.reveal()
    vault = None if given else _vault_with_token(folder)
    token = given or (vault.get(TOKEN) if vault is not None else None)
    if not token:
        raise ApiError(Code.API_NOT_CONFIGURED, "api.token")
    return connect(
        settings.api.base_url,
        token,
        dialect=settings.api.dialect.value,
        clock=clock,
        project=settings.api.project,
        project_flow=settings.api.project_flow,
        collection=settings.api.collection,
        proxy=settings.api.proxy.reveal(),
        listener=listener,
        on_renewed=_keeper(vault),
    )


@contextlib.contextmanager
def account(
    settings: Settings, folder: Path, clock: Clock, *, listener: Listener | None = None
) -> Iterator[Connection]:
    """:func:`open_account` for the length of a block."""
    connection = open_account(settings, folder, clock, listener=listener)
    try:
        yield connection
    finally:
        connection.close()


def _vault_with_token(folder: Path) -> Vault | None:
    from kiosk.keys import open_vault

    return open_vault(folder) if (folder / NOTE).exists() else None


def _keeper(vault: Vault | None) -> Callable[[AccountToken], None]:
    def keep(token: AccountToken) -> None:
        """A renewed token goes where the old one was; one from the environment cannot be renewed there."""
        if vault is None:
            logger.info("the renewed token lasts until the program ends: the old one is in the settings")
            return
        try:
            vault.set(TOKEN, token.reveal())
        except KioskError as error:
            logger.warning("the renewed token could not be kept: %s", error.code)

    return keep
