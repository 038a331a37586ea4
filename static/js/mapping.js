// Keeps the mapping page true while people choose: settings that a target needs, and the list of what is needed.
(() => {
  const form = document.getElementById("mapping-form");
  const extraOfType = { phone: "region", Date: "format", Numeric: "decimal" };

  const showExtra = (column, select) => {
    const kind = extraOfType[select.selectedOptions[0].dataset.type];
    const shown = column.querySelector("[data-extra]");
    if (shown && shown.dataset.extra === kind) return;
    shown?.remove();
    if (!kind) return;
    const html = document.getElementById(`extra-${kind}`).innerHTML.replaceAll("__INDEX__", column.dataset.column);
    select.parentElement.insertAdjacentHTML("beforeend", html);
    const usual = column.dataset[kind];
    const setting = select.parentElement.querySelector("[data-extra] select");
    if (usual && [...setting.options].some((option) => option.value === usual)) setting.value = usual;
  };

  const setCheck = (name, isMet, words) => {
    const item = form.querySelector(`[data-check="${name}"]`);
    item.className = isMet ? "met" : "unmet";
    item.querySelector("[data-state]").textContent = isMet ? "Done:" : "Missing:";
    if (words) item.querySelector("[data-words]").textContent = words;
  };

  const review = () => {
    const columns = [...form.querySelectorAll("[data-column]")];
    const chosen = columns.map((column) => [column, column.querySelector("select").value]).filter(([, target]) => target);
    form.querySelector("[data-mapped]").textContent = chosen.length.toLocaleString("en-GB");
    form.querySelector("[data-unmapped]").textContent = (columns.length - chosen.length).toLocaleString("en-GB");
    setCheck("some", chosen.length > 0);
    const wanted = `identifiers.${form.elements.matchIdentifier.value}`;
    const match = chosen.find(([, target]) => target === wanted);
    setCheck(
      "match",
      Boolean(match),
      match
        ? `Contacts are matched by “${match[0].querySelector("h3").textContent}”`
        : "A column for what contacts are matched by",
    );
  };

  form.addEventListener("change", (event) => {
    const column = event.target.closest("[data-column]");
    if (column && event.target.name.startsWith("target-")) {
      showExtra(column, event.target);
      column.querySelector(".why").textContent = event.target.value ? "Chosen here." : "Left out here.";
    }
    review();
  });
  document.getElementById("problems")?.focus();
})();
