"""What is trained: generators and discriminators."""

from sketchlib.nets.combogan import Decoder, Encoder, EncoderDecoder, TwoBranchPatchGAN
from sketchlib.nets.patchgan import PatchGAN, receptive_field
from sketchlib.nets.resnet import ResNetGenerator
from sketchlib.nets.se import SqueezeExcitation
from sketchlib.nets.unet import UNetGenerator, count_downs

__all__ = [
    "Decoder",
    "Encoder",
    "EncoderDecoder",
    "PatchGAN",
    "ResNetGenerator",
    "SqueezeExcitation",
    "TwoBranchPatchGAN",
    "UNetGenerator",
    "count_downs",
    "receptive_field",
]
