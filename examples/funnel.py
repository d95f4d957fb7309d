"""Fit visits, web shop and shops at once; ask where visits come from, which way the money comes and what it returns."""

import omnimix as om


def main(draws: int = 1000) -> None:
    world = om.simulate(
        channels=["tv", "radio", om.Channel("search", responds_to="visits")],
        nodes=[
            om.Stage("visits"),
            om.Outcome("online_sales", value=0.30, parents=["visits"]),
            om.Outcome("store_sales", value=0.25, parents=["visits"]),
        ],
        weeks=104,
        seed=5,
    )
    posterior = om.fit(world.funnel, world.panel, draws=draws, tune=draws, chains=2, seed=7, progress=False)
    returned = om.roas(posterior).table().assign(gross=om.roas(posterior, basis="gross").table()["median"])
    print("Net of the search spend that others induce, and gross:")
    print(returned[["channel", "median", "lower", "upper", "gross", "induced_spend"]].round(2).to_string(index=False))
    share = om.traffic_share(posterior, of="media").table()
    print("Of the visits that media bring:")
    print(share[["channel", "median", "lower", "upper"]].round(2).to_string(index=False))
    ways = om.paths(posterior).table().query("kind != 'interaction'").nlargest(3, "mean")
    print("The three ways by which most money comes:")
    print(ways[["path", "mean", "lower", "upper"]].round(0).to_string(index=False))


if __name__ == "__main__":
    main()
