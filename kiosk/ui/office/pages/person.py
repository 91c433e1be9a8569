"""One person: picture, truth, form, and the way to delete them. Everything goes with :meth:`PersonPanel.wipe`."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import pairwise

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from kiosk.domain.operators import Action
from kiosk.station.office.people import DeleteReason, EditPerson, PersonShown
from kiosk.station.snapshot import Mode, Screen, Snapshot
from kiosk.ui.office.pages.parts import LARGE, scrolled
from kiosk.ui.presenters import details as form
from kiosk.ui.presenters import people
from kiosk.ui.presenters.details import FIELDS, CheckDetails, Choice
from kiosk.ui.presenters.people import PersonView
from kiosk.ui.text import Text
from kiosk.ui.theme import Theme
from kiosk.ui.widgets.chip import Chip
from kiosk.ui.widgets.face_picture import FacePicture
from kiosk.ui.widgets.field import Field
from kiosk.ui.widgets.flow import Flow
from kiosk.ui.widgets.styling import button, label, say

_CHOSEN_FROM_LIST = "document_type"
_NO_VISIT = Snapshot(screen=Screen.OPERATOR, mode=Mode.ENROLL)


@dataclass(frozen=True, slots=True)
class Decoded:
    """A person with their picture as an image; the JPEG itself is not kept."""

    shown: PersonShown
    image: QImage = field(repr=False)


def decoded(shown: PersonShown) -> Decoded:
    """Off the GUI thread: decoding takes longer than a slot may."""
    image = QImage.fromData(shown.picture) if shown.picture else QImage()
    return Decoded(replace(shown, picture=None), image)


class PersonPanel(QWidget):
    """``saved`` with what is to be asked of the station; ``deleted`` with an id and a reason; ``renewed`` with an id."""

    saved = Signal(object)
    renewed = Signal(str)
    deleted = Signal(str, object)
    closed = Signal()

    def __init__(self, check: CheckDetails) -> None:
        """Empty until shown."""
        super().__init__()
        self.setObjectName("personPanel")
        self._check = check
        self._text = Text()
        self._shown: PersonShown | None = None
        self.desk = False
        self._before: dict[str, str] = {}
        self._picture = FacePicture("personPicture", lambda: None)
        self._name = label("personName", "headline")
        self._truth = Chip("personTruth")
        self._truth_more = label("personTruthMore", "small")
        self._facts = label("personFacts", "small")
        self._fields = {name: Field(name, choices=name == _CHOSEN_FROM_LIST) for name in FIELDS}
        for each in self._fields.values():
            each.edited.connect(self._judge)
        self._status = label("personStatus", "small")
        self._save = button("personSave", "small")
        self._save.clicked.connect(self._on_save)
        self._renew = button("personRenew", "small")
        self._renew.clicked.connect(self._on_renew)
        self._delete = button("personDelete", "danger")
        self._delete.clicked.connect(lambda: self._ask_why(asked=True))
        self._back = button("personBack", "small")
        self._back.clicked.connect(self.closed)
        self._question = label("personWhyDelete", "strong")
        self._may_not = label("personMayNot", "small")
        self.supervisors: tuple[str, ...] = ()
        self._keep = button("personKeep", "small")
        self._keep.clicked.connect(lambda: self._ask_why(asked=False))
        self._reasons: dict[DeleteReason, QPushButton] = {}
        for reason in DeleteReason:
            made = button(f"deleteReason_{reason}", "danger")
            made.clicked.connect(lambda _=False, why=reason: self._on_delete(why))
            self._reasons[reason] = made
        self._lay_out()
        self._ask_why(asked=False)

    def _lay_out(self) -> None:
        self._beside = QVBoxLayout()
        self._beside.addWidget(self._name)
        self._beside.addWidget(self._truth, 0, Qt.AlignmentFlag.AlignLeft)
        self._beside.addWidget(self._truth_more)
        self._beside.addWidget(self._facts)
        self._beside.addStretch(1)
        self._head = QHBoxLayout()
        self._head.addWidget(self._picture, 0, Qt.AlignmentFlag.AlignTop)
        self._head.addLayout(self._beside, 1)
        self._grid = QGridLayout()
        inside = QWidget()
        inside.setObjectName("personInside")
        self._column = QVBoxLayout(inside)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addLayout(self._head)
        self._column.addLayout(self._grid)
        self._column.addStretch(1)
        self._scroll = scrolled("personScroll", inside)
        self._buttons = Flow()
        self._buttons.addWidget(self._back)
        self._buttons.break_off()
        self._buttons.addWidget(self._delete)
        self._buttons.addWidget(self._renew)
        self._buttons.addWidget(self._save)
        self._whys = Flow()
        for made in (*self._reasons.values(), self._keep):
            self._whys.addWidget(made)
        self._root = QVBoxLayout(self)
        self._root.setContentsMargins(0, 0, 0, 0)
        self._root.addWidget(self._scroll, 1)
        self._root.addWidget(self._status)
        self._root.addWidget(self._may_not)
        self._root.addWidget(self._question)
        self._root.addLayout(self._whys)
        self._root.addLayout(self._buttons)

    def show_person(self, shown: Decoded, text: Text, rights: frozenset[Action]) -> None:
        """Put somebody in, with the form filled."""
        self._shown = shown.shown
        self._picture.show_image(shown.image)
        self._before = people.typed_of(shown.shown.person.details)
        self.show_text(text, rights)
        for name, each in self._fields.items():
            each.fill(self._before[name])
        self._judge()
        self._ask_why(asked=False)

    def show_text(self, text: Text, rights: frozenset[Action]) -> None:
        """In this language; what was typed stays."""
        self._text = text
        view = form.present(_NO_VISIT, text, frozenset({"first_name"}))
        kept = self._before.get(_CHOSEN_FROM_LIST, "")  # another system's word for a document is kept, not dropped
        more = () if kept in {choice.value for choice in view.documents} else (Choice(kept, kept),)
        for each in view.fields:
            if each.name in self._fields:
                self._fields[each.name].show_field(each, (*view.documents, *more))
        if self._shown is not None:
            self._say(people.person(self._shown, rights, text, desk=self.desk, supervisors=self.supervisors))
            self._judge()

    def arrange(self, theme: Theme, *, portrait: bool) -> None:
        """Portrait: one column of fields."""
        self._picture.set_theme(theme, side=theme.px(130))
        self._scroll.setMinimumHeight(theme.px(220))
        for layout in (self._root, self._column, self._beside):
            layout.setSpacing(theme.px(6))
        for ways in (self._whys, self._buttons):
            ways.setSpacing(theme.px(10))
        self._head.setSpacing(theme.px(20))
        self._grid.setHorizontalSpacing(theme.px(20))
        self._grid.setVerticalSpacing(theme.px(2))
        columns = 1 if portrait or theme.text > LARGE else 2
        for number, each in enumerate(self._fields.values()):
            each.set_theme(theme)
            self._grid.addWidget(each, number // columns, number % columns)
        for before, after in pairwise(FIELDS):
            self.setTabOrder(self._fields[before].input, self._fields[after].input)
        self._grid.setColumnStretch(0, 1)
        self._grid.setColumnStretch(1, columns - 1)

    def focus_first(self) -> None:
        """The first field has the keyboard."""
        self._fields[FIELDS[0]].input.setFocus(Qt.FocusReason.OtherFocusReason)

    def wipe(self) -> None:
        """Nobody is shown any more: no pixel, no letter."""
        self._shown = None
        self._before = {}
        self._picture.forget()
        self._picture.setAccessibleName("")
        for each in self._fields.values():
            each.clear()
        for words in (
            self._name,
            self._truth,
            self._truth_more,
            self._facts,
            self._status,
            self._question,
            self._may_not,
        ):
            words.clear()
            words.setAccessibleName("")
        self._ask_why(asked=False)

    def _say(self, view: PersonView) -> None:
        say(self._name, view.name)
        self._truth.show_chip(view.truth, view.tone)
        say(self._truth_more, view.truth_more)
        say(self._facts, " · ".join(f"{name}: {value}" for name, value in view.fields))
        self._picture.say_missing(view.no_picture)
        self._picture.setAccessibleName(view.name)
        for made, words in (
            (self._save, view.save),
            (self._delete, view.delete),
            (self._renew, view.renew),
            (self._back, view.back),
        ):
            say(made, words)
            made.setVisible(bool(words))
        say(self._may_not, view.may_not)
        self._may_not.setVisible(bool(view.may_not))
        say(self._question, view.why_delete)
        say(self._keep, view.keep)
        for reason, words in view.reasons:
            say(self._reasons[reason], words)
        for each in self._fields.values():
            each.input.setEnabled(bool(view.save))

    def _typed(self) -> dict[str, str]:
        return {name: each.typed for name, each in self._fields.items()}

    def _judge(self) -> None:
        if self._shown is None:
            return
        state = people.edited(self._typed(), self._before, self._check, self._text)
        for name, each in self._fields.items():
            each.show_problem(state.form.problems.get(name, ""))
        self._save.setEnabled(state.can_save)
        say(self._status, "" if state.form.ready else state.form.status)

    def _on_save(self) -> None:
        state = people.edited(self._typed(), self._before, self._check, self._text)
        if self._shown is not None and state.can_save and state.form.details is not None:
            self.saved.emit(EditPerson(self._shown.person.id, state.form.details))

    def _on_renew(self) -> None:
        if self._shown is not None:
            self.renewed.emit(str(self._shown.person.id))

    def _ask_why(self, *, asked: bool) -> None:
        for each in (self._question, self._keep, *self._reasons.values()):
            each.setVisible(asked)
        self._delete.setEnabled(not asked)
        if asked:
            self._keep.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_delete(self, why: DeleteReason) -> None:
        if self._shown is not None:
            self.deleted.emit(str(self._shown.person.id), why)
            self._ask_why(asked=False)
