"""How good and how fast the kiosk is, measured on files and on this machine. Keeps nothing, sends nothing, opens nothing.

    statistics.py          rates, Clopper-Pearson intervals, areas, error rates           words.py    numbers in words
    files.py  attempt.py   labelled files; one file shown to the station's own eyes and rules
    liveness.py            APCER and BPCER by species, site and exposure                  liveness_report.py
    pairs.py  matching.py  TAR at a false accept rate over labelled pairs                 matching_report.py
    timing.py scene.py     stages timed in turns, on a portrait in front of a camera
    bench_vision.py  bench_gallery.py  the stages                                         bench_report.py

The stages that need the whole program (decision, start) are in ``kiosk.cli``, the only room that builds it.
"""
