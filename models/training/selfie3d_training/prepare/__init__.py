"""The face library from clones of its two public sources; ``docs/data.md`` describes what comes out."""
