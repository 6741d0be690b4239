"""How fast the library is, and next to whom: what `sketchlib bench` measures."""
