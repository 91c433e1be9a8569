"""The outbox worker, the lost-reply resolver and the pull. Knows the store and the account through ``kiosk.domain`` only."""
