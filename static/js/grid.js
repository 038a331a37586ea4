// Edits the cells of the rows page in place, like a spreadsheet. The portal checks a changed row and draws it; this
// file asks for it and puts it in place. Without it, each row is edited on a page of its own.
(() => {
  const table = document.getElementById("grid");
  const form = document.getElementById("grid-form");
  if (!table || !form) return;

  const live = document.getElementById("grid-live");
  const hint = document.getElementById("grid-hint");
  const frame = table.closest(".grid-frame");
  const body = table.tBodies[0];
  const isRightToLeft = document.documentElement.dir === "rtl";
  const [AHEAD, BACK] = isRightToLeft ? ["ArrowLeft", "ArrowRight"] : ["ArrowRight", "ArrowLeft"];
  const ROWS_A_LEAP = 10;

  const say = (words) => { live.textContent = words; };

  // Where the person is

  const CONTROLS = "a, button";
  const target = (cell) => cell.querySelector(CONTROLS) ?? cell;
  const at = (row, place) => body.rows[row]?.cells[place];
  const cellOf = (node) => node.closest?.("#grid tbody :is(td, th)");

  const still = (within) => within.querySelectorAll(`th, td, ${CONTROLS}`).forEach((node) => { node.tabIndex = -1; });

  let current = null;

  const point = (cell) => {
    if (current?.isConnected) target(current).tabIndex = -1;
    current = cell;
    target(cell).tabIndex = 0;
  };

  const stays = (cell) => getComputedStyle(cell).position === "sticky";

  // Sideways: all of the cell beside the columns that stay in view, or its beginning where there is no room for all.
  const reveal = (cell) => {
    if (stays(cell)) return;
    const begin = frame.getBoundingClientRect().left + frame.clientLeft;
    const kept = [...cell.parentElement.cells].filter(stays).reduce((width, one) => width + one.offsetWidth, 0);
    const from = isRightToLeft ? begin : begin + kept;
    const to = begin + frame.clientWidth - (isRightToLeft ? kept : 0);
    const { left, right, width } = cell.getBoundingClientRect();
    const isTooWide = width > to - from;
    if (isTooWide ? !isRightToLeft : left < from) frame.scrollLeft += left - from;
    else if (isTooWide || right > to) frame.scrollLeft += right - to;
  };

  const go = (cell) => {
    if (!cell) return false;
    point(cell);
    target(cell).focus();
    cell.scrollIntoView({ block: "nearest", inline: "nearest" });
    reveal(cell);
    return true;
  };

  const last = () => body.rows.length - 1;
  const within = (row) => Math.min(Math.max(row, 0), last());

  const step = (cell, by) => {
    const places = cell.parentElement.cells.length;
    const next = cell.parentElement.sectionRowIndex * places + cell.cellIndex + by;
    return at(Math.floor(next / places), ((next % places) + places) % places);
  };

  const leave = () => document.getElementById("after-grid").focus();

  const move = (cell, event) => {
    const row = cell.parentElement.sectionRowIndex, place = cell.cellIndex;
    const end = cell.parentElement.cells.length - 1;
    const isFar = event.ctrlKey || event.metaKey;
    switch (event.key) {
      case "ArrowDown": return go(at(row + 1, place)) || true;
      case "ArrowUp": return go(at(row - 1, place)) || true;
      case AHEAD: return go(at(row, place + 1)) || true;
      case BACK: return go(at(row, place - 1)) || true;
      case "Home": return go(at(isFar ? 0 : row, 0));
      case "End": return go(at(isFar ? last() : row, end));
      case "PageDown": return go(at(within(row + ROWS_A_LEAP), place));
      case "PageUp": return go(at(within(row - ROWS_A_LEAP), place));
      // At either end of the rows, Tab goes on with the page.
      case "Tab": return go(step(cell, event.shiftKey ? -1 : 1));
      case "Escape": leave(); return true;
      default: return false;
    }
  };

  // Editing

  let editor = null;  // { cell, field, was }

  const valueOf = (cell) => cell.dataset.value ?? cell.querySelector(".cell-value").textContent;
  const isEditable = (cell) => cell.dataset.place !== undefined;
  const plain = (text) => text.replaceAll("\r\n", "\n");

  const edit = (cell, typed) => {
    if (!isEditable(cell)) return;
    if (cell.dataset.long !== undefined) {
      window.location.assign(cell.parentElement.dataset.url);
      return;
    }
    const was = valueOf(cell);
    const field = document.createElement(/[\r\n]/.test(was) ? "textarea" : "input");
    field.className = "form-control form-control-sm cell-field";
    field.autocomplete = "off";
    field.spellcheck = false;
    field.value = typed ?? was;
    const note = cell.querySelector(".cell-note");
    if (note) note.id ||= `note-${cell.parentElement.dataset.row}-${cell.dataset.place}`;
    field.setAttribute("aria-labelledby", `${table.tHead.rows[0].cells[cell.cellIndex].id} ${cell.parentElement.cells[0].id}`);
    if (note) field.setAttribute("aria-describedby", note.id);
    cell.classList.add("editing");
    cell.prepend(field);
    point(cell);
    editor = { cell, field, was };
    field.focus();
    field.select();
    reveal(cell);
  };

  const close = () => {
    const { cell, field } = editor;
    editor = null;
    field.remove();
    cell.classList.remove("editing");
  };

  const commit = () => {
    const { cell, field, was } = editor;
    const value = field.value;
    close();
    if (value !== plain(was)) save(cell, was, value);
  };

  const keysOfEditor = (event) => {
    const { cell, field } = editor;
    if (event.isComposing) return;
    if (event.key === "Escape") {
      close();
      go(cell);
    } else if (event.key === "Enter" && !event.altKey && !(field.matches("textarea") && event.shiftKey)) {
      commit();
      go(at(within(cell.parentElement.sectionRowIndex + 1), cell.cellIndex));
    } else if (event.key === "Tab") {
      const next = step(cell, event.shiftKey ? -1 : 1);
      commit();
      if (!go(next)) return;
    } else {
      event.stopPropagation();
      return;
    }
    event.preventDefault();
  };

  // Saving: one after another, so that what was done first is first in the list of repairs

  let queue = Promise.resolve();

  const post = async (url, fields) => {
    const data = new FormData(form);
    for (const [name, value] of Object.entries(fields)) data.set(name, value);
    const headers = { "X-Requested-With": "fetch" };
    const answer = await fetch(url, { method: "POST", body: data, headers, credentials: "same-origin" });
    if (answer.redirected || answer.status === 404) {
      window.location.reload();
      return null;
    }
    if (!answer.ok && answer.status !== 409 && answer.status !== 422) throw new Error("not saved");
    return new DOMParser().parseFromString(await answer.text(), "text/html");
  };

  const putRow = (fresh) => {
    const old = document.getElementById(fresh.id);
    if (!old) return;
    const focused = old.contains(document.activeElement) ? cellOf(document.activeElement)?.cellIndex : undefined;
    const open = editor && old.contains(editor.field)
      ? { place: editor.cell.cellIndex, typed: editor.field.value } : null;
    if (open) editor = null;
    still(fresh);
    const pointed = current && old.contains(current) ? current.cellIndex : undefined;
    old.replaceWith(document.adoptNode(fresh));
    if (open) edit(fresh.cells[open.place], open.typed);
    else if (focused !== undefined) go(fresh.cells[focused]);
    else if (pointed !== undefined) point(fresh.cells[pointed]);
  };

  const put = (page) => {
    page.querySelectorAll("tr[id]").forEach(putRow);
    for (const id of ["recheck", "repairs-so-far"]) {
      const fresh = page.getElementById(id), old = document.getElementById(id);
      if (!fresh || !old) continue;
      Object.assign(old.dataset, fresh.dataset);
      old.replaceChildren(...document.adoptNode(fresh).childNodes);
    }
    say(page.getElementById("says")?.textContent.trim() ?? "");
    // Rows that are mended are none of these any more: the next page begins after what is shown, not fifty further on.
    const next = document.querySelector("a[rel=next]");
    if (next) {
      const url = new URL(next.href);
      url.searchParams.delete("page");
      url.searchParams.set("after", body.rows[last()].dataset.row);
      next.href = url.href;
    }
    document.dispatchEvent(new CustomEvent("repaired"));
  };

  const save = (cell, was, value) => {
    const row = cell.parentElement, shown = cell.querySelector(".cell-value"), before = shown.textContent;
    const id = row.id, place = cell.cellIndex;
    shown.textContent = value;
    cell.dataset.value = value;
    row.setAttribute("aria-busy", "true");
    queue = queue.then(async () => {
      try {
        const page = await post(row.dataset.url, { place: cell.dataset.place, was, value });
        if (page) put(page);
      } catch {
        const now = document.getElementById(id);
        now.removeAttribute("aria-busy");
        const again = now.cells[place];
        again.querySelector(".cell-value").textContent = before;
        again.dataset.value = was;
        say(live.dataset.failed);
        // What was typed is not lost.
        if (!editor) edit(again, value);
      }
    });
  };

  let clicked = null;

  table.addEventListener("click", (event) => {
    const button = event.target.closest("button[name=leave_out]");
    if (button) {
      event.preventDefault();
      const row = button.closest("tr");
      row.setAttribute("aria-busy", "true");
      queue = queue.then(() => post(row.dataset.url, { leave_out: button.value })
        .then((page) => page && put(page))
        .catch(() => {
          row.removeAttribute("aria-busy");
          say(live.dataset.failed);
        }));
      return;
    }
    // The second click of two may hit another cell, where the first has scrolled.
    if (event.detail > 1) return;
    clicked = cellOf(event.target);
    if (clicked && !event.target.closest(CONTROLS) && !clicked.contains(editor?.field ?? null)) go(clicked);
  });

  table.addEventListener("dblclick", (event) => {
    const cell = clicked?.isConnected ? clicked : cellOf(event.target);
    if (cell && !cell.contains(editor?.field ?? null)) edit(cell);
  });

  table.addEventListener("keydown", (event) => {
    if (editor?.field === event.target) {
      keysOfEditor(event);
      return;
    }
    const cell = cellOf(event.target);
    if (!cell || event.altKey) return;
    if (event.key === "F2" || event.key === "Enter") {
      if (!isEditable(cell)) return;
      edit(cell);
      event.preventDefault();
    } else if (move(cell, event)) event.preventDefault();
  });

  table.addEventListener("focusin", (event) => {
    const cell = cellOf(event.target);
    if (!cell) return;
    if (cell !== current) point(cell);
    // Not under the hand of somebody who is pressing a button of the mouse.
    if (event.target.matches(":focus-visible")) reveal(cell);
  });

  // Leaving the field by the mouse keeps what was typed, too.
  table.addEventListener("focusout", (event) => {
    if (editor?.field === event.target && document.hasFocus()) commit();
  });

  window.addEventListener("beforeunload", (event) => {
    if (editor && editor.field.value !== plain(editor.was)) event.preventDefault();
  });

  table.setAttribute("role", "grid");
  table.setAttribute("aria-describedby", hint.id);
  hint.hidden = false;
  frame.removeAttribute("tabindex");
  still(body);
  const bad = body.querySelector("td.is-error, td.is-warning, td.is-doubt");
  point(bad ?? body.querySelector("td[data-place]") ?? at(0, 0));
  if (bad) reveal(bad);
})();
