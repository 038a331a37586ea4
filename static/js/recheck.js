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

  const swap = (part, fresh) => {
    const focused = part.contains(document.activeElement) ? document.activeElement : null;
    const opened = new Set([...part.querySelectorAll("details[id][open]")].map((details) => details.id));
    part.replaceWith(fresh);
    fresh.querySelectorAll("details[id]").forEach((details) => { details.open ||= opened.has(details.id); });
    if (!focused) return;
    const again = focused.id && document.getElementById(focused.id);
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
    if (!page) return;
    for (const part of document.querySelectorAll("[data-fresh][id]")) {
      const fresh = page.getElementById(part.id);
      if (fresh && fresh.outerHTML !== part.outerHTML) swap(part, document.adoptNode(fresh));
      else part.removeAttribute("aria-busy");
    }
  };

  let followed = 0;

  const follow = () => {
    followed += 1;
    const mine = followed;
    let count = 0;
    if (isUnderWay()) document.querySelectorAll("[data-fresh]").forEach((part) => part.setAttribute("aria-busy", "true"));
    const look = () => {
      if (mine !== followed || !isUnderWay()) return;
      setTimeout(async () => {
        if (mine !== followed) return;
        count += 1;
        const page = document.hidden ? null : await ask(state().dataset.url, {}).catch(() => null);
        if (mine !== followed) return;
        const told = page?.getElementById("recheck")?.dataset.state;
        if (told === "elsewhere") window.location.reload();
        else if (told && told !== "checking") {
          await putParts();
          putState(page);
        } else look();
      }, count < PATIENT_AFTER ? POLL_MS : PATIENT_POLL_MS);
    };
    look();
  };

  document.addEventListener("repaired", follow);

  // The repairs of a group of problems, in the place of the way to their page

  document.addEventListener("click", async (event) => {
    const link = event.target.closest("a[data-offers]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    const shown = document.getElementById(link.dataset.offers);
    if (shown) {
      shown.hidden = !shown.hidden;
      link.setAttribute("aria-expanded", String(!shown.hidden));
      return;
    }
    link.setAttribute("aria-busy", "true");
    const page = await ask(link.href, {}).catch(() => null);
    link.removeAttribute("aria-busy");
    const fresh = page?.getElementById(link.dataset.offers);
    if (!fresh) {
      window.location.assign(link.href);
      return;
    }
    if (!document.getElementById(fresh.id)) link.closest(".problem").append(document.adoptNode(fresh));
    link.setAttribute("aria-expanded", "true");
  });

  document.querySelectorAll("a[data-offers]").forEach((link) => link.setAttribute("aria-expanded", "false"));

  document.addEventListener("submit", async (event) => {
    const form = event.target.closest("form[data-repair]");
    if (!form) return;
    event.preventDefault();
    const data = new FormData(form, event.submitter);
    const headers = { "X-Requested-With": "fetch" };
    const page = await ask(form.action, { method: "POST", body: data, headers }).catch(() => null);
    const says = page?.getElementById("says");
    const told = form.querySelector("[data-told]");
    if (told) told.textContent = says?.textContent ?? told.dataset.told;
    if (!page?.getElementById("recheck")) return;
    putState(page);
    follow();
  });

  follow();
})();
