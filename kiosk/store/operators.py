"""Operators in the table ``operators``: :class:`kiosk.domain.ports.Operators`. The audit names ids, never names.

A try is counted in a transaction of its own before the PIN is looked at: a program that is killed between the two has counted it,
and tries made at the same time are each counted. Only the right PIN forgets them.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from kiosk.domain.errors import Code, StoreError
from kiosk.domain.operators import (
    Lock,
    Operator,
    OperatorId,
    PinAnswer,
    PinChecked,
    Role,
    counted,
    normal_name,
    normal_pin,
    pin_problem,
    remaining,
    tries_left,
)
from kiosk.store import pins
from kiosk.store.connections import fetched, fold
from kiosk.store.ledger import Ledger, Write, stamp


class SqliteOperators:
    """Use :attr:`kiosk.store.sqlite.SqliteStore.operators`. Any thread may call."""

    def __init__(self, ledger: Ledger) -> None:
        """Nothing is read yet."""
        self._ledger = ledger

    def all(self) -> Sequence[Operator]:
        """Everybody, those who are disabled too, by name."""
        with self._ledger.reading() as database:
            found = fetched(database, "SELECT * FROM operators")
        return sorted((_operator(row) for row in found), key=lambda each: (fold(each.name), each.id))

    def sign_in(self, operator: OperatorId, pin: str) -> PinChecked:
        """Whether this is their PIN.

        Raises:
            StoreError: the store failed.
        """
        with self._ledger.writing() as write:
            row = _row(write, operator)
            if row is not None and not row["disabled_at"]:
                lock = _lock(row)
                left = remaining(lock, write.now).total_seconds()
                if left > 0.0:
                    return PinChecked(answer=PinAnswer.LOCKED, locked_s=left)
                lock = counted(lock, write.now)
                _save_lock(write, operator, lock)
            else:
                row, lock = None, Lock()
        if not pins.is_right(None if row is None else row["pin_hash"], normal_pin(pin)) or row is None:
            return self._refused(operator if row is not None else None, lock)
        fresh = pins.hashed(normal_pin(pin)) if pins.is_outdated(row["pin_hash"]) else row["pin_hash"]
        with self._ledger.writing() as write:
            now = _row(write, operator)
            if (
                now is None or now["disabled_at"] or now["pin_hash"] != row["pin_hash"]
            ):  # changed while the PIN was looked at
                return PinChecked(answer=PinAnswer.WRONG, tries_left=tries_left(lock.failures))
            _save_lock(write, operator, Lock())
            write.execute("UPDATE operators SET pin_hash = ? WHERE id = ?", fresh, operator)
            write.audit("operator_signed_in", operator)
        return PinChecked(answer=PinAnswer.RIGHT, operator=_operator(row | {"locked_until": ""}))

    def _refused(self, operator: OperatorId | None, lock: Lock) -> PinChecked:
        if operator is None:
            return PinChecked(answer=PinAnswer.WRONG)
        with self._ledger.writing() as write:
            write.audit("operator_refused", operator, f"failures={lock.failures}")
            left = remaining(lock, write.now).total_seconds()
            if left > 0.0:
                write.audit("operator_locked", operator, f"seconds={left:.0f}")
                return PinChecked(answer=PinAnswer.LOCKED, locked_s=left)
        return PinChecked(answer=PinAnswer.WRONG, tries_left=tries_left(lock.failures))

    def signed_out(self, operator: OperatorId, why: str) -> None:
        """An audit line; ``why`` is ``button``, ``idle`` or ``stopped``."""
        with self._ledger.writing() as write:
            write.audit("operator_signed_out", operator, why)

    def add(self, *, name: str, role: Role, pin: str, by: str) -> Operator:
        """Somebody new.

        Args:
            by: id of the supervisor, or where it was done (``command line``, ``setup``).

        Raises:
            StoreError: ``operator_name_invalid``, ``operator_name_taken``, ``pin_unfit``.
        """
        wanted = normal_name(name)
        if not wanted:
            raise StoreError(Code.OPERATOR_NAME_INVALID)
        hashed = _new_hash(pin)
        with self._ledger.writing() as write:
            if any(fold(row["name"]) == fold(wanted) for row in write.rows("SELECT name FROM operators")):
                raise StoreError(Code.OPERATOR_NAME_TAKEN)
            operator = OperatorId(write.new_id())
            write.execute(
                "INSERT INTO operators (id, name, role, pin_hash, created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?)",
                operator,
                wanted,
                role.value,
                hashed,
                write.at,
                write.at,
            )
            write.audit("operator_added", operator, f"role={role.value} by={by}")
            return _operator(_known(write, operator))

    def disable(self, operator: OperatorId, *, by: str) -> Operator:
        """They sign in no more; a second time changes nothing.

        Raises:
            StoreError: ``operator_unknown``, ``last_supervisor``.
        """
        with self._ledger.writing() as write:
            row = _known(write, operator)
            if row["disabled_at"]:
                return _operator(row)
            others = "SELECT 1 FROM operators WHERE role = 'supervisor' AND disabled_at = '' AND id <> ?"
            if row["role"] == Role.SUPERVISOR.value and write.one(others, operator) is None:
                raise StoreError(Code.LAST_SUPERVISOR)
            write.execute(
                "UPDATE operators SET disabled_at = ?, updated_at = ? WHERE id = ?", write.at, write.at, operator
            )
            write.audit("operator_changed", operator, f"disabled by={by}")
            return _operator(_known(write, operator))

    def set_pin(self, operator: OperatorId, pin: str, *, by: str) -> Operator:
        """A new PIN; undoes a lock.

        Raises:
            StoreError: ``operator_unknown``, ``pin_unfit``.
        """
        hashed = _new_hash(pin)
        with self._ledger.writing() as write:
            _known(write, operator)
            write.execute(
                "UPDATE operators SET pin_hash = ?, failures = 0, locked_until = '', updated_at = ? WHERE id = ?",
                hashed,
                write.at,
                operator,
            )
            write.audit("operator_changed", operator, f"pin by={by}")
            return _operator(_known(write, operator))


def _new_hash(pin: str) -> str:
    problem = pin_problem(pin)
    if problem is not None:
        raise StoreError(Code.PIN_UNFIT, problem.value)
    return pins.hashed(normal_pin(pin))


def _row(write: Write, operator: OperatorId) -> dict[str, Any] | None:
    return write.one("SELECT * FROM operators WHERE id = ?", operator)


def _known(write: Write, operator: OperatorId) -> dict[str, Any]:
    row = _row(write, operator)
    if row is None:
        raise StoreError(Code.OPERATOR_UNKNOWN)
    return row


def _lock(row: dict[str, Any]) -> Lock:
    until = row["locked_until"]
    return Lock(row["failures"], datetime.fromisoformat(until) if until else None)


def _save_lock(write: Write, operator: OperatorId, lock: Lock) -> None:
    until = stamp(lock.until) if lock.until is not None else ""
    write.execute("UPDATE operators SET failures = ?, locked_until = ? WHERE id = ?", lock.failures, until, operator)


def _operator(row: dict[str, Any]) -> Operator:
    return Operator(
        id=OperatorId(row["id"]),
        name=row["name"],
        role=Role(row["role"]),
        created_at=row["created_at"],
        locked_until=_lock(row).until,
        disabled=bool(row["disabled_at"]),
    )
