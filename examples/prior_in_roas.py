"""State what is known about one channel as a range of ROAS, and see what the data add."""

from dataclasses import replace

import omnimix as om


def main(draws: int = 1000) -> None:
    retailer = om.example("one_outcome")
    known = retailer.funnel
    channels = [replace(c, roas_prior=(0.5, 1.2)) if c.name == "display" else c for c in known.channels]
    stated = om.Funnel(channels=channels, outcomes=known.outcomes, controls=known.controls, holidays=known.holidays)
    for label, funnel in {"default prior": known, "between 0.5 and 1.2": stated}.items():
        posterior = om.fit(funnel, retailer.panel, draws=draws, tune=draws, seed=7, progress=False)
        row = om.roas(posterior).table().set_index("channel").loc["display"]
        print(f"{label}: display returned {row['lower']:.2f} to {row['upper']:.2f} (90% interval)")


if __name__ == "__main__":
    main()
