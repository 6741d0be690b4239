"""How a method is trained: configuration, loop, checkpoints."""
