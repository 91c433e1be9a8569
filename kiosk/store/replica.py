"""The account's people in the local tables: :class:`kiosk.domain.outbox.Replica`.

What was acknowledged last is kept beside each person, so a pull can tell what was changed there from what was changed here. A
field that the account never carried (its dialect knows fewer) never erases ours; a picture that was taken here is never replaced.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from kiosk.domain.errors import Code, StoreError
from kiosk.domain.face import Embedding
from kiosk.domain.outbox import Action, Conflict, Pulled, RowState
from kiosk.domain.person import Details, Person, PersonId, Truth, VerificationStatus
from kiosk.domain.record import Erasure
from kiosk.domain.remote import RemotePerson
from kiosk.store import records, rows
from kiosk.store.answers import known_details
from kiosk.store.cargo import read
from kiosk.store.eraser import Eraser
from kiosk.store.fates import keep_edit
from kiosk.store.ledger import Ledger, Write

_CURSOR = "cursor."
_FROM_ACCOUNT = "account"
_PULLED = "pulled"
_ON_ITS_WAY = frozenset({RowState.SENDING.value, RowState.DOUBT.value})


class SqliteReplica:
    """Use :attr:`kiosk.store.sqlite.SqliteStore.replica`. Any thread may call; each call is one transaction."""

    def __init__(self, ledger: Ledger, eraser: Eraser) -> None:
        """Nothing is read yet."""
        self._ledger = ledger
        self._eraser = eraser

    def apply_remote(self, person: RemotePerson) -> tuple[PersonId, Pulled]:
        """Write what the account holds."""
        if not person.remote_id:
            raise StoreError(Code.STORE_FAILED, "somebody of the account without an id")
        with self._ledger.writing() as write:
            leaving = _deletion_of(write, person)
            if leaving:
                return PersonId(leaving), Pulled.UNCHANGED
            known = _find(write, person)
            if known is None:
                return _add(write, person)
            write.execute("DELETE FROM pull_unnamed WHERE person_id = ?", known["id"])
            if _has_withdrawn(write, known["id"]):
                return PersonId(known["id"]), Pulled.UNCHANGED
            return PersonId(known["id"]), _merge(write, known, person)

    def in_doubt(self) -> Sequence[Person]:
        """Whom the account may have under an id that is not known here; without a picture where they were deleted here."""
        sql = (
            "SELECT id FROM outbox WHERE remote_id = '' AND"
            " (action = 'delete_person' OR (action = 'create_person' AND state IN ('sending', 'doubt')))"
        )
        with self._ledger.reading() as database:
            cargos = [read(database, row["id"]) for row in database.query(sql)]
        return [cargo.person for cargo in cargos if cargo is not None and cargo.person is not None]

    def cursor(self, name: str) -> str:
        """Where a pull stopped, or empty."""
        with self._ledger.reading() as database:
            found = next(iter(database.query("SELECT value FROM state WHERE name = ?", (_CURSOR + name,))), None)
        return "" if found is None else str(found["value"])

    def save_cursor(self, name: str, value: str) -> None:
        """Where to go on from after a restart."""
        with self._ledger.writing() as write:
            write.save(_CURSOR + name, value)

    def begin_pull(self) -> None:
        """A whole pull starts."""
        with self._ledger.writing() as write:
            write.execute("DELETE FROM pull_unnamed")
            write.execute(
                "INSERT INTO pull_unnamed SELECT id FROM persons WHERE truth = ? AND remote_id <> ''",
                Truth.CONFIRMED.value,
            )

    def confirmed(self) -> int:
        """How many people here the account has acknowledged."""
        sql = "SELECT count(*) AS n FROM persons WHERE truth = ? AND remote_id <> ''"
        with self._ledger.reading() as database:
            return int(next(iter(database.query(sql, (Truth.CONFIRMED.value,))))["n"])

    def unnamed(self) -> Sequence[tuple[PersonId, str]]:
        """Whom this pull has not named and who have not been changed here since."""
        sql = (
            "SELECT p.id, p.remote_id FROM pull_unnamed u JOIN persons p ON p.id = u.person_id"
            " WHERE p.truth = ? AND p.remote_id <> '' ORDER BY p.id"
        )
        with self._ledger.reading() as database:
            return [(PersonId(row["id"]), row["remote_id"]) for row in database.query(sql, (Truth.CONFIRMED.value,))]

    def remote_deleted(self, person: PersonId) -> None:
        """Gone at the account, so gone here; somebody who is gone already is gone."""
        try:
            self._eraser.erase(person, why=Erasure.GONE_AT_ACCOUNT)
        except StoreError as error:
            if error.code is not Code.PERSON_UNKNOWN:
                raise

    def without_templates(self, model_sha256: str, *, limit: int) -> Sequence[PersonId]:
        """People with a picture and no template of these weights, in the order they came."""
        sql = (
            "SELECT id FROM persons p JOIN pictures i ON i.person_id = p.id WHERE i.face_image IS NOT NULL AND no_face = 0"
            " AND NOT EXISTS (SELECT 1 FROM templates t WHERE t.person_id = p.id AND t.model_sha256 = ?)"
            " ORDER BY p.rowid LIMIT ?"
        )
        with self._ledger.reading() as database:
            return [PersonId(row["id"]) for row in database.query(sql, (model_sha256, limit))]

    def add_templates(self, person: PersonId, templates: Sequence[Embedding]) -> None:
        """Templates computed from a picture.

        Raises:
            StoreError: ``person_unknown``: deleted meanwhile.
        """
        for template in templates:
            rows.check_template(template)
        with self._ledger.writing() as write:
            records.person_of(write, person)
            if templates:
                write.database.table("templates").insert_all(
                    rows.template_row(person, template, at=write.at, source=_PULLED) for template in templates
                )
            else:
                write.execute("UPDATE persons SET no_face = 1 WHERE id = ?", person)
            write.audit("templates_added", person, f"templates={len(templates)}")

    def conflicts(self) -> Sequence[Conflict]:
        """Oldest first; :meth:`kept` has the values."""
        with self._ledger.reading() as database:
            found = list(database.query("SELECT id, person_id, at, kept FROM conflicts ORDER BY at, id"))
        return [
            Conflict(
                id=row["id"], person=PersonId(row["person_id"]), at=row["at"], fields=tuple(json.loads(row["kept"]))
            )
            for row in found
        ]

    def kept(self, conflict: str) -> dict[str, str]:
        """What was written here before the account's version replaced it: field -> value.

        Raises:
            StoreError: ``store_failed`` for a conflict that is gone.
        """
        with self._ledger.reading() as database:
            found = next(iter(database.query("SELECT kept FROM conflicts WHERE id = ?", (conflict,))), None)
        if found is None:
            raise StoreError(Code.STORE_FAILED, "this conflict is gone")
        return dict(json.loads(found["kept"]))

    def resolve(self, conflict: str, *, reason: str) -> None:
        """Somebody has looked at it; the values that were kept are gone."""
        with self._ledger.writing() as write:
            found = write.one("SELECT person_id FROM conflicts WHERE id = ?", conflict)
            if found is None:
                raise StoreError(Code.STORE_FAILED, "this conflict is gone")
            write.execute("DELETE FROM conflicts WHERE id = ?", conflict)
            write.audit("conflict_resolved", found["person_id"], " ".join(reason.split())[:200])


def _deletion_of(write: Write, remote: RemotePerson) -> str:
    """Whose deletion waits in the outbox, or empty."""
    row = write.one(
        "SELECT subject FROM outbox WHERE action = 'delete_person' AND remote_id = ?"
        " UNION ALL SELECT subject FROM outbox WHERE subject = ? AND action = 'delete_person'",
        remote.remote_id,
        remote.mark,
    )
    return "" if row is None else str(row["subject"])


def _find(write: Write, remote: RemotePerson) -> dict[str, Any] | None:
    by_id = write.one(f"{rows.WHOLE_PERSONS} WHERE p.remote_id = ? AND p.remote_id <> ''", remote.remote_id)
    if by_id is not None or not remote.mark:
        return by_id
    return write.one(f"{rows.WHOLE_PERSONS} WHERE p.id = ? AND p.remote_id = ''", remote.mark)


def _has_withdrawn(write: Write, person: str) -> bool:
    """Whether this person's consent is withdrawn: then no picture of theirs comes back."""
    row = write.one("SELECT count(*) AS n, sum(withdrawn_at = '') AS holds FROM consents WHERE person_id = ?", person)
    return row is not None and row["n"] > 0 and not row["holds"]


