"""What a verdict says in plain words."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest

import omnimix as om
from omnimix.chains import WHOLE, ChainVerdict, Returns, Worth, judge
from omnimix.rows.chains import chain_rows
from omnimix.words import texts
from tests.chains.conftest import LINKS, spring


def as_if(found: ChainVerdict, link: str, figures: dict[str, tuple[float, float]]) -> ChainVerdict:
    """Return the verdict as if a link's figures lay around the given middles with the given spreads."""
    generator = np.random.default_rng(4)
    draws = found.links.draws.copy()
    for measure, (middle, spread) in figures.items():
        draws.loc[{"measure": measure, "link": link}] = generator.normal(middle, spread, draws.sizes["draw"])
    links = replace(found.links, draws=draws)
    three = Returns(*(draws.sel(measure=m, link=link).to_numpy() for m in ("roas", "roas_marginal", "roas_half")))
    judgements = {**found.judgements, link: judge(three, found.chain.hurdle, found.losses)}
    return replace(found, links=links, judgements=judgements)


@pytest.mark.parametrize("language", ["en", "nl"])
def test_every_link_and_the_chain_are_told_without_gaps(judged: ChainVerdict, language: str) -> None:
    said = judged.sentences(language)
    assert set(said) == {*LINKS, WHOLE}
    for text in said.values():
        assert text.endswith(".")
        assert "{" not in text
        assert "nan" not in text


def test_languages_have_the_same_sentences_with_the_same_figures() -> None:
    for section in ("chains", "verdicts"):
        english, dutch = texts(section, "en"), texts(section, "nl")
        assert set(english) == set(dutch)
        for name, text in english.items():
            assert set(re.findall(r"\{(\w+)\}", text)) == set(re.findall(r"\{(\w+)\}", dutch[name])), name


def test_another_language_is_refused(judged: ChainVerdict) -> None:
    with pytest.raises(om.OmnimixError, match="language is one of en, nl, not 'de'"):
        judged.sentences("de")


@pytest.mark.parametrize(
    ("figures", "verdict", "said"),
    [
        ({"roas": (2.0, 0.1), "roas_marginal": (1.6, 0.1), "roas_half": (2.2, 0.1)}, "scale", "scale it"),
        ({"roas": (1.4, 0.1), "roas_marginal": (0.6, 0.1), "roas_half": (1.8, 0.1)}, "keep", "keep it as it is"),
        ({"roas": (0.8, 0.05), "roas_marginal": (0.4, 0.05), "roas_half": (1.3, 0.05)}, "fix", "At half the spend"),
        ({"roas": (0.8, 0.05), "roas_marginal": (1.4, 0.05), "roas_half": (0.5, 0.05)}, "fix", "it runs too thin"),
        ({"roas": (0.4, 0.05), "roas_marginal": (0.2, 0.05), "roas_half": (0.5, 0.05)}, "stop", "stop it"),
        ({"roas": (1.0, 0.9), "roas_marginal": (1.0, 0.9), "roas_half": (1.0, 0.9)}, "test", "The data cannot decide"),
        ({"roas": (1.5, 0.1), "roas_marginal": (1.0, 0.3), "roas_half": (1.8, 0.1)}, "test", "Test more of it"),
        ({"roas": (0.7, 0.1), "roas_marginal": (0.4, 0.1), "roas_half": (1.0, 0.1)}, "test", "Test half the spend"),
    ],
)  # fmt: skip
def test_the_reason_goes_with_the_verdict(
    judged: ChainVerdict, figures: dict[str, tuple[float, float]], verdict: str, said: str
) -> None:
    found = as_if(judged, "mail", figures)
    assert found.judgements["mail"].verdict == verdict
    assert said in found.sentences()["mail"]


def test_a_link_that_feeds_others_is_told_so_where_the_rule_would_stop_it(judged: ChainVerdict) -> None:
    figures = {"roas": (1.8, 0.1), "roas_marginal": (1.5, 0.1), "roas_half": (2.0, 0.1), "roas_direct": (0.5, 0.1)}
    found = as_if(judged, "tv", figures)
    rule = replace(found.link_rule, clashes={**found.link_rule.clashes, "tv": "stops what the chain needs"})
    said = replace(found, link_rule=rule).sentences()["tv"]
    assert re.search(r"TV earns 0\.\d\d by its own figures and would be stopped for that\.", said)
    assert "because retargeting and search work on what it brings" in said


