"""What waits goes out, what the account holds comes in. Knows the store and the account through ``kiosk.domain`` only.

    rules.py    what a failure means for a row: later, in doubt, refused; and for all rows: halt        pure
    push.py     one row:  begin ▶ send ▶ confirm;  in doubt: look for our mark before sending again
    batch.py    some rows begun together and acknowledged together, for one wait for the disk; in a long queue on a thread of
                its own, while the batch before is being sent
    pull.py     the account's people, page by page from a saved cursor; who is gone there is gone here
    pictures.py templates for pulled pictures, one at a time
    worker.py   one small step at a time, in the order push, pictures, pull; its thread is its host's

Data flows  outbox row ─cargo▶ account ─answer▶ confirm / delay / doubt / bury ▶ record's truth
            account page ▶ replica ▶ gallery.
The thread that hosts the worker is the station's or the command line's; every step ends within its call's deadline. A step may be
cut at any point by a kill: a row that was begun and not answered is in doubt, and doubt looks before it sends.
"""
