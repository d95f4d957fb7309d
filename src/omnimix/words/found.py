"""Findings as a reader is told them: one sentence each, in any language."""

from __future__ import annotations

from omnimix.findings import Finding
from omnimix.labels import ALL_MEDIA
from omnimix.words.figures import listing
from omnimix.words.texts import called, texts

ONE_SENTENCE = {  # findings that mean the same to a reader
    **dict.fromkeys(("one_chain", "r_hat", "ess_bulk", "ess_tail", "divergences", "e_bfmi"), "sampling"),
    **dict.fromkeys(("collinear", "nearly_collinear", "move_together"), "not_told_apart"),
}
SECTIONS = ("findings", "found_in_data")  # of a fit; of tables


def told_finding(finding: Finding, language: str) -> str:
    """Return a finding as a manager reads it; empty where there is no such sentence.

    >>> told_finding(Finding("never_varies", "warns", "...", "", where="online_video"), "nl")
    'online video veranderde nooit; niemand kan dus zeggen wat het doet.'
    """
    key = ONE_SENTENCE.get(finding.name, finding.name)
    sentence = next((texts(section, language)[key] for section in SECTIONS if key in texts(section, language)), "")
    where = [called(name, language) for name in (finding.where or ALL_MEDIA).split(", ")]
    return sentence.format(where=listing(where, language), name=finding.name)


def finding_name(finding: Finding, language: str) -> str:
    """Return a short name of a finding: its own where a language has no other.

    >>> finding_name(Finding("never_varies", "warns", "...", ""), "nl")
    'wisselt nooit'
    """
    return texts("finding_names", language).get(finding.name, finding.name.replace("_", " "))
