"""Passive cues beside the networks: each looks for one kind of evidence, has its own rule for how sure it must be, and a veto.

A cue only denies. Its veto latches in :mod:`kiosk.domain.liveness`; cues are never averaged with the networks or each other.
"""
