"""Reads a document that is held before the camera: its machine-readable zone and its bar codes. Keeps no picture.

``band`` finds the lines and straightens them, ``glyphs`` says how alike each cell is to each of 37 signs, ``decode`` chooses the
reading that adds up, ``reader`` puts them together with the bar codes. It knows nothing of faces, sessions or forms.
"""
