"""The large sign of a result: a disc with a tick, a cross, a clock or a question mark; never the colour alone."""

from __future__ import annotations

from kiosk.ui.presenters.common import Tone
from kiosk.ui.theme import Theme
from kiosk.ui.widgets.icon import Icon
from kiosk.ui.widgets.tones import tone_colours


class ResultBadge(Icon):
    """White sign on a full disc."""

    def __init__(self, name: str) -> None:
        """Empty until shown."""
        super().__init__(name)
        self._theme = Theme()
        self._badge = ("", Tone.NEUTRAL)

    def set_theme(self, theme: Theme) -> None:
        """Colours and size."""
        self._theme = theme
        self._draw()

    def show_badge(self, icon: str, tone: Tone) -> None:
        """Which sign, meant how."""
        self._badge = (icon, tone)
        self._draw()

    def _draw(self) -> None:
        icon, tone = self._badge
        if icon:
            full, soft = tone_colours(self._theme.palette, tone)
            self.show_icon(icon, colour=soft, side=self._theme.px(168), ground=full)
