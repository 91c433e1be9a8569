"""The operator's room on the screen.

    screen.py    OfficeScreen: the sign-in page, or the room; takes everything down when somebody leaves
    sign_in.py   name and PIN                      room.py   navigation and the page that is up
    catalog.py   which pages there are: a line each, imported when first opened
    page.py      OfficePage, the base of every page: ask, show, wipe
    bridge.py    questions out, answers back on the GUI thread
    style.py     lists and navigation, in the theme's colours
    pages/       one module a page, over presenters in ``kiosk.ui.presenters``

To add a page: a module in ``pages`` with a subclass of :class:`~kiosk.ui.office.page.OfficePage`, a line in
``catalog.PAGES``, and
the texts ``office.page.<name>`` (navigation) and whatever it says. What it asks for is a question of ``kiosk.station.office``.
"""
