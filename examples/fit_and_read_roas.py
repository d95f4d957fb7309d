"""Fit the example retailer and read what each channel returned."""

import omnimix as om


def main(draws: int = 1000) -> None:
    retailer = om.example("one_outcome")
    posterior = om.fit(retailer.funnel, retailer.panel, draws=draws, tune=draws, seed=7, progress=False)
    print(om.check(posterior))
    table = om.roas(posterior).table()
    print(table[["channel", "spend", "median", "lower", "upper"]].round(2).to_string(index=False))
    weakest = om.marginal_roas(posterior).table().query("channel != 'all_media'").nsmallest(1, "median")
    print(f"The next euro returns least in {weakest['channel'].item()}: {weakest['median'].item():.2f}.")


if __name__ == "__main__":
    main()
