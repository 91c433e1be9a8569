"""The active step: a random path of head motions, and whether a living head answered it. Pure; numpy only when it is used.

    motion      what may be asked, and a path of it drawn from a given source of chance
    geometry    landmarks of two frames: a plane that moved, or a head? how far, how fast?
    continuity  one face without a cut, over all frames of a session
    judge       the sequence against what was seen: the asked motion, in its window, by something that is not flat
    trace       the session as landmarks alone, for the operator who explains a refusal

It stops what does not answer: a picture moved by hand, a recording, an earlier challenge played again (which has to be of the
same path of 256, and to hold and go at the right times: once in fifteen hundred, measured). It does not stop a mask, nor who
plays the right recording at the right moment without a visible cut: passive cues and policy tiers are for those.
"""
