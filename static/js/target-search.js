// What a column is imported as, found by typing: a combobox over the list of targets that the page has once. The select
// beneath stays the field of the form; the input stands for it, under its label. After the pattern of WAI-ARIA: an
// editable combobox with a list, in which the focus stays in the input.
(() => {
  const form = document.getElementById("mapping-form");
  const source = document.getElementById("all-targets");
  if (!form || !source || form.querySelector("fieldset").disabled) return;

  const PAGE = 10;
  const plain = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLocaleLowerCase();
  const choices = [...source.content.querySelectorAll("option")].map((option) => ({
    value: option.value,
    label: option.textContent,
    group: option.parentElement.label ?? "",
    text: plain(`${option.textContent} ${option.parentElement.label ?? ""} ${option.value}`),
  }));

  const list = document.createElement("div");
  list.className = "choices";
  list.id = "target-list";
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", source.dataset.label);
  const news = document.createElement("p");
  news.className = "visually-hidden";
  news.setAttribute("role", "status");
  form.append(news);

  let input = null; // the one whose list is open
  let active = -1;
  let isTouched = false;

  const selectOf = (box) => box.parentElement.querySelector("select");
  const options = () => [...list.querySelectorAll("[role=option]")];
  const labelOf = (select) => select.selectedOptions[0]?.textContent ?? "";

  const activate = (place) => {
    const all = options();
    all[active]?.classList.remove("active");
    active = all.length ? Math.max(0, Math.min(place, all.length - 1)) : -1;
    const option = all[active];
    if (!option) {
      input.removeAttribute("aria-activedescendant");
      return;
    }
    option.classList.add("active");
    input.setAttribute("aria-activedescendant", option.id);
    // The list alone is scrolled, never the page.
    const top = option.offsetTop;
    const bottom = top + option.offsetHeight;
    if (active === 0) list.scrollTop = 0;
    else if (top < list.scrollTop) list.scrollTop = top;
    else if (bottom > list.scrollTop + list.clientHeight) list.scrollTop = bottom - list.clientHeight;
  };

  const draw = (text) => {
    const words = plain(text).split(/\s+/).filter(Boolean);
    const select = selectOf(input);
    const own = [...select.options].filter((option) => !choices.some((one) => one.value === option.value))
      .map((option) => ({ value: option.value, label: option.textContent, group: "", text: plain(option.textContent) }));
    const found = [...own, ...choices].filter((one) => words.every((word) => one.text.includes(word)));
    list.replaceChildren();
    active = -1;
    let group = null;
    let box = list;
    found.forEach((one, place) => {
      if (one.group !== group) {
        group = one.group;
        box = list;
        if (group) {
          box = document.createElement("div");
          box.setAttribute("role", "group");
          const heading = document.createElement("div");
          heading.className = "heading";
          heading.id = `target-group-${place}`;
          heading.textContent = group;
          heading.setAttribute("role", "presentation");
          box.setAttribute("aria-labelledby", heading.id);
          box.append(heading);
          list.append(box);
        }
      }
      const option = document.createElement("div");
      option.id = `target-option-${place}`;
      option.setAttribute("role", "option");
      option.setAttribute("aria-selected", String(one.value === select.value));
      option.dataset.value = one.value;
      option.textContent = one.label;
      box.append(option);
    });
    if (!found.length) {
      const none = document.createElement("div");
      none.className = "none";
      none.setAttribute("role", "option");
      none.setAttribute("aria-disabled", "true");
      none.id = "target-option-none";
      none.textContent = source.dataset.none;
      list.append(none);
    }
    news.textContent = text ? source.dataset.found.replace("{count}", found.length) : "";
    const chosen = options().findIndex((option) => option.getAttribute("aria-selected") === "true");
    activate(text ? 0 : Math.max(0, chosen));
  };

  const open = (box, text = "") => {
    if (input && input !== box) close();
    input = box;
    box.parentElement.append(list);
    box.setAttribute("aria-expanded", "true");
    draw(text);
    const room = box.getBoundingClientRect();
    const below = (document.querySelector(".commit")?.getBoundingClientRect().top ?? window.innerHeight) - room.bottom;
    list.classList.toggle("above", below < list.offsetHeight && room.top > below);
    activate(active);
  };

  // What was typed and not taken is gone: the input says what the select says.
  const close = () => {
    if (!input) return;
    const box = input;
    input = null;
    isTouched = false;
    list.remove();
    news.textContent = "";
    box.setAttribute("aria-expanded", "false");
    box.removeAttribute("aria-activedescendant");
    box.value = labelOf(selectOf(box));
  };

  const take = (option) => {
    if (!input || !option || option.getAttribute("aria-disabled")) return;
    const select = selectOf(input);
    const { value } = option.dataset;
    const isNew = value !== select.value;
    if (![...select.options].some((one) => one.value === value)) select.add(new Option(option.textContent, value));
    select.value = value;
    close();
    if (isNew) select.dispatchEvent(new Event("change", { bubbles: true }));
  };

  const keys = {
    ArrowDown: (box) => (input ? activate(active + 1 < options().length ? active + 1 : 0) : open(box)),
    ArrowUp: (box) => (input ? activate(active > 0 ? active - 1 : options().length - 1) : open(box)),
    PageDown: () => activate(active + PAGE),
    PageUp: () => activate(active - PAGE),
    Enter: (box) => (input ? take(options()[active]) : open(box)),
    Escape: () => { const box = input; close(); box.select(); },
  };

  const put = (select) => {
    const box = document.createElement("input");
    box.type = "text";
    box.className = select.className;
    box.id = select.id;
    box.value = labelOf(select);
    box.autocomplete = "off";
    box.spellcheck = false;
    for (const name of ["aria-describedby", "aria-invalid"]) {
      if (select.hasAttribute(name)) box.setAttribute(name, select.getAttribute(name));
    }
    for (const [name, value] of [
      ["role", "combobox"], ["aria-autocomplete", "list"], ["aria-expanded", "false"], ["aria-controls", list.id],
      ["aria-haspopup", "listbox"],
    ]) box.setAttribute(name, value);
    select.removeAttribute("id");
    select.hidden = true;
    const frame = document.createElement("div");
    frame.className = "combobox";
    select.replaceWith(frame);
    frame.append(box, select);

    box.addEventListener("focus", () => box.select());
    box.addEventListener("click", () => { if (!input) open(box); });
    box.addEventListener("input", (event) => {
      event.stopPropagation(); // nothing is chosen yet
      isTouched = true;
      if (input) draw(box.value);
      else open(box, box.value);
    });
    box.addEventListener("change", (event) => event.stopPropagation());
    box.addEventListener("keydown", (event) => {
      if (event.key === "Tab" && input && isTouched) take(options()[active]);
      const act = keys[event.key];
      if (!act || event.isComposing || (!input && ["PageDown", "PageUp", "Escape"].includes(event.key))) return;
      event.preventDefault();
      if (event.key !== "Enter" && event.key !== "Escape" && input) isTouched = true;
      act(box);
    });
    box.addEventListener("blur", close);
  };

  // Pressing the list must not take the focus from the input, which would close it.
  list.addEventListener("mousedown", (event) => event.preventDefault());
  list.addEventListener("click", (event) => take(event.target.closest("[role=option]")));
  const putAll = (part) => part.querySelectorAll("select[data-targets]").forEach(put);
  putAll(form);
  form.addEventListener("mapping:put", (event) => putAll(event.target));
  document.querySelectorAll(".plain-way").forEach((item) => { item.hidden = true; });
})();
