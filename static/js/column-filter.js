// Filters the columns of the mapping page, and shows the one that a link leads to. Nothing leaves the form: what is
// hidden is still part of it.
(() => {
  const reveal = (id) => {
    const target = id && document.getElementById(id);
    const column = target?.closest(".column");
    if (!column) return;
    column.hidden = false;
    for (let fold = target.matches(".column") ? target.querySelector(".fold") : target.closest("details"); fold;) {
      fold.open = true;
      fold = fold.parentElement.closest("details");
    }
    target.scrollIntoView({ block: "start" });
    if (!target.matches(".column")) target.focus();
  };

  // A link to a column finds it, whatever the filter says.
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[href^='#column-'], a[href^='#target-']");
    if (!link) return;
    event.preventDefault();
    reveal(link.hash.slice(1));
  });
  if (window.location.hash) reveal(window.location.hash.slice(1));

  const filter = document.getElementById("column-filter");
  if (!filter) return;
  const find = document.getElementById("find");
  const words = document.getElementById("found-words");
  const columns = () => [...document.querySelectorAll("#mapping-form .column")];
  const chosen = () => filter.querySelector("[name=filter]:checked")?.value ?? "";

  const plain = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLocaleLowerCase();
  const nameOf = (column) => plain(
    `${column.querySelector("h3").textContent} ${column.querySelector(".target-words").textContent}`,
  );

  const apply = () => {
    const wanted = chosen();
    const text = plain(find.value.trim());
    let found = 0;
    columns().forEach((column) => {
      const isFound = (!wanted || column.dataset.states.split(" ").includes(wanted)) && nameOf(column).includes(text);
      column.hidden = !isFound;
      found += Number(isFound);
    });
    words.textContent = wanted || text ? filter.dataset.found.replace("{count}", found) : "";
  };

  filter.addEventListener("change", apply);
  find.addEventListener("input", apply);
  find.addEventListener("keydown", (event) => { if (event.key === "Enter") event.preventDefault(); });
})();