def _add(write: Write, remote: RemotePerson) -> tuple[PersonId, Pulled]:
    person = Person(
        id=PersonId(write.new_id()),
        details=remote.details,
        face_image=remote.image,
        liveness_score=_score(remote),
        verification_status=remote.verification_status or VerificationStatus.PENDING,
        created_at=remote.created_at or write.at,
        updated_at=write.at,
        truth=Truth.CONFIRMED,
        remote_id=remote.remote_id,
    )
    records.add(write, person, image_from=_FROM_ACCOUNT)
    known_details(write, person.id, remote)
    write.audit("person_pulled", person.id)
    return person.id, Pulled.ADDED


def overtaken(write: Write, person: str, remote: RemotePerson) -> None:
    """An edit found the account's record changed before it was sent. The picture is left to the next pull."""
    known = write.one(f"{rows.WHOLE_PERSONS} WHERE p.id = ?", person)
    if known is not None:
        _merge(write, known, replace(remote, image=None), is_overtaken=True)


def _merge(write: Write, row: dict[str, Any], remote: RemotePerson, *, is_overtaken: bool = False) -> Pulled:
    """Somebody whom both have; ``is_overtaken``: an edit of ours gave way, whatever else of ours waits gives way with it."""
    before = rows.decoded(rows.to_person, row, "persons")
    base = rows.details_from_json(row["remote_details"]) if row["remote_details"] else None
    theirs = _details(before.details, base, remote.details)
    edits = write.rows(
        "SELECT state FROM outbox WHERE subject = ? AND action IN (?, ?)",
        before.id,
        Action.UPDATE_PERSON.value,
        Action.CREATE_PERSON.value,
    )
    # While a request of ours is under way, or may be, nobody knows whose change this is: its own look finds out.
    is_on_its_way = not is_overtaken and any(edit["state"] in _ON_ITS_WAY for edit in edits)
    is_edited_there = base is not None and remote.details != base and not is_on_its_way
    pulled = Pulled.UNCHANGED
    after = before
    if is_overtaken or (edits and is_edited_there and theirs != before.details):
        keep_edit(write, before.id, before.details, theirs, base)
        write.execute(
            "DELETE FROM outbox WHERE subject = ? AND action = ?",
            before.id,
            Action.UPDATE_PERSON.value,
        )
        pulled, after, edits = Pulled.CONFLICT, replace(before, details=theirs), []
    elif not edits and theirs != before.details:
        pulled, after = Pulled.UPDATED, replace(before, details=theirs)
    after = replace(
        after,
        verification_status=remote.verification_status or before.verification_status,
        liveness_score=before.liveness_score if before.liveness_score is not None else _score(remote),
        remote_id=remote.remote_id,
        truth=before.truth if edits else Truth.CONFIRMED,
    )
    if _take_picture(write, row, remote) and pulled is Pulled.UNCHANGED:
        pulled = Pulled.UPDATED
    changed = records.changed_columns(before, after)
    if changed and pulled is Pulled.UNCHANGED and {"verification_status", "liveness_score"} & set(changed):
        pulled = Pulled.UPDATED
    if changed:
        new = rows.person_row(replace(after, updated_at=write.at))
        write.database.table("persons").update(before.id, {name: new[name] for name in (*changed, "updated_at")})
    if remote.details != base and not is_on_its_way:
        known_details(write, before.id, remote)
    if pulled is not Pulled.UNCHANGED:
        write.audit("person_pulled", before.id, f"{pulled.value} {','.join(changed)}".rstrip())
    return pulled


