"""What can go wrong, as a closed tree with a closed list of codes.

    KioskError(code, detail)
    ├── ConfigError       wrong settings, wrong usage, unusable input file     exit 2
    │   └── InputError    a picture, a details file, a table of pairs          exit 2
    ├── CameraError       device, stream or clip                               exit 3
    ├── ModelError        weights or the libraries that run them               exit 3
    ├── StoreError        database, profile folder                             exit 3
    ├── DoorError         the thing that opens                                 exit 3
    ├── UpdateError       a new version that cannot come in                    exit 3
    ├── ApiError          the network, or the account on the other side        exit 3   (its own tree: kiosk/api/errors.py)
    └── InvariantBroken   our own bug: audit, Fault, restart                   exit 4

A presentation attack, no match and poor light are values, not exceptions. Every code has a text in every language
(``assets/text/*.toml``, key ``error.<code>`` and ``remedy.<code>``). ``detail`` names a file, key or number for the operator;
it never holds anything personal, a token or pixels.
"""

from __future__ import annotations

import logging
from enum import StrEnum


class Code(StrEnum):
    """Every error the kiosk can report; part of the public contract (``fault`` events, ``--json`` answers)."""

    # settings and usage
    CONFIG_UNKNOWN_KEY = "config_unknown_key"
    CONFIG_BAD_VALUE = "config_bad_value"
    CONFIG_UNREADABLE = "config_unreadable"
    PROFILE_READ_ONLY = "profile_read_only"
    PROFILE_IN_USE = "profile_in_use"
    CAMERA_BAD_URI = "camera_bad_uri"
    # input files
    FILE_MISSING = "file_missing"
    FILE_NOT_WRITABLE = "file_not_writable"
    EXPORT_PLACE = "export_place"
    EXPORT_NO_ROOM = "export_no_room"
    DETAILS_INVALID = "details_invalid"
    TABLE_INVALID = "table_invalid"
    PICTURE_NOT_A_PICTURE = "picture_not_a_picture"
    PICTURE_DAMAGED = "picture_damaged"
    PICTURE_TOO_LARGE = "picture_too_large"
    PICTURE_WITHOUT_FACE = "picture_without_face"
    FOLDER_EMPTY = "folder_empty"
    # what a station claims of itself, and what it hands out
    UNATTENDED_NOT_FIT = "unattended_not_fit"
    BUNDLE_NOT_CLEAN = "bundle_not_clean"
    # camera
    CAMERA_NOT_FOUND = "camera_not_found"
    CAMERA_CANNOT_OPEN = "camera_cannot_open"
    CAMERA_STALLED = "camera_stalled"
    CAMERA_LOST = "camera_lost"
    CLIP_UNREADABLE = "clip_unreadable"
    CLIP_EMPTY = "clip_empty"
    # models and the libraries that run them
    MODEL_MISSING = "model_missing"
    MODEL_NO_SOURCE = "model_no_source"
    MODEL_WRONG_HASH = "model_wrong_hash"
    MODEL_BROKEN = "model_broken"
    LIBRARY_MISSING = "library_missing"
    VISION_STOPPED = "vision_stopped"
    # store
    STORE_NEWER = "store_newer"
    STORE_DAMAGED = "store_damaged"
    STORE_LOCKED = "store_locked"
    STORE_FULL = "store_full"
    STORE_READ_ONLY = "store_read_only"
    STORE_FAILED = "store_failed"
    STORE_WRONG_KEY = "store_wrong_key"
    STORE_KEY_LOST = "store_key_lost"
    VAULT_FAILED = "vault_failed"
    AUDIT_CUT = "audit_cut"
    PERSON_UNKNOWN = "person_unknown"
    # operators and their room
    OPERATOR_UNKNOWN = "operator_unknown"
    OPERATOR_NAME_INVALID = "operator_name_invalid"
    OPERATOR_NAME_TAKEN = "operator_name_taken"
    PIN_UNFIT = "pin_unfit"
    LAST_SUPERVISOR = "last_supervisor"
    NOT_ALLOWED = "not_allowed"
    OFFICE_TOO_SLOW = "office_too_slow"
    # door
    DOOR_FAILED = "door_failed"
    # network and account
    API_NO_LINK = "api_no_link"
    API_DNS = "api_dns"
    API_TLS = "api_tls"
    API_PROXY = "api_proxy"
    API_TIMEOUT = "api_timeout"
    API_REPLY_LOST = "api_reply_lost"
    API_UNREADABLE = "api_unreadable"
    API_UNAUTHORIZED = "api_unauthorized"
    API_FORBIDDEN = "api_forbidden"
    API_NO_CREDITS = "api_no_credits"
    API_THROTTLED = "api_throttled"
    API_SERVER_ERROR = "api_server_error"
    API_BAD_REQUEST = "api_bad_request"
    API_NOT_FOUND = "api_not_found"
    API_CONFLICT = "api_conflict"
    API_REFUSED = "api_refused"
    API_PICTURE_UNFIT = "api_picture_unfit"
    API_NOT_CONFIGURED = "api_not_configured"
    # updates, and the processor
    UPDATE_NOT_INSTALLED = "update_not_installed"
    UPDATE_NO_TRUST = "update_no_trust"
    UPDATE_NOT_PERMITTED = "update_not_permitted"
    UPDATE_SOURCE_MISSING = "update_source_missing"
    UPDATE_NOT_TRUSTED = "update_not_trusted"
    UPDATE_EXPIRED = "update_expired"
    UPDATE_OLDER = "update_older"
    UPDATE_DAMAGED = "update_damaged"
    UPDATE_NO_SPACE = "update_no_space"
    UPDATE_SELF_TEST = "update_self_test"
    UPDATE_INTERRUPTED = "update_interrupted"
    UPDATE_BUSY = "update_busy"
    CPU_TOO_OLD = "cpu_too_old"
    # ours
    INVARIANT_BROKEN = "invariant_broken"


