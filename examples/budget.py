"""Divide one joint budget over the coming quarter, and ask what two separate ones would cost."""

import omnimix as om


def main(draws: int = 1000) -> None:
    retailer = om.example("one_outcome")
    posterior = om.fit(retailer.funnel, retailer.panel, draws=draws, tune=draws, chains=2, seed=7, progress=False)
    limits = om.Limits(
        channels={"radio": om.Limit(min=100_000), "display": om.Limit(change=(-0.3, 0.3))},
        pools={"video": om.Limit(max=800_000)},
    )
    outlook = om.Outlook(draws=min(draws, 400))
    plan = om.optimize_budget(posterior, total=1_500_000, weeks=13, limits=limits, outlook=outlook, progress=False)
    print(plan.table()[["channel", "today", "plan", "free_lower", "free_upper"]].round(-3).to_string(index=False))
    for sentence in plan.sentences().values():
        print("-", sentence)
    silos = om.silo_cost(posterior, total=1_500_000, weeks=13, outlook=outlook, progress=False)
    print("-", silos.sentence())
    print("Workbook to edit:", plan.to_excel("plan.xlsx"))


if __name__ == "__main__":
    main()
