// Brings the charts of the page to life. Everything it needs is inside the page.
(async () => {
  const read = (id) => JSON.parse(document.getElementById(id).textContent);
  const { charts, config, locale } = read("omnimix-charts");
  const views = {};
  for (const [name, spec] of Object.entries(charts)) {
    const place = document.querySelector(`.chart[data-chart="${CSS.escape(name)}"]`);
    const live = document.createElement("div");
    live.style.width = "100%";
    live.setAttribute("aria-hidden", "true"); // its figures are told by the label of its place
    place.append(live);
    try {
      const options = { mode: "vega-lite", actions: false, renderer: "svg", formatLocale: locale, config, tooltip: { theme: "light" } };
      const { view } = await vegaEmbed(live, { ...spec, width: "container" }, options);
      place.querySelector(":scope > svg").remove();
      views[name] = view;
    } catch (problem) {
      live.remove(); // the picture that is there stays
      console.error(name, problem);
    }
  }

  const slider = document.getElementById("total");
  if (slider && views.division) {
    const told = document.querySelectorAll("#levels-told [data-level]");
    const title = document.querySelectorAll("#levels-total [data-level]");
    const show = () => {
      for (const one of [...told, ...title]) one.hidden = one.dataset.level !== slider.value;
      slider.setAttribute("aria-valuetext", title[slider.value].textContent.trim());
      views.division.signal("level", Number(slider.value)).run();
    };
    slider.addEventListener("input", show);
    show();
  }
  for (const choice of document.querySelectorAll('input[name="horizon"]')) {
    choice.addEventListener("change", () => views.balance?.signal("horizon", Number(choice.value)).run());
  }

  // A chart that was folded away had no width; it takes the one it has now.
  for (const fold of document.querySelectorAll("details")) {
    fold.addEventListener("toggle", () => fold.open && window.dispatchEvent(new Event("resize")));
  }

  document.documentElement.classList.add("alive");
})();
