"""What a sketch is worth. Nothing here knows a method: it scores images."""

from sketchlib.evaluation.floors import blur, floor_images, floors
from sketchlib.evaluation.ssim import HOUSE, mean_and_error, score, ssim, ssim_map

__all__ = ["HOUSE", "blur", "floor_images", "floors", "mean_and_error", "score", "ssim", "ssim_map"]
