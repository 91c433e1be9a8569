"""The first start: seven questions on a profile that has no settings yet. Decides nothing; asks its Helpers (``answers``).

Importing it costs nothing: Qt comes in with :mod:`kiosk.ui.setup.wizard`, which only a first start needs.
"""
