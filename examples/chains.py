"""Judge a chain that the per-link rule would break up, and see what other ways to run it would have earned."""

import omnimix as om


def main(draws: int = 1000) -> None:
    world = om.simulate("chained", seed=1)
    posterior = om.fit(world.funnel, world.panel, draws=draws, tune=draws, chains=2, seed=7, progress=False)
    chain = om.Chain("quotes", links=["lead_ads", "social", "search", "retargeting"], hurdle=1.0)
    verdict = om.evaluate_chain(posterior, chain)
    print(
        verdict.table()[["link", "verdict", "roas_direct", "median", "lower", "upper"]].round(2).to_string(index=False)
    )
    for sentence in verdict.sentences().values():
        print("-", sentence)
    print("Meanwhile run:", ", ".join(verdict.runs))
    stopped = chain
    for link in verdict.link_rule.stops:
        stopped = stopped.without(link)
    comparison = om.compare_chains(posterior, [chain, chain.without("search"), stopped])
    print(comparison.table()[["chain", "gain", "gain_lower", "gain_upper"]].round(-3).to_string(index=False))


if __name__ == "__main__":
    main()
