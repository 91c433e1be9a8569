"""From a snapshot to what a screen shows: pure functions ``present(snapshot, text) -> View``, one module a screen. No Qt.

A view is a frozen value with every word in it, so that equal views need no repainting and a test can read a whole screen.
"""
