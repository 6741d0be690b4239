"""What is trained: generators and discriminators."""

from sketchlib.nets.patchgan import PatchGAN, receptive_field
from sketchlib.nets.se import SqueezeExcitation
from sketchlib.nets.unet import UNetGenerator, halvings_between

__all__ = ["PatchGAN", "SqueezeExcitation", "UNetGenerator", "halvings_between", "receptive_field"]