def test_a_link_that_stays_in_place_of_another_is_not_said_to_feed_any(judged: ChainVerdict) -> None:
    rule = replace(judged.link_rule, clashes={**judged.link_rule.clashes, "retargeting": "stops what the chain needs"})
    assert judged.later["retargeting"] == ()
    assert "because" not in replace(judged, link_rule=rule).sentences()["retargeting"]


def test_a_weak_link_is_not_excused_by_a_chain_that_earns(judged: ChainVerdict) -> None:
    figures = {"roas": (0.3, 0.05), "roas_marginal": (0.2, 0.05), "roas_half": (0.4, 0.05), "roas_direct": (0.3, 0.05)}
    found = as_if(judged, "mail", figures)
    rule = replace(found.link_rule, clashes={**found.link_rule.clashes, "mail": "weak and not needed"})
    earning = replace(found.judgement, above_hurdle=0.9)
    said = replace(found, link_rule=rule, judgement=earning).sentences()["mail"]
    assert "the chain does not need it, whatever the chain earns as a whole" in said
    assert said.endswith("stop it.")


def test_dutch_figures_are_written_the_dutch_way(judged: ChainVerdict) -> None:
    assert re.search(r"tussen \d+,\d+ en \d+,\d+", judged.sentences("nl")["tv"])
    assert re.match(
        r"Voorjaar: naar verwachting EUR [\d.]+ opgebracht voor EUR [\d.]+; ", judged.sentences("nl")[WHOLE]
    )


def test_the_chain_says_what_it_induced_outside(funnel_posterior: om.Posterior) -> None:
    found = om.evaluate_chain(funnel_posterior, spring(links=["tv", "mail"]), allow_unconverged=True)
    assert "that it made channels outside it spend" in found.sentences()[WHOLE]


def test_the_notebook_and_the_prompt_show_every_link(judged: ChainVerdict) -> None:
    for shown in (repr(judged), judged._repr_html_()):
        for name in (*LINKS, WHOLE):
            assert name in shown


class Priced:
    """Tests of which every one is worth and costs the same."""

    def __init__(self, evsi: float, cost: float) -> None:
        self.worth = dict.fromkeys(LINKS, Worth(evsi, cost))


def undecided(found: ChainVerdict) -> ChainVerdict:
    """Return a verdict whose links are all put to the test."""
    return replace(found, losses=om.Losses.with_test(0.0)).at(found.chain.hurdle)


@pytest.mark.parametrize("language", ["en", "nl"])
def test_a_test_that_does_not_pay_becomes_keep_or_stop_with_the_reason_in_words(
    judged: ChainVerdict, language: str
) -> None:
    before, after = undecided(judged), undecided(judged).priced(Priced(evsi=3_000.0, cost=8_000.0))
    assert {j.verdict for j in before.judgements.values()} == {"test"} == {before.verdict}
    assert {j.verdict for j in after.judgements.values()} <= {"keep", "stop"}
    assert after.verdict in ("keep", "stop")
    thousands = {"en": ("3,000", "8,000"), "nl": ("3.000", "8.000")}[language]
    for name, text in after.sentences(language).items():
        assert all(figure in text for figure in thousands), name
        assert "{" not in text


def test_a_test_that_pays_stays_the_verdict_and_hurdles_keep_its_price(judged: ChainVerdict) -> None:
    after = undecided(judged).priced(Priced(evsi=9_000.0, cost=8_000.0))
    assert {j.verdict for j in after.judgements.values()} == {"test"}
    assert after.at(1.1).judgement.test == Worth(9_000.0, 8_000.0)
    assert after.sentences() == undecided(judged).sentences()


def test_a_verdict_that_is_priced_later_is_that_of_asking_with_the_tests(
    funnel_posterior: om.Posterior, judged: ChainVerdict
) -> None:
    tests = Priced(evsi=0.0, cost=1.0)
    asked = om.evaluate_chain(funnel_posterior, spring(), tests=tests, allow_unconverged=True)
    assert asked.judgements == judged.priced(tests).judgements
    told = chain_rows(asked)
    assert all(link["test"] == {"evsi": 0.0, "cost": 1.0} for link in told["links"])
    assert [link["verdict"] for link in told["links"]] == [asked.judgements[n].verdict for n in LINKS]


def test_what_knows_no_worth_is_refused_with_the_verb_that_does(funnel_posterior: om.Posterior) -> None:
    with pytest.raises(om.ArgumentError, match=r"`tests` .*om\.design_tests\(posterior\)"):
        om.evaluate_chain(funnel_posterior, spring(), tests=["tv off"], allow_unconverged=True)  # type: ignore[arg-type]
