"""Checks for the exercises of the book: `check_03_squeeze(squeeze)` says that it is right, or what is wrong with it.

A module for each chapter. Every check is a `Check`: an oracle, inputs, and the mistakes that people make.
"""

from sketchlib.checks.chapter_01 import *
from sketchlib.checks.chapter_02 import *
from sketchlib.checks.chapter_03 import *
from sketchlib.checks.chapter_04 import *
from sketchlib.checks.chapter_05 import *
from sketchlib.checks.chapter_06 import *
from sketchlib.checks.chapter_07 import *
from sketchlib.checks.chapter_08 import *
from sketchlib.checks.chapter_09 import *
from sketchlib.checks.chapter_10 import *
from sketchlib.checks.chapter_11 import *
from sketchlib.checks.chapter_12 import *
from sketchlib.checks.chapter_13 import *
from sketchlib.checks.judging import Check as Check
from sketchlib.checks.judging import CheckFailed as CheckFailed

ALL = {name: value for name, value in sorted(globals().items()) if isinstance(value, Check)}
"""Every check by its name."""
