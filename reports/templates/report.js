"use strict";
(() => {
  const openAround = () => {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!target) return;
    for (let at = target; at; at = at.parentElement) {
      if (at.localName === "details") at.open = true;
      at.hidden = false;
    }
    target.scrollIntoView();
  };
  addEventListener("hashchange", openAround);
  openAround();

  for (const form of document.querySelectorAll("form.filter")) {
    const items = [...document.getElementById(form.dataset.list).querySelectorAll("[data-outcome]")];
    const apply = () => {
      const outcome = form.elements.outcome.value;
      const words = form.elements.words.value.trim().toLowerCase().split(/\s+/);
      let shown = 0;
      for (const item of items) {
        const text = (item.dataset.words || item.textContent).toLowerCase();
        item.hidden = (outcome && item.dataset.outcome !== outcome) || !words.every(w => text.includes(w));
        shown += item.hidden ? 0 : 1;
      }
      for (const group of document.querySelectorAll(`#${form.dataset.list} .feature`)) {
        group.hidden = !group.querySelector("[data-outcome]:not([hidden])");
      }
      form.querySelector("output").textContent = `Visar ${shown} av ${items.length}`;
    };
    form.addEventListener("input", apply);
    form.addEventListener("submit", event => event.preventDefault());
    for (const button of form.querySelectorAll("button[data-open]")) {
      button.addEventListener("click", () => {
        for (const item of items) if (!item.hidden) item.open = button.dataset.open === "yes";
      });
    }
    form.reset();
    form.hidden = false;
  }

  let opened = [];
  addEventListener("beforeprint", () => {
    opened = [...document.querySelectorAll("details.printed:not([open])")];
    for (const each of opened) each.open = true;
  });
  addEventListener("afterprint", () => { for (const each of opened) each.open = false; });
})();
