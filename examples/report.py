"""Write the page that both teams read, in English and in Dutch, from one fit."""

import omnimix as om


def main(draws: int = 1000) -> None:
    retailer = om.example("one_outcome")
    posterior = om.fit(retailer.funnel, retailer.panel, draws=draws, tune=draws, chains=2, seed=7, progress=False)
    spring = om.Chain("spring", links=["tv", "social", "search"], start="2024-03-04", end="2024-06-02", hurdle=1.0)
    plan = om.optimize_budget(posterior, total=1_500_000, outlook=om.Outlook(draws=min(draws, 200)), progress=False)
    page = om.report(posterior, chains=[spring], plan=plan, subtitle="Example retailer, simulated", progress=False)
    for language in ("en", "nl"):
        print(page.write(f"report.{language}.html", language=language))


if __name__ == "__main__":
    main()
