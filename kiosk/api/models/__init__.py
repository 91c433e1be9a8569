"""The objects of the service, a module a resource, frozen. Only what the client itself needs is required of an answer."""
