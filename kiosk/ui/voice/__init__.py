"""Guidance for the ear: hints spoken in the visit's language, or sounded where no voice is installed. No Qt.

    snapshot ─▶ plan.spoken (pure) ─▶ Guide.say ─▶ one thread ─▶ a voice (espeak-ng, spd-say, say, Windows' own) or tones

Qt's own speech and sound modules are not in the parts of Qt that are shipped, so the system's programs are used. What is spoken
is never older than what is on screen: new words cut the old ones off. Names are spoken only where the settings say so; nothing
else personal ever is. Without a voice, a player or a sound card it is silent: every word stands on the screen as well.
"""
