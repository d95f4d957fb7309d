"""Campaign chains: what links earn together, and what that means for each of them."""

from omnimix.chains.compare import ChainComparison, compare_chains
from omnimix.chains.evaluate import evaluate_chain
from omnimix.chains.link_rule import LinkRule
from omnimix.chains.result import WHOLE, ChainVerdict
from omnimix.chains.verdict import STATES, VERDICTS, Judgement, Losses, PricedTests, Returns, Worth, judge

__all__ = [
    "STATES",
    "VERDICTS",
    "WHOLE",
    "ChainComparison",
    "ChainVerdict",
    "Judgement",
    "LinkRule",
    "Losses",
    "PricedTests",
    "Returns",
    "Worth",
    "compare_chains",
    "evaluate_chain",
    "judge",
]
