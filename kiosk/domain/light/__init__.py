"""The screen's own light as a question: soft colours in a random order, and whether a face answers as a head does. Pure.

    colours     what may be shown, and a sequence of it drawn from a given source of chance
    judge       what a face and its surroundings gave back, against what was shown

A head near the screen gives back its colours, and what is far behind it hardly does. A lit display gives back little of them; a
picture held before the camera gives them back all over. Only where both are as expected does a session go on; everything else is
no evidence, and no evidence never passes. It refuses nobody as an attack: a bright room answers like a display.

What it does not stop: a print or a mask cut to the shape of a head, held where a head would be; a camera that is fed. What it
needs: a screen that is bright against the room, and a camera that does not change its colours by itself.
"""
