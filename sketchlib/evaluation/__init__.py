"""What a sketch is worth. Nothing here knows a method: it scores images."""

from sketchlib.evaluation.floors import KNOW_THE_ANSWER, blur, floor_images, floors
from sketchlib.evaluation.metrics import METRICS, Metric, available_metrics, fid, measure, why_not
from sketchlib.evaluation.protocols import HOUSE_PROTOCOL, PROTOCOLS, Protocol, evaluate
from sketchlib.evaluation.recognition import ranks, recognized, similarities
from sketchlib.evaluation.scoot import scoot
from sketchlib.evaluation.ssim import HOUSE, mean_and_error, score, ssim, ssim_map
from sketchlib.evaluation.statistics import Comparison, Summary, bootstrap_interval, compare, summary
from sketchlib.evaluation.texture import detail, power_spectrum, sharpness

__all__ = [
    "HOUSE",
    "HOUSE_PROTOCOL",
    "KNOW_THE_ANSWER",
    "METRICS",
    "PROTOCOLS",
    "Comparison",
    "Metric",
    "Protocol",
    "Summary",
    "available_metrics",
    "blur",
    "bootstrap_interval",
    "compare",
    "detail",
    "evaluate",
    "fid",
    "floor_images",
    "floors",
    "mean_and_error",
    "measure",
    "power_spectrum",
    "ranks",
    "recognized",
    "scoot",
    "score",
    "sharpness",
    "similarities",
    "ssim",
    "ssim_map",
    "summary",
    "why_not",
]
