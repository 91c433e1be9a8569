"""``kiosk run`` with a hand at its window: taps and keys come as lines on stdin. Run with ``-m support.tapped_kiosk ARGUMENTS``.

    tap NAME      press the button with this object name, as soon as it can be seen
    type NAME TEXT  keys into the line with this object name
    see NAME      wait until a widget with this object name can be seen

Everything else is the program itself: its command line, its window, its threads.
"""

from __future__ import annotations

import sys
import threading
import time

WAIT_S = 20.0


def main() -> None:
    from kiosk.__main__ import main as run

    threading.Thread(target=_obey, name="hand", daemon=True).start()
    sys.argv[0] = "kiosk"
    run()


def _obey() -> None:
    for line in sys.stdin:
        order, _, rest = line.strip().partition(" ")
        deadline = time.monotonic() + WAIT_S
        while time.monotonic() < deadline and not _on_gui(order, rest):
            time.sleep(0.05)  # until the button is there; whoever sent the order waits for what it brings about


def _on_gui(order: str, rest: str) -> bool:
    """Do it on the GUI thread; whether it could be done."""
    if "PySide6.QtWidgets" not in sys.modules:
        return False
    from PySide6.QtCore import QMetaObject, QObject, Qt, Slot
    from PySide6.QtTest import QTest
    from PySide6.QtWidgets import QApplication, QWidget

    application = QApplication.instance()
    if not isinstance(application, QApplication):
        return False

    class Hand(QObject):
        done = False

        @Slot()
        def act(self) -> None:
            name, _, words = rest.partition(" ")
            windows = [each for each in application.topLevelWidgets() if each.isVisible()]
            found = [
                widget
                for window in windows
                for widget in window.findChildren(QWidget, name)
                if widget.isVisible() and widget.isEnabled()
            ]
            if not found:
                return
            if order == "tap":
                QTest.mouseClick(found[0], Qt.MouseButton.LeftButton)
            elif order == "type":
                found[0].setFocus()
                QTest.keyClicks(found[0], words)
            self.done = True

    hand = Hand()
    hand.moveToThread(application.thread())
    QMetaObject.invokeMethod(hand, "act", Qt.ConnectionType.BlockingQueuedConnection)
    return hand.done


if __name__ == "__main__":
    main()
