"""One screen a file: a widget with ``show_view(view)`` and intent signals. Screens decide nothing and keep no person's data.

(The method is not called ``render``: QWidget has one of that name, for painting into a picture.)
"""
