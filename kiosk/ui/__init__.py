"""The window. The only room that knows Qt; it shows snapshots, passes intents on, and decides nothing.

    snapshot (flow thread) ─▶ bridge ─▶ KioskWindow ─▶ presenter (pure) ─▶ view (frozen words) ─▶ screen.show_view
    intents  ◀── signals of the screens
    pixels: CameraView pulls the newest frame 30 times a second and mirrors it while painting; frames never wait in the event loop

- ``application`` is what the command line calls; it imports Qt only then. ``loop`` owns the event loop, ``environment`` what
  must be true before Qt starts.
- ``presenters`` are pure functions, tested without Qt. ``screens`` have ``show_view`` (not ``render``: QWidget has its own).
- ``text`` has every word in every language; ``theme`` every colour and size, and the one style sheet.
- A slot does no I/O and no numpy work; a person's name, details and pixels leave a screen when the screen goes.
- Every wait on screen shows its limit. Nothing flashes. Everything works by keyboard: Tab, Enter, Escape (cancel), F1 (help).
"""
