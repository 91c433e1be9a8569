"""People and results that outlive a power cut: SQLite through sqlite-utils.

Start at :class:`kiosk.store.sqlite.SqliteStore`. Nothing heavy is imported until a store is opened.
"""
