// Keeps the mapping page true while people choose, and has the whole file checked meanwhile. The portal draws every
// part of the page; this file only asks for it and puts it in place. Without it, buttons do the same.
(() => {
  const DEBOUNCE_MS = 600;
  const POLL_MS = 1000;
  const PATIENT_POLL_MS = 4000;
  const PATIENT_AFTER = 45;

  const form = document.getElementById("mapping-form");
  document.getElementById("problems")?.focus();
  if (!form || form.querySelector("fieldset").disabled) return;

  // What was chosen is kept by the portal with each change. Until it has answered, the browser keeps it as well: a session
  // that has ended, or a page that is left at once, must lose nothing.
  const OF_PAGE = ["draft-page", "draft-seen", "draft-stamp", "filter", "find", "plain"];
  const STORE = `mapping:${window.location.pathname}`;
  let isPending = false;
  let isLeaving = false;

  const filled = () => {
    const fields = new URLSearchParams(new FormData(form));
    fields.delete("csrfmiddlewaretoken");
    return fields;
  };

  const isKept = (page) => !["conflict", undefined].includes(page.getElementById("trial")?.dataset.state);

  const choices = (fields) => {
    const own = new URLSearchParams(fields);
    OF_PAGE.forEach((name) => own.delete(name));
    return own.toString();
  };

  let chosen = 0; // how often something was chosen on this page

  const note = () => {
    chosen += 1;
    isPending = true;
    try { window.sessionStorage.setItem(STORE, filled().toString()); } catch { /* nothing is stored, and nothing is lost but this */ }
  };

  const noted = () => {
    isPending = false;
    try { window.sessionStorage.removeItem(STORE); } catch { /* as above */ }
  };

  // What was chosen last is sent as it was chosen. Where it cannot simply be kept, it is sent in the open, so that the
  // portal says what stands in its way: somebody else's choices, a session that has ended, an outage.
  const restore = async () => {
    let kept = null;
    try { kept = window.sessionStorage.getItem(STORE); } catch { return; }
    if (!kept) return;
    // A page that answers what was sent has all of it, and what came of it.
    if ("answer" in form.dataset || choices(kept) === choices(filled())) {
      noted();
      return;
    }
    const data = new FormData();
    new URLSearchParams(kept).forEach((value, name) => data.append(name, value));
    data.set("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
    const answer = await fetch(form.dataset.trial, { method: "POST", body: data, credentials: "same-origin" }).catch(() => null);
    if (answer?.ok && !answer.redirected && isKept(new DOMParser().parseFromString(await answer.text(), "text/html"))) {
      noted();
      isLeaving = true;
      window.location.reload();
      return;
    }
    isLeaving = true;
    data.set("go", "show");
    const sending = document.createElement("form");
    sending.method = "post";
    sending.action = form.action;
    data.forEach((value, name) => {
      const field = document.createElement("input");
      field.type = "hidden";
      field.name = name;
      field.value = value;
      sending.append(field);
    });
    document.body.append(sending);
    sending.submit();
  };

  window.addEventListener("pagehide", () => {
    if (isPending && !isLeaving) navigator.sendBeacon(form.dataset.trial, new FormData(form));
  });
  form.addEventListener("submit", () => { isLeaving = true; });
  document.addEventListener("click", (event) => {
    if (!event.target.closest("#draft button, #conflict a")) return;
    noted();
    isLeaving = true;
  });

  const ask = async (url, options) => {
    const answer = await fetch(url, { credentials: "same-origin", ...options });
    // Sent elsewhere: the session has ended, or the import has moved on. Reloading leads to where it stands.
    if (answer.redirected || answer.status === 404) {
      isLeaving = true;
      window.location.reload();
      return null;
    }
    if (!answer.ok && answer.status !== 409 && answer.status !== 422) return null;
    return new DOMParser().parseFromString(await answer.text(), "text/html");
  };

  // Parts of the page

  const waiting = new Set();
  let asked = 0;

  const openDetails = (part) => [...part.querySelectorAll("details")].map((details) => details.open);

  const swap = (part, fresh) => {
    const known = new Set([...part.querySelectorAll("[id]")].map((item) => item.id));
    const focused = part.contains(document.activeElement) ? document.activeElement : null;
    const opened = openDetails(part);
    // Which columns are shown is said by the filter as it was last set, not by what the column has become meanwhile.
    if (part.matches(".column")) fresh.hidden = part.hidden;
    const scrolled = [...part.querySelectorAll(".scroll-list")].map((list) => list.scrollTop);
    part.replaceWith(fresh);
    fresh.dispatchEvent(new CustomEvent("mapping:put", { bubbles: true }));
    fresh.querySelectorAll("details").forEach((details, place) => { details.open ||= Boolean(opened[place]); });
    fresh.querySelectorAll(".scroll-list").forEach((list, place) => { list.scrollTop = scrolled[place] ?? 0; });
    if (!focused) return;
    const again = focused.id && document.getElementById(focused.id);
    const added = [...fresh.querySelectorAll("select, input, [tabindex='0']")]
      .find((item) => item.type !== "hidden" && !known.has(item.id || item.name));
    (again || added || fresh).focus({ preventScroll: true });
  };

  const show = async (go, part) => {
    note();
    waiting.add(part.id);
    asked += 1;
    const mine = asked;
    part.setAttribute("aria-busy", "true");
    const data = new FormData(form);
    data.set("go", go);
    waiting.forEach((id) => data.append("part", id));
    const page = await ask(form.action, { method: "POST", body: data }).catch(() => null);
    if (mine !== asked) return;
    if (!page) {
      part.removeAttribute("aria-busy");
      return;
    }
    for (const id of [...waiting, "constants", "needed", "mapped-words", "filters", "look-words"]) {
      const fresh = page.getElementById(id);
      const old = document.getElementById(id);
      if (fresh && old && fresh.outerHTML !== old.outerHTML) swap(old, document.adoptNode(fresh));
      else old?.removeAttribute("aria-busy");
    }
    waiting.clear();
    later();
  };

  form.addEventListener("click", (event) => {
    const button = event.target.closest("button[name=go]");
    const part = button?.closest(".column");
    if (!part || button.value.startsWith("all:")) return;
    event.preventDefault();
    show(button.value, part);
  });

  // What is folded away is asked for when it is unfolded. The event does not bubble.
  form.addEventListener("toggle", (event) => {
    const button = event.target.open && event.target.querySelector(":scope > .more-body button[value^='more:']");
    const part = button && event.target.closest(".column");
    if (part && !waiting.has(part.id)) show(button.value, part);
  }, true);

  form.addEventListener("change", (event) => {
    const part = event.target.closest(".column, #constants, #rules");
    if (!part) return;
    if (event.target.closest("[data-shows], #rules, #constants") || waiting.has(part.id)) show("show", part);
    else later();
  });

  // What the account has, which a worker reads meanwhile

  const REFRESHING = "refreshing";
  let edited = "edited" in form.dataset;

  const isFilter = (event) => Boolean(event.target.closest("#column-filter"));

  for (const kind of ["input", "change"]) form.addEventListener(kind, (event) => { edited ||= !isFilter(event); });
  form.addEventListener("click", (event) => { edited ||= Boolean(event.target.closest("button[name=go]")); });

  const account = () => document.getElementById("catalogue");

  const putAccount = (page) => {
    const fresh = page?.getElementById("catalogue");
    const old = account();
    if (!fresh || !old) return;
    // As long as it is read, only the time that has gone by differs.
    if (fresh.dataset.state !== old.dataset.state || fresh.dataset.readAt !== old.dataset.readAt) {
      old.replaceWith(document.adoptNode(fresh));
    }
  };

  const followAccount = (before) => {
    if (account()?.dataset.state === REFRESHING) {
      setTimeout(async () => {
        if (!document.hidden) putAccount(await ask(account().dataset.url, {}).catch(() => null));
        followAccount(before);
      }, POLL_MS);
    } else if (account() && account().dataset.readAt !== before) {
      if (edited) document.getElementById("catalogue-news").hidden = false;
      else window.location.reload();
    }
  };

  document.addEventListener("submit", async (event) => {
    const asking = event.target.closest("#catalogue form");
    if (!asking) return;
    event.preventDefault();
    const before = account().dataset.readAt;
    const answer = await fetch(asking.action, { method: "POST", body: new FormData(asking), credentials: "same-origin" })
      .catch(() => null);
    if (!answer?.ok) return;
    putAccount(new DOMParser().parseFromString(await answer.text(), "text/html"));
    followAccount(before);
  });

  followAccount(account()?.dataset.readAt);

  // The check of the whole file

  const live = document.getElementById("live");
  let timer = 0;
  let tried = 0;

  const put = (page) => {
    const fresh = page?.getElementById("trial");
    const old = document.getElementById("trial");
    // What has not changed is not put in again, or a screen reader would read it every second.
    if (fresh && old && fresh.outerHTML !== old.outerHTML) old.replaceWith(document.adoptNode(fresh));
  };

  const isUnderWay = () => ["waiting", "running"].includes(document.getElementById("trial")?.dataset.state);

  const poll = (mine, count) => {
    if (mine !== tried || !isUnderWay()) return;
    setTimeout(async () => {
      if (mine !== tried) return;
      if (!document.hidden) put(await ask(form.dataset.trial, {}).catch(() => null));
      poll(mine, count + 1);
    }, count < PATIENT_AFTER ? POLL_MS : PATIENT_POLL_MS);
  };

  // Nothing is kept as long as the page asks which of two holds.
  const asksWhichHolds = () => Boolean(document.querySelector("#conflict:not(#trial #conflict)"));

  const tryIt = async () => {
    if (asksWhichHolds()) return;
    tried += 1;
    const mine = tried;
    const sent = chosen;
    const page = await ask(form.dataset.trial, { method: "POST", body: new FormData(form) }).catch(() => null);
    if (mine !== tried) return;
    // What was chosen while this was under way is not in it.
    if (page && isKept(page) && sent === chosen) noted();
    put(page);
    poll(mine, 0);
  };

  const later = () => {
    note();
    clearTimeout(timer);
    timer = setTimeout(tryIt, DEBOUNCE_MS);
  };

  form.addEventListener("input", (event) => { if (!isFilter(event)) later(); });
  if (live) {
    live.hidden = false;
    restore().then(() => { if (!isLeaving) tryIt(); });
  }
})();
