"""Passes in the database: :class:`kiosk.domain.ports.Passes`. Of a PIN only its argon2id hash is kept, of a code its SHA-256.

A try is counted before it is looked at, so that pulling the plug wins nobody a try. Known and unknown numbers, right and wrong
PINs make the same work: one counting transaction, one argon2, one audit line. Never on the GUI thread: a PIN takes 0.1 s.
"""

from __future__ import annotations

import hashlib
import logging
from datetime import datetime, timedelta

from kiosk.domain.errors import Code, InvariantBroken, StoreError
from kiosk.domain.passes import (
    IssuedPass,
    PassAnswer,
    lock_s,
    new_code,
    new_number,
    pin_problem,
    read_code,
    read_number,
)
from kiosk.domain.person import PersonId
from kiosk.store import pins
from kiosk.store.ledger import Ledger, Write, stamp

logger = logging.getLogger(__name__)

ISSUED = "pass_issued"
RENEWED = "pass_renewed"
REVOKED = "pass_revoked"
USED = "pass_used"
REFUSED = "pass_refused"
CODE_ASKED = "code_asked"

_TRIED = "passes.tried"


class SqlitePasses:
    """Use ``SqliteStore.passes``. Any thread may call, never the GUI's."""

    def __init__(self, ledger: Ledger) -> None:
        """Nothing is read yet."""
        self._ledger = ledger

    def issue(self, person: PersonId, pin: str | None) -> IssuedPass:
        """See :class:`kiosk.domain.ports.Passes`."""
        if pin is not None and (problem := pin_problem(pin)) is not None:
            raise InvariantBroken(f"a pass with a PIN that is {problem}")
        pin_hash = "" if pin is None else pins.hashed(pin)
        with self._ledger.writing() as write:
            if write.one("SELECT 1 FROM persons WHERE id = ?", person) is None:
                raise StoreError(Code.PERSON_UNKNOWN, person)
            write.execute("DELETE FROM passes WHERE person_id = ?", person)
            number = _free_number(write, pin)
            code = new_code()
            write.execute(
                "INSERT INTO passes (person_id, number, pin_hash, code_hash, created_at, updated_at)"
                " VALUES (?, ?, ?, ?, ?, ?)",
                person,
                number,
                pin_hash,
                _code_hash(code),
                write.at,
                write.at,
            )
            write.audit(ISSUED, person, "qr" if pin is None else "pin qr")
        return IssuedPass(number=number, code=code)

    def renew(self, person: PersonId) -> IssuedPass:
        """See the port."""
        code = new_code()
        with self._ledger.writing() as write:
            row = write.one("SELECT number FROM passes WHERE person_id = ?", person)
            if row is None:
                raise StoreError(Code.PERSON_UNKNOWN, person)
            write.execute(
                "UPDATE passes SET code_hash = ?, failures = 0, locked_until = '', updated_at = ? WHERE person_id = ?",
                _code_hash(code),
                write.at,
                person,
            )
            write.audit(RENEWED, person)
        return IssuedPass(number=str(row["number"]), code=code)

    def revoke(self, person: PersonId) -> bool:
        """See the port."""
        with self._ledger.writing() as write:
            gone = write.execute("DELETE FROM passes WHERE person_id = ?", person) > 0
            if gone:
                write.audit(REVOKED, person)
        return gone

    def number_of(self, person: PersonId) -> str | None:
        """See the port."""
        with self._ledger.reading() as database:
            row = database.conn.execute("SELECT number FROM passes WHERE person_id = ?", (person,)).fetchone()
        return None if row is None else str(row[0])

    def check_pin(self, number: str, pin: str) -> PassAnswer:
        """See the port."""
        with self._ledger.writing() as write:
            row = write.one("SELECT person_id, pin_hash FROM passes WHERE number = ?", read_number(number) or "")
            person = None if row is None or not row["pin_hash"] else PersonId(row["person_id"])
            locked = _count_try(write, person)
        right = pins.is_right(None if row is None or person is None else str(row["pin_hash"]), pin)
        with self._ledger.writing() as write:
            known = person if person is not None and _is_still(write, person, row) else None
            accepted = known is not None and right and not locked
            if accepted:
                write.execute("UPDATE passes SET failures = 0, locked_until = '' WHERE person_id = ?", person)
            _tell(write, known, accepted=accepted, way="pin", because="locked" if locked and known else "wrong")
        return PassAnswer(person=known if accepted else None)

    def check_code(self, code: str) -> PassAnswer:
        """See the port."""
        bits = read_code(code)
        wanted = "" if bits is None else hashlib.sha256(bits).hexdigest()
        with self._ledger.writing() as write:
            row = write.one("SELECT person_id FROM passes WHERE code_hash = ? AND code_hash <> ''", wanted)
            person = None if row is None else PersonId(row["person_id"])
            _tell(write, person, accepted=person is not None, way="qr", because="wrong")
        return PassAnswer(person=person)

    def whose(self, number: str) -> PassAnswer:
        """See the port."""
        with self._ledger.writing() as write:
            row = write.one("SELECT person_id, locked_until FROM passes WHERE number = ?", read_number(number) or "")
            locked = _is_locked("" if row is None else str(row["locked_until"]), write.now)
            person = None if row is None or locked else PersonId(row["person_id"])
            write.audit(CODE_ASKED, person or "", "code")
        return PassAnswer(person=person)

    def begin_sent_code(self, number: str) -> PassAnswer:
        """See the port."""
        with self._ledger.writing() as write:
            row = write.one("SELECT person_id FROM passes WHERE number = ?", read_number(number) or "")
            person = None if row is None else PersonId(row["person_id"])
            locked = _count_try(write, person)
        return PassAnswer(person=None if locked else person)

    def end_sent_code(self, answer: PassAnswer) -> PassAnswer:
        """See the port."""
        with self._ledger.writing() as write:
            row = write.one("SELECT 1 FROM passes WHERE person_id = ?", answer.person or "")
            accepted = answer.person is not None and row is not None
            if accepted:
                write.execute("UPDATE passes SET failures = 0, locked_until = '' WHERE person_id = ?", answer.person)
            _tell(write, answer.person, accepted=accepted, way="code", because="wrong")
        return answer if accepted else PassAnswer()


