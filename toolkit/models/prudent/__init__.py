"""Need: who gets care, how much is enough, how much places differ by chance, who does the work.

Four small models, each with a closed form to hold it against.
"""

from toolkit.models.prudent.chance import (
    areas,
    extremal_quotient,
    overdispersion,
    poisson_limit,
    systematic_variation,
)
from toolkit.models.prudent.enough import Treatment
from toolkit.models.prudent.sharing import RULES, NeedGroup, health, share
from toolkit.models.prudent.together import FREED, ORDERS, Kin, Team
