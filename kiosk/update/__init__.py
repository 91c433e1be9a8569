"""A new version of the program, from a folder (a USB stick, a share): who may bring it, and how it takes the old one's place.

The trust is that of The Update Framework, through the plain ``tuf`` client. tufup builds on the same client, but it unpacks an
update over the running program with a script that nobody can take up again after a power cut, and it wants a server; a kiosk
needs both versions side by side, one rename between them, and a folder that somebody carries.

    SOURCE/metadata, SOURCE/targets ─▶ trust (signatures, expiry, never backwards)
        ─▶ unpack beside the old version, every file checked against its list, on disk before it gets its name
        ─▶ the new version tests itself ─▶ copy of the station's database ─▶ ``current`` points to it (one rename)
        ─▶ it tests itself again as installed ─▶ done; or ``current`` points back, and the journal says why

Nothing here opens a network connection, touches the station's database (the copy is made by whoever calls) or deletes the version
that runs. A process that is killed at any point leaves ``current`` at a version that was whole and tested.
"""