def _count_try(write: Write, person: PersonId | None) -> bool:
    """Count it as failed until it is known not to be; whether the pass is locked already. The same work for nobody's number."""
    write.save(_TRIED, write.at)
    row = write.one("SELECT failures, locked_until FROM passes WHERE person_id = ?", person or "")
    locked = row is not None and _is_locked(str(row["locked_until"]), write.now)
    failures = 0 if row is None else int(row["failures"]) + (0 if locked else 1)
    until = "" if row is None else str(row["locked_until"])
    if not locked:
        wait = lock_s(failures)
        until = stamp(write.now + timedelta(seconds=wait)) if wait > 0 else ""
    write.execute("UPDATE passes SET failures = ?, locked_until = ? WHERE person_id = ?", failures, until, person or "")
    return locked


def _is_locked(until: str, now: datetime) -> bool:
    """A clock that was put back holds nobody out for longer than the longest lock: the text is what was written, no more."""
    if not until:
        return False
    try:
        end = datetime.fromisoformat(until)
    except ValueError:
        return True
    return now < end


def _is_still(write: Write, person: PersonId, row: dict[str, object] | None) -> bool:
    """The pass was not revoked or issued anew while its PIN was being looked at."""
    now = write.one("SELECT pin_hash FROM passes WHERE person_id = ?", person)
    return now is not None and row is not None and now["pin_hash"] == row["pin_hash"]


def _tell(write: Write, person: PersonId | None, *, accepted: bool, way: str, because: str) -> None:
    write.audit(USED if accepted else REFUSED, person or "", way if accepted else f"{way} {because}")


def _free_number(write: Write, pin: str | None) -> str:
    """One that nobody has, and that the PIN is no part of."""
    while True:
        number = new_number()
        taken = write.one("SELECT 1 FROM passes WHERE number = ?", number) is not None
        if not taken and (pin is None or pin not in number):
            return number


def _code_hash(code: str) -> str:
    bits = read_code(code)
    if bits is None:
        raise InvariantBroken("a code of ours that cannot be read back")
    return hashlib.sha256(bits).hexdigest()
