"""How the kiosk looks: colours, sizes and the one style sheet. Plain Python, no Qt.

The bright palette is the default for a reason: the screen is the lamp that every station has, and it lights the face in front of
it. Every pair of colours that carries words reaches a contrast of 4.5:1 (WCAG 2.2, 1.4.3), every sign 3:1 (1.4.11); a test
computes them. Nothing flashes.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from kiosk.domain.light.colours import Colour
from kiosk.paths import resource

FONT = "Inter"


@dataclass(frozen=True, slots=True, kw_only=True)
class Palette:
    """Colours as ``#RRGGBB``. ``on_x`` is written on ``x``; ``x_soft`` is a pale ground for ``x`` as ink."""

    page: str
    surface: str
    line: str
    edge: str  # borders of things that can be used: 3:1 on surface
    ink: str
    muted: str
    accent: str
    accent_down: str
    on_accent: str
    accent_soft: str
    good: str
    good_soft: str
    bad: str
    bad_soft: str
    warn: str
    warn_soft: str
    neutral: str
    neutral_soft: str
    ring: str  # progress on the live picture
    ring_good: str
    scrim: str  # what covers the picture outside the oval
    on_scrim: str


BRIGHT = Palette(
    page="#F3F6F8",
    surface="#FFFFFF",
    line="#D9E1E7",
    edge="#72838F",
    ink="#10222E",
    muted="#475A67",
    accent="#0B5FA5",
    accent_down="#084A82",
    on_accent="#FFFFFF",
    accent_soft="#E3EFF9",
    good="#0B6B3A",
    good_soft="#DFF3E7",
    bad="#A61B1B",
    bad_soft="#FBE6E4",
    warn="#7A4A00",
    warn_soft="#FCEFD2",
    neutral="#3D4F5C",
    neutral_soft="#E6ECF0",
    ring="#4DB2FF",
    ring_good="#3DDC84",
    scrim="#0B1820",
    on_scrim="#FFFFFF",
)

DARK = Palette(
    page="#0E171E",
    surface="#17232C",
    line="#2B3B47",
    edge="#7F93A1",
    ink="#F1F5F8",
    muted="#B3C1CB",
    accent="#7CC0FF",
    accent_down="#A5D4FF",
    on_accent="#06243D",
    accent_soft="#16344C",
    good="#6FDCA0",
    good_soft="#123524",
    bad="#FFA8A0",
    bad_soft="#43191A",
    warn="#FFCE7A",
    warn_soft="#3D2C0B",
    neutral="#C4D0D8",
    neutral_soft="#263540",
    ring="#4DB2FF",
    ring_good="#3DDC84",
    scrim="#0B1820",
    on_scrim="#FFFFFF",
)


@dataclass(frozen=True, slots=True)
class Theme:
    """A palette and how large everything is drawn. ``scale`` 1 is made for 1280x800.

    Attributes:
        text: letters so much larger than that, 1..2.
        still: nothing moves that need not.
    """

    palette: Palette = field(default=BRIGHT)
    scale: float = 1.0
    text: float = 1.0
    still: bool = False

    def px(self, size: float) -> int:
        """A length of the 1280x800 design, in pixels of this window; at least 1."""
        return max(1, round(size * self.scale))

    def letters(self, size: float) -> int:
        """A height of letters in pixels. What is large already grows less, so that titles keep their order and their place."""
        grows = min(1.0, max(0.5, 1.0 - (size - 24) / 40))
        return self.px(size * self.text**grows)

    def roomy(self, size: float) -> int:
        """A length that has to hold words, in pixels."""
        return self.px(size * self.text**0.5)

    def scaled(self, *, width: int, height: int) -> Theme:
        """The same theme for a window of this size."""
        return replace(self, scale=scale_for(width=width, height=height))

    def larger(self, text: float) -> Theme:
        """The same theme with letters of at least this size."""
        return replace(self, text=max(self.text, text))


