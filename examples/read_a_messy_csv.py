"""Read an export with a title, decimal commas, German dates and a totals row; then a file that is refused."""

import tempfile
from datetime import date, timedelta
from pathlib import Path

import omnimix as om


def german_export(folder: Path) -> Path:
    """Write what a media agency might send: 60 weeks of TV and turnover, made up here."""
    mondays = [date(2024, 1, 1) + timedelta(weeks=week) for week in range(60)]
    spend = [0 if week % 3 else 1200 + 7 * week for week in range(60)]
    turnover = [30_000 + 311 * (week % 9) for week in range(60)]
    rows = [f"{d:%d.%m.%Y};{s},50 €;{t},00 €" for d, s, t in zip(mondays, spend, turnover, strict=True)]
    totals = f"Summe;{sum(spend) + 30},00 €;{sum(turnover)},00 €"
    file = folder / "export.csv"
    file.write_text("\n".join(["Mediareport 2024", "", "Woche;TV;Umsatz", *rows, totals]), encoding="cp1252")
    return file


def main(draws: int = 0) -> None:
    with tempfile.TemporaryDirectory() as folder:
        file = german_export(Path(folder))
        panel = om.read_panel(file, week="Woche", currency="EUR")
        print(panel)
        for note in panel.notes:
            print("noted:", note.message)

        torn = Path(folder) / "torn.csv"
        lines = file.read_text(encoding="cp1252").splitlines()
        torn.write_text("\n".join(lines[:10] + lines[11:20] + lines[19:]), encoding="cp1252")
        try:
            om.read_panel(torn, week="Woche")
        except om.DataError as refusal:
            print("refused:", refusal)


if __name__ == "__main__":
    main()
