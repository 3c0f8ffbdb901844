"""Need: who gets care, how much is enough, how much places differ by chance, who does the work.

Four small models, each with a closed form to hold it against.
"""

from toolkit.need.chance import (
    areas,
    binomial_limit,
    extremal_quotient,
    overdispersion,
    poisson_limit,
    systematic_variation,
)
from toolkit.need.enough import Treatment
from toolkit.need.sharing import RULES, Group, health, share, weights
from toolkit.need.together import FREED, ORDERS, Kin, Team

__all__ = [
    "FREED",
    "ORDERS",
    "RULES",
    "Group",
    "Kin",
    "Team",
    "Treatment",
    "areas",
    "binomial_limit",
    "extremal_quotient",
    "health",
    "overdispersion",
    "poisson_limit",
    "share",
    "systematic_variation",
    "weights",
]
