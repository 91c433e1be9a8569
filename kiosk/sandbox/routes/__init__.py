"""One module a resource of the API; each has ``ROUTES``. What they share stands in the modules beside this package."""