def _details(ours: Details, base: Details | None, remote: Details) -> Details:
    """The account's version: its values, and ours where it has none and never had one."""
    had = base if base is not None else Details(first_name="")
    chosen = {
        name: getattr(remote, name) or ("" if getattr(had, name) and name != "first_name" else getattr(ours, name))
        for name in rows.DETAIL_COLUMNS
    }
    return Details(**chosen)


def _take_picture(write: Write, row: dict[str, Any], remote: RemotePerson) -> bool:
    """The account's picture, where none was taken here; its templates are computed anew."""
    is_theirs = row["face_image"] is None or row["image_from"] == _FROM_ACCOUNT
    if not remote.image or not is_theirs or remote.image == row["face_image"]:
        return False
    write.execute(
        "INSERT INTO pictures (person_id, face_image) VALUES (?, ?)"
        " ON CONFLICT (person_id) DO UPDATE SET face_image = excluded.face_image",
        row["id"],
        remote.image,
    )
    write.execute("UPDATE persons SET image_from = ?, no_face = 0 WHERE id = ?", _FROM_ACCOUNT, row["id"])
    write.execute("DELETE FROM templates WHERE person_id = ? AND source = ?", row["id"], _PULLED)
    return True


def _score(remote: RemotePerson) -> float | None:
    score = remote.liveness_score
    return score if score is not None and 0.0 <= score <= 1.0 else None