class KioskError(Exception):
    """An error with a code, a remedy in every language and an exit status.

    Args:
        code: what happened.
        detail: which file, key, device or number; for operators, never personal.
    """

    exit_status = 3
    level = logging.ERROR

    def __init__(self, code: Code, detail: str = "") -> None:
        """Keep the code and the detail; the text comes from the language files."""
        super().__init__(f"{code}: {detail}" if detail else str(code))
        self.code = code
        self.detail = detail

    @property
    def retryable(self) -> bool:
        """Whether the same call may succeed later without anybody changing anything."""
        return self.code in _RETRYABLE

    @property
    def text_key(self) -> str:
        """Key of the sentence to show."""
        return f"error.{self.code}"

    @property
    def remedy_key(self) -> str:
        """Key of the sentence that says what to do."""
        return f"remedy.{self.code}"


class ConfigError(KioskError):
    """Wrong settings or wrong usage."""

    exit_status = 2


class InputError(ConfigError):
    """A file given by the caller cannot be used."""


class CameraError(KioskError):
    """A device, stream or clip fails."""

    level = logging.WARNING


class ModelError(KioskError):
    """Weights are missing, wrong or broken, or a library that runs them is."""


class StoreError(KioskError):
    """The database or the profile folder cannot be used."""


class DoorError(KioskError):
    """The thing that opens did not."""


class UpdateError(KioskError):
    """A new version of the program cannot come in; the one that runs goes on."""


class ApiError(KioskError):
    """The network, or the account on the other side, did not do what was asked.

    Attributes:
        token: the server's own word for it, bare (``liveness_failed``), or empty.
        score: the score that came with the token, 0..1, or None.
        status: HTTP status, 0 where there was no answer.
        maybe_done: the request may have been carried out although no answer was read: look before sending it again.
        retry_after_s: how long the server asks to be left alone, or None.
    """

    level = logging.WARNING

    def __init__(
        self,
        code: Code,
        detail: str = "",
        *,
        token: str = "",
        score: float | None = None,
        status: int = 0,
        maybe_done: bool = False,
        retry_after_s: float | None = None,
    ) -> None:
        """Keep what the server or the network said. ``detail`` holds no value that was sent."""
        super().__init__(code, detail)
        self.token = token
        self.score = score
        self.status = status
        self.maybe_done = maybe_done
        self.retry_after_s = retry_after_s


class InvariantBroken(KioskError):
    """Our own bug: a rule that must hold does not."""

    exit_status = 4
    level = logging.CRITICAL

    def __init__(self, detail: str) -> None:
        """Say which rule broke."""
        super().__init__(Code.INVARIANT_BROKEN, detail)


_RETRYABLE = frozenset(
    {
        Code.CAMERA_NOT_FOUND,
        Code.CAMERA_CANNOT_OPEN,
        Code.CAMERA_STALLED,
        Code.CAMERA_LOST,
        Code.MODEL_NO_SOURCE,
        Code.VISION_STOPPED,
        Code.STORE_LOCKED,
        Code.STORE_FULL,
        Code.VAULT_FAILED,
        Code.DOOR_FAILED,
        Code.API_NO_LINK,
        Code.API_DNS,
        Code.API_PROXY,
        Code.API_TIMEOUT,
        Code.API_REPLY_LOST,
        Code.API_UNREADABLE,
        Code.API_THROTTLED,
        Code.API_SERVER_ERROR,
    }
)
