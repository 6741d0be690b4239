"""Photo-to-sketch face synthesis with an improved CycleGAN, from data to score."""

__version__ = "0.1.0"
