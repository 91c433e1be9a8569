"""What ``kiosk doctor`` looks at. Each check is a function that returns lines; none of them changes anything."""