def is_portrait(*, width: int, height: int) -> bool:
    """Whether the layout puts one thing under another, controls low."""
    return height > width * 1.1


def scale_for(*, width: int, height: int) -> float:
    """How large to draw in a window of this size, in steps of 0.05 so that dragging an edge does not restyle at every pixel."""
    across, down = (780, 1280) if is_portrait(width=width, height=height) else (1280, 800)
    raw = min(width / across, height / down)
    return min(3.0, max(0.7, round(raw * 20) / 20))


def luminance(colour: str) -> float:
    """Relative luminance of ``#RRGGBB`` (WCAG 2.2)."""
    parts = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    red, green, blue = (v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(first: str, second: str) -> float:
    """Contrast ratio of two colours, 1..21 (WCAG 2.2)."""
    light, dark = sorted((luminance(first), luminance(second)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def worded_pairs(palette: Palette) -> dict[str, tuple[str, str]]:
    """Every (ink, ground) that carries words."""
    p = palette
    return {
        "ink on page": (p.ink, p.page),
        "ink on surface": (p.ink, p.surface),
        "muted on page": (p.muted, p.page),
        "muted on surface": (p.muted, p.surface),
        "primary button": (p.on_accent, p.accent),
        "primary button, pressed": (p.on_accent, p.accent_down),
        "plain button": (p.accent, p.surface),
        "plain button, pressed": (p.accent, p.accent_soft),
        "step": (p.accent, p.page),
        "good": (p.good, p.good_soft),
        "bad": (p.bad, p.bad_soft),
        "bad beside a field": (p.bad, p.surface),
        "warn": (p.warn, p.warn_soft),
        "neutral": (p.neutral, p.neutral_soft),
        "disabled button": (p.muted, p.neutral_soft),
        "on the picture": (p.on_scrim, p.scrim),
    }


def drawn_pairs(palette: Palette) -> dict[str, tuple[str, str]]:
    """Every (sign, ground) that carries meaning without words."""
    p = palette
    return {
        "edge of a field": (p.edge, p.surface),
        "ring": (p.ring, p.scrim),
        "ring, met": (p.ring_good, p.scrim),
        "focus": (p.accent, p.surface),
        "focus of a button": (p.ink, p.page),
        "focus of the main button": (p.ink, p.page),
        "button": (p.accent, p.page),
        "sign": (p.accent, p.accent_soft),
        "chosen": (p.ink, p.accent_soft),
        "sign of a good thing": (p.good, p.good_soft),
        "sign of a bad thing": (p.bad, p.bad_soft),
        "sign of a warning": (p.warn, p.warn_soft),
        "sign of a plain thing": (p.neutral, p.neutral_soft),
        "arrow on the picture": (p.on_accent, p.accent),
        "progress": (p.accent, p.line),
        "wrong field": (p.bad, p.surface),
        "scroll bar": (p.edge, p.page),
    }


def painted(colour: Colour) -> str:
    """The screen's light as ``#RRGGBB``: what is judged is what is painted."""
    red, green, blue = colour.rgb
    return f"#{red:02X}{green:02X}{blue:02X}"


def style_sheet(theme: Theme) -> str:
    """The one style sheet, for object names and the ``role`` property."""
    p, px, letters = theme.palette, theme.px, theme.letters
    chevron = resource("assets/icons/chevron_down.svg").as_posix()
    return f"""
* {{ font-family: "{FONT}"; font-size: {letters(20)}px; color: {p.ink}; }}
QMainWindow, #pages {{ background: {p.page}; }}
QLabel {{ background: transparent; }}
QLabel[role="title"] {{ font-size: {letters(44)}px; font-weight: 600; }}
QLabel[role="attract"] {{ font-size: {letters(64)}px; font-weight: 600; }}
QLabel[role="formTitle"] {{ font-size: {letters(34)}px; font-weight: 600; }}
QLabel[role="fieldLabel"] {{ font-size: {letters(18)}px; font-weight: 600; }}
QLabel[role="headline"] {{ font-size: {letters(30)}px; font-weight: 600; }}
QLabel[role="lead"] {{ font-size: {letters(24)}px; }}
QLabel[role="strong"] {{ font-weight: 600; }}
QLabel[role="muted"] {{ color: {p.muted}; }}
QLabel[role="small"] {{ font-size: {letters(16)}px; color: {p.muted}; }}
QLabel[role="problem"] {{ font-size: {letters(16)}px; color: {p.bad}; }}
QLabel[role="ready"] {{ font-size: {letters(18)}px; color: {p.good}; }}
QLabel[role="blocked"] {{ font-size: {letters(18)}px; color: {p.ink}; }}
QLabel[role="hint"] {{ font-size: {letters(46)}px; font-weight: 600; }}
QLabel[role="number"] {{ font-size: {letters(72)}px; font-weight: 600; }}
QLabel[role="step"] {{ font-size: {letters(18)}px; color: {p.accent}; font-weight: 600; }}
QLabel[role="status"] {{ font-size: {letters(17)}px; }}
QLabel[role="clock"] {{ font-size: {letters(60)}px; font-weight: 600; }}
QLabel[role="onPicture"] {{ font-size: {letters(28)}px; font-weight: 600; color: {p.on_scrim}; }}
QLabel[role="chip"] {{ font-size: {letters(20)}px; font-weight: 600; border-radius: {px(12)}px; padding: {px(7)}px {px(16)}px; }}
QLabel[role="chip"][tone="good"] {{ color: {p.good}; background: {p.good_soft}; }}
QLabel[role="chip"][tone="bad"] {{ color: {p.bad}; background: {p.bad_soft}; }}
QLabel[role="chip"][tone="warn"] {{ color: {p.warn}; background: {p.warn_soft}; }}
QLabel[role="chip"][tone="neutral"] {{ color: {p.neutral}; background: {p.neutral_soft}; }}
QLabel#brandName {{ font-size: {letters(22)}px; font-weight: 600; }}
QFrame[role="card"] {{ background: {p.surface}; border: 1px solid {p.line}; border-radius: {px(18)}px; }}
QFrame[role="rule"] {{ background: {p.line}; border: none; min-height: 1px; max-height: 1px; }}
#header, #statusBar {{ background: {p.surface}; }}
#header {{ border-bottom: 1px solid {p.line}; }}
#statusBar {{ border-top: 1px solid {p.line}; }}
QPushButton {{
    background: {p.surface}; color: {p.accent}; border: {px(2)}px solid {p.accent}; border-radius: {px(14)}px;
    padding: {px(8)}px {px(26)}px; min-height: {px(46)}px; font-size: {letters(22)}px; font-weight: 600;
}}
QPushButton:pressed {{ background: {p.accent_soft}; }}
QPushButton:focus {{ border: {px(4)}px solid {p.ink}; padding: {px(6)}px {px(24)}px; }}
QPushButton[role="primary"] {{ background: {p.accent}; color: {p.on_accent}; }}
QPushButton[role="primary"]:pressed {{ background: {p.accent_down}; }}
QPushButton:disabled, QPushButton[role="primary"]:disabled {{
    background: {p.neutral_soft}; color: {p.muted}; border-color: {p.neutral_soft};
}}
QPushButton[role="huge"] {{
    background: {p.accent}; color: {p.on_accent}; font-size: {letters(32)}px; min-height: {px(86)}px;
    padding: {px(8)}px {px(54)}px; border-radius: {px(22)}px;
}}
QPushButton[role="huge"]:pressed {{ background: {p.accent_down}; }}
QPushButton[role="huge"]:focus {{ padding: {px(6)}px {px(52)}px; }}
QPushButton[role="key"] {{ color: {p.ink}; border-color: {p.edge}; font-size: {letters(30)}px; padding: {px(4)}px; }}
QPushButton[role="key"]:focus {{ padding: {px(2)}px; }}
QPushButton[role="way"] {{ border-color: {p.edge}; border-radius: {px(18)}px; }}
QPushButton[role="way"]:pressed {{ background: {p.accent_soft}; }}
QLabel[role="problemLead"] {{ font-size: {letters(22)}px; font-weight: 600; color: {p.bad}; }}
QLineEdit[role="digits"] {{ font-size: {letters(34)}px; min-height: {px(58)}px; }}
QPushButton[role="language"] {{
    border: {px(2)}px solid transparent; background: transparent; color: {p.ink}; font-size: {letters(18)}px; font-weight: 400;
    min-height: {px(34)}px; padding: {px(4)}px {px(12)}px; border-radius: {px(10)}px;
}}
QPushButton[role="language"]:checked {{ background: {p.accent_soft}; color: {p.accent}; font-weight: 600; }}
QPushButton[role="language"]:focus {{ border: {px(2)}px solid {p.ink}; padding: {px(4)}px {px(12)}px; }}
QPushButton[role="choice"] {{ border-color: {p.edge}; padding: 0; }}
QPushButton[role="choice"]:checked {{ background: {p.accent_soft}; border-color: {p.accent}; }}
QPushButton[role="choice"]:focus {{ border-color: {p.ink}; padding: 0; }}
QLineEdit, QComboBox, QPlainTextEdit {{
    background: {p.surface}; border: {px(2)}px solid {p.edge}; border-radius: {px(10)}px;
    padding: {px(3)}px {px(12)}px; min-height: {px(36)}px; placeholder-text-color: {p.muted};
    selection-background-color: {p.accent}; selection-color: {p.on_accent};
}}
QLineEdit:focus, QComboBox:focus, QPlainTextEdit:focus {{ border: {px(3)}px solid {p.accent}; padding: {px(2)}px {px(11)}px; }}
QLineEdit[wrong="true"], QComboBox[wrong="true"] {{ border-color: {p.bad}; }}
QComboBox::drop-down {{ border: none; width: {px(36)}px; }}
QComboBox::down-arrow {{ image: url("{chevron}"); width: {px(22)}px; height: {px(22)}px; }}
QComboBox QAbstractItemView {{
    background: {p.surface}; border: 1px solid {p.edge}; padding: {px(4)}px; outline: none;
    selection-background-color: {p.accent_soft}; selection-color: {p.ink};
}}
QListWidget[role="pick"] {{
    background: {p.surface}; border: {px(2)}px solid {p.edge}; border-radius: {px(10)}px; padding: {px(4)}px; outline: none;
}}
QListWidget[role="pick"]:focus {{ border-color: {p.accent}; }}
QListWidget[role="pick"]::item {{
    padding: {px(8)}px {px(10)}px; min-height: {px(30)}px; border-radius: {px(8)}px; color: {p.ink};
}}
QListWidget[role="pick"]::item:selected {{ background: {p.accent_soft}; color: {p.ink}; }}
QProgressBar {{
    background: {p.neutral_soft}; border: none; border-radius: {px(6)}px; min-height: {px(12)}px; max-height: {px(12)}px;
}}
QProgressBar::chunk {{ background: {p.accent}; border-radius: {px(6)}px; }}
QScrollArea {{ background: transparent; border: none; }}
QScrollArea > QWidget > QWidget {{ background: transparent; }}
QScrollBar:vertical {{ background: transparent; width: {px(26)}px; margin: 0; }}
QScrollBar::handle:vertical {{
    background: {p.edge}; border-radius: {px(7)}px; min-height: {px(40)}px; margin: 0 {px(6)}px;
}}
QScrollBar::add-line, QScrollBar::sub-line {{ height: 0; width: 0; }}
QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}
"""
