"""Who is this? Exact 1:N over normalised templates. Start at :class:`kiosk.gallery.exact.ExactGallery`."""
