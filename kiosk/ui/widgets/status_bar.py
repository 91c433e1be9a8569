"""The bar at the foot: camera, network, unsent records."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QWidget

from kiosk.ui.presenters.status import StatusItem, StatusView
from kiosk.ui.theme import Theme
from kiosk.ui.widgets.icon import Icon
from kiosk.ui.widgets.styling import label, say
from kiosk.ui.widgets.tones import tone_colours

_STRETCHED = 9


class StatusBar(QWidget):
    """Signs with words; always there. Where one row is too narrow, they stand in two columns, or in one."""

    def __init__(self) -> None:
        """Empty until shown."""
        super().__init__()
        self.setObjectName("statusBar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._theme = Theme()
        self._view: StatusView | None = None
        self._items = {name: _Item(name) for name in ("camera", "network", "queue", "buried", "limit", "notice")}
        self._columns = 0
        self._grid = QGridLayout(self)
        self._grid.setColumnStretch(_STRETCHED, 1)
        self._place(len(self._items))

    def set_theme(self, theme: Theme) -> None:
        """Colours and sizes."""
        self._theme = theme
        self._grid.setContentsMargins(theme.px(24), theme.px(8), theme.px(24), theme.px(8))
        self._grid.setHorizontalSpacing(theme.px(24))
        self._grid.setVerticalSpacing(theme.px(6))
        view, self._view = self._view, None
        if view is not None:
            self.show_view(view)

    def show_view(self, view: StatusView) -> None:
        """Show what works and what waits."""
        if view == self._view:
            return
        self._view = view
        self._items["camera"].show_item(view.camera, self._theme)
        self._items["network"].show_item(view.network, self._theme)
        self._items["queue"].show_item(view.queue, self._theme)
        self._items["buried"].show_item(view.buried, self._theme)
        self._items["limit"].show_item(view.limit, self._theme)
        self._items["notice"].show_item(view.notice, self._theme)
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """One row or two."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        widths = [0 if item.isHidden() else item.sizeHint().width() for item in self._items.values()]
        margins, gap = self._grid.contentsMargins(), self._grid.horizontalSpacing()
        room = self.width() - margins.left() - margins.right()
        for columns in (len(widths), 2):
            wide = [max(widths[column::columns], default=0) for column in range(columns)]
            if sum(width + gap for width in wide if width) <= room:  # the stretch at the end has a gap too
                self._place(columns)
                return
        self._place(1)

    def _place(self, columns: int) -> None:
        if columns == self._columns:
            return
        self._columns = columns
        for number, item in enumerate(self._items.values()):
            self._grid.addWidget(item, number // columns, number % columns)


class _Item(QWidget):
    def __init__(self, name: str) -> None:
        super().__init__()
        self.setObjectName(f"status_{name}")
        self._icon = Icon(f"status_{name}Icon")
        self._words = label(f"status_{name}Words", "status", wrap=False)
        self._layout = QHBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.addWidget(self._icon)
        self._layout.addWidget(self._words, 1)

    def show_item(self, item: StatusItem | None, theme: Theme) -> None:
        self.setVisible(item is not None)
        if item is None:
            return
        self._layout.setSpacing(theme.px(8))
        ink, ground = tone_colours(theme.palette, item.tone)
        self._icon.show_icon(item.icon, colour=ink, side=theme.px(32), ground=ground)
        say(self._words, item.words)
        self.setAccessibleName(item.words)
