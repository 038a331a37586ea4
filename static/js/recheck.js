// After a repair the whole file is checked again. This follows the check and then puts what it found in the place of
// what the page had: every part marked with data-fresh. Without it, the page of the check is shown once it has ended.
(() => {
  const POLL_MS = 700;
  const PATIENT_POLL_MS = 3000;
  const PATIENT_AFTER = 60;

  const state = () => document.getElementById("recheck");
  const isUnderWay = () => state()?.dataset.state === "checking";
  if (!state()) return;

  const ask = async (url, options) => {
    const answer = await fetch(url, { credentials: "same-origin", ...options });
    // Sent elsewhere: the session has ended, or the import has moved on. Reloading leads to where it stands.
    if (answer.redirected || answer.status === 404) {
      window.location.reload();
      return null;
    }
    return answer.ok || answer.status === 409 || answer.status === 422
      ? new DOMParser().parseFromString(await answer.text(), "text/html")
      : null;
  };

  const problemOf = (node) => node?.closest(".problem[id]");
  const isShown = (node) => Boolean(node?.getClientRects().length);

  // Of a problem that may be gone: where it stood, and those around it, the next ones first.
  const placeOf = (problem) => {
    const all = [...document.querySelectorAll(".problem[id]")], place = all.indexOf(problem);
    const around = [problem, ...all.slice(place + 1), ...all.slice(0, place).reverse()];
    return { ids: around.map((one) => one.id), top: problem.getBoundingClientRect().top };
  };

  // The person goes on where they were: at the problem itself, or at the one that has moved up into its place.
  const goOn = ({ ids, top }, again) => {
    const problem = ids.map((id) => document.getElementById(id)).find(isShown);
    if (!problem) return false;
    window.scrollBy({ top: problem.getBoundingClientRect().top - top, behavior: "instant" });
    const next = again || (problem.id === ids[0] && problem.querySelector("a[data-offers]")) || problem.querySelector("h3");
    if (next.tabIndex < 0) next.setAttribute("tabindex", "-1");
    next.focus({ preventScroll: true });
    return true;
  };

  const swap = (part, fresh) => {
    const focused = part.contains(document.activeElement) ? document.activeElement : null;
    const place = problemOf(focused) && placeOf(problemOf(focused));
    const opened = new Set([...part.querySelectorAll("details[id][open]")].map((details) => details.id));
    const offers = [...part.querySelectorAll(".offers:not([hidden])")];
    part.replaceWith(fresh);
    fresh.querySelectorAll("details[id]").forEach((details) => { details.open ||= opened.has(details.id); });
    offers.forEach(reopen);
    if (!focused) return;
    const again = focused.id && document.getElementById(focused.id);
    if (place && goOn(place, again)) return;
    // What was used up is gone: the nearest that is still there is where the person goes on.
    const near = document.getElementById(focused.closest("[data-near]")?.dataset.near);
    const next = again || near || fresh;
    if (next.tabIndex < 0) next.setAttribute("tabindex", "-1");
    next.focus({ preventScroll: Boolean(again) });
  };

  const putState = (page) => {
    const fresh = page?.getElementById("recheck");
    // The region stays, so that a screen reader reads what changes in it, once.
    if (!fresh || fresh.dataset.state === state().dataset.state) return;
    state().dataset.state = fresh.dataset.state;
    state().replaceChildren(...document.adoptNode(fresh).childNodes);
  };

  const putParts = async () => {
    const page = await ask(window.location.href, {}).catch(() => null);
    if (!page) return false;
    for (const part of document.querySelectorAll("[data-fresh][id]")) {
      const fresh = page.getElementById(part.id);
      if (fresh && fresh.outerHTML !== part.outerHTML) swap(part, document.adoptNode(fresh));
      else part.removeAttribute("aria-busy");
    }
    // "It is being checked" is not true any more; what the check found is said once, for the whole page.
    document.querySelectorAll("[data-told]").forEach((told) => { told.textContent = ""; });
    return true;
  };

  let followed = 0;

  const follow = () => {
    followed += 1;
    const mine = followed;
    let count = 0;
    if (isUnderWay()) {
      document.querySelectorAll("[data-fresh]").forEach((part) => part.setAttribute("aria-busy", "true"));
      // What was reviewed is not what would be imported now.
      document.querySelectorAll("[data-when-checked]").forEach((button) => { button.disabled = true; });
      document.querySelectorAll("[data-while-checking]").forEach((words) => { words.hidden = false; });
    }
    const look = () => {
      if (mine !== followed || !isUnderWay()) return;
      setTimeout(async () => {
        if (mine !== followed) return;
        count += 1;
        const page = document.hidden ? null : await ask(state().dataset.url, {}).catch(() => null);
        if (mine !== followed) return;
        const told = page?.getElementById("recheck")?.dataset.state;
        if (told === "elsewhere") window.location.reload();
        else if (told && told !== "checking" && await putParts()) putState(page);
        else look();
      }, count < PATIENT_AFTER ? POLL_MS : PATIENT_POLL_MS);
    };
    look();
  };

  document.addEventListener("repaired", follow);

  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-close-recheck]")) state().replaceChildren();
  });

  // A page that the browser has kept may be of an earlier check.
  window.addEventListener("pageshow", async (event) => {
    if (!event.persisted) return;
    putState(await ask(state().dataset.url, {}).catch(() => null));
    if (isUnderWay()) follow();
    else await putParts();
  });

  // The repairs of a group of problems, in the place of the way to their page

  const asked = new Map();

  // While they are looked for, the page may be drawn anew, so that all is found again by its id. Whoever asks last has
  // the say.
  const fetchOffers = async (link) => {
    const id = link.dataset.offers;
    const mine = (asked.get(id) ?? 0) + 1;
    asked.set(id, mine);
    const page = await ask(link.href, {}).catch(() => null);
    const old = document.getElementById(id);
    if (asked.get(id) !== mine || !old) return;
    const fresh = page?.getElementById(id);
    if (fresh) {
      const hadFocus = old.contains(document.activeElement);
      fresh.hidden = old.hidden;
      old.replaceWith(document.adoptNode(fresh));
      if (hadFocus) document.getElementById(link.id)?.focus({ preventScroll: true });
    } else if (old.dataset.looking !== undefined) window.location.assign(link.href);
  };

  const open = (link, offers) => {
    link.closest(".problem").append(offers);
    link.setAttribute("aria-expanded", "true");
    fetchOffers(link);
  };

  // What was open before the page was drawn anew is open again, with what can be done now.
  const reopen = (offers) => {
    const link = document.querySelector(`a[data-offers="${CSS.escape(offers.id)}"]`);
    if (link) open(link, offers);
  };

  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-offers]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    const shown = document.getElementById(link.dataset.offers);
    if (shown) {
      shown.hidden = !shown.hidden;
      link.setAttribute("aria-expanded", String(!shown.hidden));
      return;
    }
    const looking = document.createElement("div");
    looking.className = "offers quiet";
    looking.id = link.dataset.offers;
    looking.dataset.looking = "";
    looking.setAttribute("role", "status");
    looking.textContent = link.dataset.wait;
    open(link, looking);
  });


  // What a repair of a whole column would change is shown below its form, before it is made.
  const putPreview = (form, page) => {
    const preview = page?.getElementById("repair-preview");
    if (!preview) return false;
    document.getElementById("repair-preview")?.remove();
    form.querySelectorAll("[data-told]").forEach((told) => { told.textContent = ""; });
    form.after(document.adoptNode(preview));
    preview.tabIndex = -1;
    preview.focus();
    return true;
  };

  const closePreview = (form) => {
    const preview = form.closest("#repair-preview"), before = preview?.previousElementSibling;
    if (!before) return;
    const told = before.querySelector("[data-told]");
    if (told) told.textContent = form.querySelector("[data-told]").textContent;
    if (before.matches("form")) {
      preview.remove();
      before.querySelector("button").focus();
    }
  };

  document.addEventListener("submit", async (event) => {
    const form = event.target.closest("form[data-repair]");
    if (!form) return;
    event.preventDefault();
    const data = new FormData(form, event.submitter);
    const headers = { "X-Requested-With": "fetch" };
    const page = await ask(form.action, { method: "POST", body: data, headers }).catch(() => null);
    if (putPreview(form, page)) return;
    const says = page?.getElementById("says");
    const told = form.querySelector("[data-told]");
    if (told) told.textContent = says?.textContent ?? told.dataset.told;
    if (!page?.getElementById("recheck")) return;
    closePreview(form);
    putState(page);
    follow();
  });

  // What was asked for is not what the preview shows any more.
  document.addEventListener("input", (event) => {
    const shown = document.getElementById("repair-preview");
    if (shown && event.target.form === shown.previousElementSibling) shown.remove();
  });

  follow();
})();
