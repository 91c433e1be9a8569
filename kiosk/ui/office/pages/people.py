"""The people page: search as typed or by a receipt, one person with their picture and form, deletion with its certificate."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from kiosk.domain.errors import Code
from kiosk.domain.face import Frame
from kiosk.domain.operators import Action
from kiosk.domain.person import PersonId
from kiosk.domain.record import DeletionCertificate
from kiosk.station.office.exports import DeleteExportsOf, SaveCertificate, Written
from kiosk.station.office.people import (
    DeletePerson,
    DeleteReason,
    EditPerson,
    FindPeople,
    PeopleFound,
    RenewPerson,
    ShowPerson,
)
from kiosk.station.office.receipts import ReadReceipt, ReceiptRead
from kiosk.station.office.requests import OfficeReply
from kiosk.station.office.signing import ListNames
from kiosk.station.snapshot import CameraState, Mode, Snapshot
from kiosk.ui.office.page import OfficePage, PageParts
from kiosk.ui.office.pages.certificate import CertificatePanel
from kiosk.ui.office.pages.person import Decoded, PersonPanel, decoded
from kiosk.ui.office.pages.receipt import ReceiptFinder
from kiosk.ui.presenters import people, receipts
from kiosk.ui.presenters.office import supervisors_of
from kiosk.ui.text import Text
from kiosk.ui.theme import Theme
from kiosk.ui.widgets.flow import Flow
from kiosk.ui.widgets.rows_table import Row, RowsTable
from kiosk.ui.widgets.styling import button, label, say

TYPED_MS = 150
"""A search begins when somebody has stopped typing for so long."""


class PeoplePage(OfficePage):
    """Four views in one place: the list, a receipt before the camera, one person, a certificate."""

    def __init__(self, parts: PageParts) -> None:
        """Nobody is listed before the page comes up."""
        super().__init__(parts, "people")
        self._found: PeopleFound | None = None
        self._certificate: DeletionCertificate | None = None
        self._snapshot: Snapshot | None = None
        self._typing = QTimer(self)
        self._typing.setSingleShot(True)
        self._typing.setInterval(TYPED_MS)
        self._typing.timeout.connect(self._look)
        self._search = QLineEdit()
        self._search.setObjectName("peopleSearch")
        self._search.setMaxLength(100)
        self._search.setClearButtonEnabled(False)
        self._search.textEdited.connect(lambda typed: self._typing.start())
        self._search.returnPressed.connect(self._to_table)
        self._count = label("peopleCount", "small")
        self._open_button = button("peopleOpen", "small")
        self._table = RowsTable("peopleTable", toned=2, stretch=(0,), spare=(1, 3))
        self._table.chosen.connect(self._open)
        self._table.moved.connect(lambda key: self._open_button.setEnabled(bool(key)))
        self._open_button.setEnabled(False)
        self._open_button.clicked.connect(lambda: self._open(self._table.key))
        self._receipt_button = button("peopleReceipt", "small")
        self._receipt_button.clicked.connect(self._find_receipt)
        self._list = QWidget()
        self._list.setObjectName("peopleList")
        self._list_column = QVBoxLayout(self._list)
        self._list_column.setContentsMargins(0, 0, 0, 0)
        for each in (self._search, self._count):
            self._list_column.addWidget(each)
        self._list_column.addWidget(self._table, 1)
        self._ways = Flow()
        self._ways.addWidget(self._open_button)
        self._ways.addWidget(self._receipt_button)
        self._list_column.addLayout(self._ways)
        self._finder = ReceiptFinder(parts.latest_frame)
        self._finder.looked.connect(self._read_receipt)
        self._finder.found.connect(self._open_receipt)
        self._finder.closed.connect(self._back)
        self._person = PersonPanel(parts.check_details)
        self._person.saved.connect(self._save)
        self._person.deleted.connect(self._delete)
        self._person.renewed.connect(self._renew)
        self._person.closed.connect(self._back)
        self._paper = CertificatePanel()
        self._paper.saved.connect(self._save_certificate)
        self._paper.exports_unwanted.connect(self._delete_exports)
        self._paper.closed.connect(self._back)
        self._views: tuple[QWidget, ...] = (self._list, self._finder, self._person, self._paper)
        for view in self._views:
            self.body.addWidget(view, 1)
        self._show_view(self._list)

    def show_text(self, text: Text) -> None:
        """In this language; what is open stays open."""
        super().show_text(text)
        self._show_list()
        self._finder.show_view(receipts.present(self._snapshot, text))
        self._person.show_text(text, self.rights)
        self._paper.show_text(text)

    def arrange(self, theme: Theme, *, portrait: bool) -> None:
        """Portrait: one column of fields, fewer columns of the list."""
        super().arrange(theme, portrait=portrait)
        self._list_column.setSpacing(theme.px(10))
        self._ways.setSpacing(theme.px(10))
        self._table.set_theme(theme)
        self._table.hide_columns(*(1,) if portrait else ())
        self._finder.arrange(theme, portrait=portrait)
        self._person.arrange(theme, portrait=portrait)
        self._paper.arrange(theme)

    def entered(self) -> None:
        """List everybody."""
        self._search.setFocus(Qt.FocusReason.OtherFocusReason)
        self._look()
        if not self.may(Action.DELETE_PEOPLE):
            self.parts.bridge.ask(self._person, ListNames(), self._on_names)

    def left(self) -> None:
        """No name, no picture, no typed letter stays."""
        super().left()
        self.parts.bridge.forget(self._person)
        self._person.supervisors = ()
        self._typing.stop()
        self._search.clear()
        self._search.setModified(False)
        self._found = self._certificate = None
        self._table.empty()
        self._finder.wipe()
        self._person.wipe()
        self._paper.wipe()
        self._show_list()
        self._show_view(self._list)

    def update_from(self, snapshot: Snapshot) -> None:
        """Whether the camera works, and whether people are enrolled here."""
        before, self._snapshot = self._snapshot, snapshot
        self._person.desk = snapshot.mode is Mode.ENROLL
        if before is None or _works(before) is not _works(snapshot):
            self._finder.show_view(receipts.present(snapshot, self.text))

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Escape goes back to the list."""
        if event.key() == Qt.Key.Key_Escape and not self._list.isVisible():
            self._back()
            return
        super().keyPressEvent(event)

    # ---------------------------------------------------------------------------------------- the list

    def _look(self) -> None:
        self.parts.bridge.forget(self)  # an answer to what was typed before is not wanted any more
        self.ask(FindPeople(self._search.text()), self._on_found)

    def _on_found(self, found: PeopleFound) -> None:
        self._found = found
        self._show_list()

    def _show_list(self) -> None:
        view = people.listed(self._found, self.text, wanted=self._search.text())
        self._search.setPlaceholderText(view.search)
        self._search.setAccessibleName(view.search)
        self._table.setAccessibleName(self.text.get("office.page.people"))
        say(self._count, view.count)
        say(self._open_button, view.open)
        say(self._receipt_button, self.text.get("people.with_receipt"))
        self._table.show_rows(
            view.columns, [Row(row.id, (row.name, row.document, row.truth, row.age), row.tone) for row in view.rows]
        )
        self._table.say_nothing(view.nothing)
        self._open_button.setEnabled(bool(self._table.key))

    def _on_names(self, reply: OfficeReply) -> None:
        """Whom to ask for what this operator may not do."""
        if reply.error is None and isinstance(reply.answer, tuple):
            self._person.supervisors = supervisors_of(reply.answer)

    def _to_table(self) -> None:
        self._typing.stop()
        self._look()
        self._table.setFocus(Qt.FocusReason.OtherFocusReason)

    # ---------------------------------------------------------------------------------------- a receipt

    def _find_receipt(self) -> None:
        self.clear_notice()
        self._typing.stop()
        self._show_view(self._finder)

    def _read_receipt(self, frame: Frame) -> None:
        self.ask(ReadReceipt(frame.pixels), self._on_read, lambda reply: self._finder.was_read(other=False))

    def _on_read(self, read: ReceiptRead) -> None:
        if not self._finder.isVisible():
            return
        if read.person is None:
            self._finder.was_read(other=read.other)
        else:
            self._open_receipt(read.person)

    def _open_receipt(self, person: str) -> None:
        self._finder.pause()
        self.ask(ShowPerson(PersonId(person)), self._on_person, self._on_nobody, prepare=decoded)

    def _on_nobody(self, reply: OfficeReply) -> None:
        """A receipt of somebody who is not on record any more: nothing is held about them."""
        if reply.error is Code.PERSON_UNKNOWN:
            self.notice(self.text.get("receipt_desk.nothing_held"), tone="neutral")
        else:
            self.say_error(reply)
        if self._finder.isVisible():
            self._finder.begin()

    # ---------------------------------------------------------------------------------------- one person

    def _open(self, key: str) -> None:
        if key:
            self.clear_notice()
            self.ask(ShowPerson(PersonId(key)), self._on_person, prepare=decoded)

    def _on_person(self, shown: Decoded) -> None:
        self._finder.wipe()
        self._person.show_person(shown, self.text, self.rights)
        self._show_view(self._person)

    def _save(self, request: EditPerson) -> None:
        self.ask(request, self._on_saved, prepare=decoded)

    def _on_saved(self, shown: Decoded) -> None:
        self._on_person(shown)
        self.notice(self.text.get("people.saved"))

    def _renew(self, person: str) -> None:
        self.ask(RenewPerson(PersonId(person)), lambda answer: None)

    def _delete(self, person: str, why: DeleteReason) -> None:
        self.notice(self.text.get("people.deleting"), tone="neutral")
        self.ask(DeletePerson(PersonId(person), why), self._on_deleted)

    def _on_deleted(self, certificate: DeletionCertificate) -> None:
        self.clear_notice()
        self._person.wipe()
        self._certificate = certificate
        self._paper.show_certificate(certificate, self.text)
        self._show_view(self._paper)

    def _delete_exports(self) -> None:
        if self._certificate is not None:
            self.ask(DeleteExportsOf(self._certificate.person), self._on_exports_deleted)

    def _on_exports_deleted(self, certificate: DeletionCertificate) -> None:
        self._on_deleted(certificate)
        left = any(each.kind == "export" and each.outcome == "kept" for each in certificate.touched)
        if left:
            self.notice(self.text.get("certificate.exports_left"), tone="bad")
        else:
            self.notice(self.text.get("certificate.exports_gone"))

    def _save_certificate(self) -> None:
        if self._certificate is not None:
            self.ask(SaveCertificate(self._certificate.person), self._on_certificate_saved)

    def _on_certificate_saved(self, written: Written) -> None:
        self.notice(self.text.get("certificate.saved", path=written.path))

    def _back(self) -> None:
        self.clear_notice()
        self._finder.wipe()
        self._person.wipe()
        self._paper.wipe()
        self._certificate = None
        self._show_view(self._list)
        self._look()
        self._table.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show_view(self, wanted: QWidget) -> None:
        for view in self._views:
            view.setVisible(view is wanted)
        if wanted is self._finder:
            self._finder.begin()
        elif wanted is self._person:
            self._person.focus_first()
        elif wanted is self._paper:
            self._paper.focus_first()


def _works(snapshot: Snapshot) -> bool:
    return snapshot.camera in {CameraState.STREAMING, CameraState.BACK}
