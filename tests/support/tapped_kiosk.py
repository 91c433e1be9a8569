"""``kiosk run`` with a hand at its window: taps and keys come as lines on stdin. Run with ``-m support.tapped_kiosk ARGUMENTS``.

    tap NAME         press the button with this object name, as soon as it can be seen
    type NAME TEXT   keys into the line with this object name
    fill NAME TEXT   the same, in place of what was in it
    row NAME TEXT    tap the row of a list or table that has this text in it
    see NAME [TEXT]  wait until a widget with this object name can be seen, with this text in it
    keys CTRL+X      press these keys in the window
    paints NAME      how often the widget with this object name was painted since the last such order, as monotonic times in
                     milliseconds (``"paints": […]`` in the answer); the first one only begins to count

Each order is done once it can be; then a line says so on stdout, like an event: ``{"event": "hand", "order": …, "done": true}``.
``done`` is false where it could not be done within the time. Everything else is the program itself: its command line, its window,
its threads.
"""

from __future__ import annotations

import json
import os
import sys
import threading
import time

WAIT_S = 40.0
_MOST_COLUMNS = 8
_paints: list[float] = []
_watchers: list[object] = []


def main() -> None:
    from kiosk.__main__ import main as run

    threading.Thread(target=_obey, name="hand", daemon=True).start()
    sys.argv[0] = "kiosk"
    run()


def _obey() -> None:
    for line in sys.stdin:
        order, _, rest = line.strip().partition(" ")
        deadline = time.monotonic() + WAIT_S
        done = _on_gui(order, rest)
        while not done and time.monotonic() < deadline:
            time.sleep(0.05)  # until it can be done; whoever sent the order waits for what it brings about
            done = _on_gui(order, rest)
        told = {"event": "hand", "order": line.strip(), "done": done, "mono_ms": time.monotonic() * 1000.0}
        if order == "paints":
            told["paints"], _paints[:] = _paints[:], []
        os.write(1, (json.dumps(told) + "\n").encode())  # whole, whatever the program writes at this moment


def _on_gui(order: str, rest: str) -> bool:
    """Do it on the GUI thread; whether it could be done."""
    if "PySide6.QtWidgets" not in sys.modules:
        return False
    from PySide6.QtCore import QEvent, QMetaObject, QObject, Qt, Slot
    from PySide6.QtGui import QKeySequence
    from PySide6.QtTest import QTest
    from PySide6.QtWidgets import QAbstractItemView, QApplication, QLineEdit, QWidget

    application = QApplication.instance()
    if not isinstance(application, QApplication):
        return False

    def can_be_used(name: str) -> QWidget | None:
        windows = [each for each in application.topLevelWidgets() if each.isVisible()]
        found = (widget for window in windows for widget in window.findChildren(QWidget, name))
        return next((widget for widget in found if widget.isVisible() and widget.isEnabled()), None)

    def tap_row(view: QWidget, words: str) -> bool:
        assert isinstance(view, QAbstractItemView)
        model = view.model()
        for row in range(model.rowCount()):
            for column in range(_MOST_COLUMNS):
                index = model.index(row, column)
                if words in str(index.data()):
                    view.scrollTo(index)
                    QTest.mouseClick(
                        view.viewport(),
                        Qt.MouseButton.LeftButton,
                        Qt.KeyboardModifier.NoModifier,
                        view.visualRect(index).center(),
                    )
                    return True
        return False

    class Paints(QObject):
        def eventFilter(self, watched: QObject, event: QEvent) -> bool:
            if event.type() is QEvent.Type.Paint:
                _paints.append(time.monotonic() * 1000.0)
            return False

    def watch_paints(name: str) -> bool:
        found = [each for window in application.topLevelWidgets() for each in window.findChildren(QWidget, name)]
        if found and not _watchers:
            watcher = Paints(application)
            _watchers.append(watcher)
            for each in found:
                each.installEventFilter(watcher)
        return bool(found)

    class Hand(QObject):
        done = False

        @Slot()
        def act(self) -> None:
            self.done = self.could()

        def could(self) -> bool:
            if order == "keys":
                window = application.activeWindow() or next(iter(application.topLevelWidgets()), None)
                if window is None or not window.isVisible():
                    return False
                stroke = QKeySequence(rest)[0]
                QTest.keyClick(window, stroke.key(), stroke.keyboardModifiers())
                return True
            if order == "paints":
                return watch_paints(rest)
            name, _, words = rest.partition(" ")
            widget = can_be_used(name)
            if widget is None:
                return False
            match order:
                case "tap":
                    QTest.mouseClick(widget, Qt.MouseButton.LeftButton)
                case "row":
                    return tap_row(widget, words)
                case "type" | "fill":
                    widget.setFocus()
                    if order == "fill" and isinstance(widget, QLineEdit):
                        widget.selectAll()
                    QTest.keyClicks(widget, words)
                case _:
                    return not words or words in widget.accessibleName() or words in str(widget.property("text"))
            return True

    hand = Hand()
    hand.moveToThread(application.thread())
    QMetaObject.invokeMethod(hand, "act", Qt.ConnectionType.BlockingQueuedConnection)
    return hand.done


if __name__ == "__main__":
    main()
