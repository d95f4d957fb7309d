"""The engine `respond` and every number taken from it."""

from omnimix.effects.contributions import Contributions, contributions
from omnimix.effects.figures import Figures, require_usable, summarise
from omnimix.effects.predict import predict
from omnimix.effects.respond import respond
from omnimix.effects.roas import ResponseCurves, marginal_roas, money, response_curves, roas

__all__ = [
    "Contributions",
    "Figures",
    "ResponseCurves",
    "contributions",
    "marginal_roas",
    "money",
    "predict",
    "require_usable",
    "respond",
    "response_curves",
    "roas",
    "summarise",
]
