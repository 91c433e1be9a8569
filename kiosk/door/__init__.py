"""What opens when access is granted: :mod:`kiosk.door.event` and :mod:`kiosk.door.command`. Decides nothing."""
