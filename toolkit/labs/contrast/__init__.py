"""Lesson 09: carry a dialect in, or the logic; on the case data, and beside what was published."""

from toolkit.labs.contrast.chooser import places
from toolkit.labs.contrast.laws_tried import causes, laws, leaning
from toolkit.labs.contrast.published import aid
from toolkit.labs.contrast.two_futures import contrast
from toolkit.labs.contrast.where_ahead import corner

__all__ = ["aid", "causes", "contrast", "corner", "laws", "leaning", "places"]
