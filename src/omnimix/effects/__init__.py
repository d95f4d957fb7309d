"""The engine `respond` and every number taken from it."""

from omnimix.effects.contributions import Contributions, contributions
from omnimix.effects.figures import Figures, middle, require_usable, summarise
from omnimix.effects.joint import indistinct, joint_roas
from omnimix.effects.paths import paths
from omnimix.effects.payback import By, payback
from omnimix.effects.predict import predict
from omnimix.effects.respond import money, respond
from omnimix.effects.roas import ResponseCurves, marginal_roas, response_curves, roas
from omnimix.effects.traffic import traffic_share

__all__ = [
    "By",
    "Contributions",
    "Figures",
    "ResponseCurves",
    "contributions",
    "indistinct",
    "joint_roas",
    "marginal_roas",
    "middle",
    "money",
    "paths",
    "payback",
    "predict",
    "require_usable",
    "respond",
    "response_curves",
    "roas",
    "summarise",
    "traffic_share",
]
