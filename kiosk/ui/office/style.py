"""Lists, navigation and notices of the operator's room, in the theme's colours. The rest is the one style sheet's."""

from __future__ import annotations

from kiosk.ui.theme import Theme


def office_style(theme: Theme) -> str:
    """For the room's root widget."""
    p, px, letters = theme.palette, theme.px, theme.letters
    nav, low = max(px(26), round(1.3 * letters(18))), max(px(30), round(1.35 * letters(18)))  # no letter is cut
    return f"""
QPushButton[role="nav"] {{
    text-align: left; background: transparent; border: {px(2)}px solid transparent; color: {p.ink};
    font-size: {letters(18)}px; font-weight: 400; min-height: {nav}px; padding: {px(3)}px {px(12)}px;
    border-radius: {px(10)}px;
}}
QPushButton[role="nav"]:checked {{ background: {p.accent_soft}; color: {p.accent}; }}
QPushButton[role="nav"]:focus {{ border: {px(2)}px solid {p.ink}; padding: {px(3)}px {px(12)}px; }}
QPushButton[role="small"] {{
    font-size: {letters(18)}px; min-height: {low}px; padding: {px(4)}px {px(16)}px; border-radius: {px(10)}px;
}}
QPushButton[role="small"]:focus {{ border: {px(3)}px solid {p.ink}; padding: {px(3)}px {px(15)}px; }}
QPushButton[role="danger"] {{ color: {p.bad}; border-color: {p.bad}; font-size: {letters(18)}px; min-height: {low}px;
    padding: {px(4)}px {px(16)}px; border-radius: {px(10)}px; }}
QPushButton[role="danger"]:focus {{ border: {px(3)}px solid {p.ink}; padding: {px(3)}px {px(15)}px; }}
QPushButton#signInEnter {{ min-height: {low}px; padding: {px(7)}px {px(14)}px; }}
QLabel[role="notice"] {{ border-radius: {px(10)}px; padding: {px(8)}px {px(14)}px; font-size: {letters(18)}px; }}
QLabel[role="notice"][tone="good"] {{ color: {p.good}; background: {p.good_soft}; }}
QLabel[role="notice"][tone="bad"] {{ color: {p.bad}; background: {p.bad_soft}; }}
QLabel[role="notice"][tone="neutral"] {{ color: {p.neutral}; background: {p.neutral_soft}; }}
QTableView, QListWidget {{
    background: {p.surface}; border: 1px solid {p.line}; border-radius: {px(10)}px; gridline-color: {p.line};
    font-size: {letters(18)}px; color: {p.ink}; outline: none;
    selection-background-color: {p.accent_soft}; selection-color: {p.ink};
}}
QTableView::item, QListWidget::item {{ padding: {px(9)}px {px(12)}px; border-bottom: 1px solid {p.line}; }}
QTableView:focus, QListWidget:focus {{ border: {px(2)}px solid {p.accent}; }}
QListWidget::item:selected, QTableView::item:selected {{ background: {p.accent_soft}; color: {p.ink}; }}
QHeaderView::section {{
    background: {p.neutral_soft}; color: {p.neutral}; border: none; padding: {px(6)}px {px(10)}px;
    font-size: {letters(16)}px; font-weight: 600;
}}
QTableView QTableCornerButton::section {{ background: {p.neutral_soft}; border: none; }}
"""
