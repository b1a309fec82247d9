"""A table of events: implantations, programming, falls, visits."""
