"""What flows through a funnel, and where its spots and ribbons lie on paper; no picture is drawn here."""

from omnimix.flows.amounts import Amount, Arrow, Flows, Spot, flows, structure
from omnimix.flows.layout import BAR, Label, Paper, Place, Ribbon, forward, lay_out

__all__ = [
    "BAR",
    "Amount",
    "Arrow",
    "Flows",
    "Label",
    "Paper",
    "Place",
    "Ribbon",
    "Spot",
    "flows",
    "forward",
    "lay_out",
    "structure",
]
