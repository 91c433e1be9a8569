"""A local stand-in for the Verifik v2 API: real face matching and liveness behind the documented answers (extra ``sandbox``)."""
