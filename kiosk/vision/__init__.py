"""The kiosk's eyes: frames in, observations out. Decides nothing; what an observation means is said in :mod:`kiosk.domain`.

    engine        the whole of it, on one thread: face, measures, passive liveness, reflected light of one frame
    tracker, mediapipe_parts, geometry, stills    faces with tracks, poses and landmarks (MediaPipe); single pictures
    liveness, minifas    the passive networks, fused by their mean logit; two of them converted from their published weights
    cues          evidence of other kinds, each with its own veto: edges that move with a face
    reflection    light of the face and of the room beside it, for the screen's own light
    measures, occlusion    how good a picture is
    embedder      a face as a direction in the matcher's space
    models, manifest, fetch, onnx    files of weights: which, from where, with which hash, and how they are run
    quick, protobuf    what is changed in a network's file while it is loaded, so that it gives the same sooner

What passive evidence is good for: prints are caught, displays often; a good phone in good light is what the active step is for,
and a mask or a camera that is fed is caught by neither. Every figure stands in the README with the command that makes it again.
"""
