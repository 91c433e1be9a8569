"""What packaging/build.py does, a module a thing. Runs in the build's own environment; no part of the program."""
