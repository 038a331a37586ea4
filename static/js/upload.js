// The list of files to upload, one after the other, with how far each is. Without this file, and where the browser does
// not let pages compute SHA-256 (plain HTTP from another machine), the form works as any form does.
(() => {
  const byId = (id) => document.getElementById(id);
  const form = byId("upload-form");
  if (!form) return;

  const { Transfer, TransferError } = window.portalTransfer;
  const language = document.documentElement.lang;
  const texts = JSON.parse(byId("upload-texts").textContent);
  const unfinished = [...document.querySelectorAll("[data-upload]")].map((element) => {
    const { upload, account, name, size, received } = element.dataset;
    return { element, url: upload, account, name, size: Number(size), received: Number(received) };
  });
  const input = form.elements.file;
  const drop = byId("drop");
  const largest = Number(form.dataset.maxBytes);

  const say = (key, values = {}) => texts[key].replace(/\{(\w+)\}/g, (_, name) => values[name]);
  const inUnits = (amount, unit, unitDisplay = "long", maximumFractionDigits = 0) =>
    new Intl.NumberFormat(language, { style: "unit", unit, unitDisplay, maximumFractionDigits })
      .format(amount)
      .replaceAll(" ", "\u00a0"); // a number never stands in another line than its unit
  const sizeWords = (bytes) => {
    const units = [["gigabyte", 1e9], ["megabyte", 1e6], ["kilobyte", 1e3], ["byte", 0]];
    const [unit, size] = units.find(([, least]) => bytes >= least);
    return inUnits(bytes / (size || 1), unit, size ? "short" : "long", 1);
  };
  const percentWords = (share) => new Intl.NumberFormat(language, { style: "percent" }).format(Math.floor(share * 100) / 100);
  const timeWords = (seconds) => {
    if (seconds < 60) return inUnits(Math.max(1, Math.ceil(seconds)), "second");
    if (seconds < 5400) return inUnits(Math.ceil(seconds / 60), "minute");
    return inUnits(seconds / 3600, "hour", "long", 1);
  };
  const tell = (text) => { byId("said").textContent = text; };
  // For screen readers alone, and seldom: the state of each file stands beside its name.
  const speak = (text) => { byId("spoken").textContent = text; };

  // Bytes a second, over the last seconds.
  class Speed {
    #samples = [];
    add(bytes) {
      const now = performance.now();
      this.#samples.push([now, bytes]);
      while (now - this.#samples[0][0] > 8000) this.#samples.shift();
    }
    get() {
      if (performance.now() - (this.#samples.at(-1)?.[0] ?? 0) > 5000) return 0;
      const [[start, first], [end, last]] = [this.#samples[0] ?? [0, 0], this.#samples.at(-1) ?? [0, 0]];
      return end - start >= 1000 && last > first ? (1000 * (last - first)) / (end - start) : 0;
    }
  }

  // States: waiting, sending, interrupted, done, cancelled, refused.
  class Item {
    constructor(file) {
      this.file = file;
      this.state = "waiting";
      this.loaded = 0;
      this.spoken = 0;
      this.element = byId("queue-item").content.firstElementChild.cloneNode(true);
      this.part(".file-name").textContent = file.name;
      this.part(".size").textContent = sizeWords(file.size);
      this.part("progress").setAttribute("aria-label", file.name);
      for (const act of this.element.querySelectorAll("[data-act]")) {
        act.setAttribute("aria-label", `${act.textContent}: ${file.name}`);
      }
      this.act("remove").addEventListener("click", () => queue.remove(this));
      this.act("cancel").addEventListener("click", () => this.cancel());
      this.act("resume").addEventListener("click", () => queue.resume(this));
      this.show("waiting", say("waiting"));
    }

    part(selector) { return this.element.querySelector(selector); }
    act(name) { return this.part(`[data-act=${name}]`); }
    get share() { return this.file.size ? this.loaded / this.file.size : 0; }

    show(state, words, look = "") {
      const acts = {
        waiting: ["remove"], sending: ["cancel"], interrupted: ["resume", "cancel"], done: ["open"], cancelled: ["remove"], refused: ["remove"],
      }[state];
      const focused = this.element.contains(document.activeElement);
      this.state = state;
      this.element.classList.toggle("bad", look === "bad");
      this.element.classList.toggle("good", look === "good");
      this.part(".state").textContent = words;
      this.part("progress").hidden = !["sending", "interrupted"].includes(state);
      for (const act of this.element.querySelectorAll("[data-act]")) act.hidden = !acts.includes(act.dataset.act);
      if (focused && document.activeElement.hidden) (this.part("[data-act]:not([hidden])") ?? byId("start")).focus();
    }

    async send(account, token) {
      this.transfer ??= new Transfer(this.file, {
        beginUrl: form.dataset.beginUrl,
        url: queue.claim(this.file, account)?.url ?? null,
        account,
        token,
        partBytes: Number(form.dataset.partBytes),
        finishQuery: form.dataset.finishQuery,
        on: {
          comparing: () => this.note("comparing"),
          progress: (loaded) => this.progress(loaded),
          reconnecting: (status) => {
            this.note(status ? "unavailable" : "reconnecting", { percent: percentWords(this.share), status });
            speak(`${this.file.name}: ${this.part(".state").textContent}`);
          },
          restarted: (why) => {
            this.prefix = say(why);
            this.loaded = 0;
          },
          storing: () => {
            this.note("storing");
            this.part("progress").removeAttribute("value");
          },
        },
      });
      this.speed = new Speed();
      this.show("sending", say("progress", this.figures()));
      const clock = setInterval(() => this.isMoving && this.tellProgress(), 1000);
      try {
        this.act("open").href = await this.transfer.run();
        this.show("done", say("done"), "good");
      } catch (error) {
        this.fail(error);
      } finally {
        clearInterval(clock);
      }
      speak(`${this.file.name}: ${this.part(".state").textContent}`);
    }

    figures() {
      const total = this.file.size;
      return { loaded: sizeWords(this.loaded), total: sizeWords(total), percent: percentWords(this.share) };
    }

    note(key, values) {
      this.isMoving = key.startsWith("progress");
      this.part(".state").textContent = [this.prefix, say(key, values)].filter(Boolean).join(" ");
    }

    progress(loaded) {
      if (this.state !== "sending") return;
      this.loaded = loaded;
      this.speed.add(loaded);
      this.part("progress").value = Math.floor(1000 * this.share);
      this.tellProgress();
      const quarter = Math.floor(4 * this.share);
      if (quarter > this.spoken) {
        this.spoken = quarter;
        speak(`${this.file.name}: ${percentWords(this.share)}`);
      }
    }

    // Without speed and time while nothing moves.
    tellProgress() {
      const speed = this.speed.get();
      const left = this.file.size - this.loaded;
      const values = { ...this.figures(), speed: sizeWords(Math.round(speed)), left: timeWords(speed ? left / speed : 0) };
      this.note(speed && left ? "progressAndTime" : "progress", values);
    }

    fail(error) {
      if (this.state === "cancelled") return;
      if (!(error instanceof TransferError)) throw error;
      const { kind, details } = error;
      if (kind === "refused") {
        this.show("refused", `${details.sentence} ${details.remedy}`, "bad");
        return;
      }
      const broken = details.status ? "failed" : "interrupted";
      const key = kind === "lost" || kind === "conflict" ? (this.transfer.isSent ? "unanswered" : broken) : kind;
      this.show("interrupted", say(key, { percent: percentWords(this.share), status: details.status }), "bad");
      this.act("history").hidden = key !== "unanswered";
      this.part("progress").value = Math.floor(1000 * this.share);
    }

    cancel() {
      this.show("cancelled", say("cancelling"));
      this.isCancelling = this.discard();
    }

    async discard() {
      const outcome = await this.transfer.cancel();
      this.show("cancelled", say(outcome, { hours: inUnits(Number(form.dataset.keptHours), "hour") }), outcome === "taken" ? "bad" : "");
      this.act("history").hidden = outcome !== "taken";
    }
  }

  const startOne = byId("start").textContent;

  const queue = {
    items: [],
    isRunning: false,

    add(files) {
      byId("queue-end").hidden = true;
      const said = [];
      for (const file of files) {
        const isListed = this.items.some((one) =>
          ["waiting", "sending", "interrupted"].includes(one.state) && one.file.name === file.name
          && one.file.size === file.size && one.file.lastModified === file.lastModified);
        if (isListed) {
          said.push(say("listed", { file: file.name }));
          continue;
        }
        const item = new Item(file);
        this.items.push(item);
        byId("queue-list").append(item.element);
        if (file.size > largest) {
          const words = say("tooLarge", { file: file.name, size: sizeWords(file.size), limit: sizeWords(largest) });
          item.show("refused", words, "bad");
          said.push(words);
        } else {
          const begun = this.begun(file, form.elements.account.value);
          if (begun) item.show("waiting", say("continues", { loaded: sizeWords(begun.received) }));
          said.push(say("added", { file: file.name, size: sizeWords(file.size) }));
        }
      }
      tell("");
      speak(said.join(" "));
      this.look();
    },

    // The upload of this file that was begun before, as far as can be told without reading it.
    begun(file, account) {
      return unfinished.find((one) => one.name === file.name && one.size === file.size && one.account === account);
    },

    claim(file, account) {
      const found = this.begun(file, account);
      if (!found) return null;
      unfinished.splice(unfinished.indexOf(found), 1);
      found.element.remove();
      if (!unfinished.length) byId("unfinished").hidden = true;
      return found;
    },

    remove(item) {
      this.items.splice(this.items.indexOf(item), 1);
      item.element.remove();
      input.focus();
      this.look();
    },

    resume(item) {
      item.show("waiting", say("waiting"));
      this.run();
    },

    async run() {
      if (this.isRunning) return;
      this.isRunning = true;
      byId("queue-end").hidden = true;
      const account = form.elements.account.value;
      this.look();
      let item;
      try {
        while ((item = this.items.find((one) => one.state === "waiting"))) {
          await item.send(account, form.elements.csrfmiddlewaretoken.value);
          await item.isCancelling;
        }
      } finally {
        this.isRunning = false;
      }
      this.look();
      this.end();
    },

    end() {
      const done = this.items.filter((one) => one.state === "done");
      if (this.items.length === 1) {
        if (done.length) window.location.assign(done[0].act("open").href);
        return;
      }
      const key = done.length === this.items.length ? "allDone" : done.length ? "someDone" : "noneDone";
      const notice = byId("queue-end");
      notice.querySelector("h2").textContent = say(key);
      notice.className = `notice ${{ allDone: "good", someDone: "care", noneDone: "care" }[key]}`;
      notice.hidden = !this.items.length;
      speak(say(key));
    },

    look() {
      byId("queue").hidden = !this.items.length;
      form.elements.account.disabled = this.isRunning;
      const waiting = this.items.filter((one) => one.state === "waiting").length;
      byId("start").textContent = waiting > 1 ? say("startSeveral") : startOne;
    },
  };

  const isOfFiles = (event) => [...(event.dataTransfer?.types ?? [])].includes("Files");
  const isInside = (event) => drop.contains(event.target);

  const dropped = (transfer) => {
    const folders = [...transfer.items].map((one) => one.webkitGetAsEntry?.()).filter((one) => one?.isDirectory);
    const names = new Set(folders.map((one) => one.name));
    const files = [...transfer.files].filter((file) => !names.has(file.name));
    return { files, folders: [...names] };
  };

  // A drop beside the zone would have the browser open the file in place of the page.
  const guardDrops = (take) => {
    let depth = 0;
    const want = () => drop.classList.toggle("wanted", depth > 0);
    document.addEventListener("dragenter", (event) => { if (isOfFiles(event)) { depth += 1; want(); } });
    document.addEventListener("dragleave", (event) => { if (isOfFiles(event)) { depth = Math.max(0, depth - 1); want(); } });
    document.addEventListener("dragover", (event) => {
      if (!isOfFiles(event)) return;
      event.preventDefault();
      drop.classList.toggle("over", isInside(event));
    });
    document.addEventListener("drop", (event) => {
      if (!isOfFiles(event)) return;
      event.preventDefault();
      depth = 0;
      want();
      drop.classList.remove("over");
      if (!isInside(event)) {
        tell(say("beside"));
        return;
      }
      const { files, folders } = dropped(event.dataTransfer);
      if (files.length) take(files, event.dataTransfer);
      if (folders.length) tell(folders.map((file) => say("folder", { file })).join(" "));
    });
  };

  const reveal = (selector) => document.querySelectorAll(selector).forEach((item) => { item.hidden = false; });

  if (!window.crypto?.subtle) {
    const check = () => {
      const file = input.files[0];
      const values = file && { file: file.name, size: sizeWords(file.size), limit: sizeWords(largest) };
      input.setCustomValidity(file && file.size > largest ? say("tooLarge", values) : "");
      tell(input.validationMessage);
    };
    input.addEventListener("change", check);
    reveal("[data-one-only]");
    guardDrops((files, transfer) => {
      if (files.length > 1) {
        tell(say("oneOnly"));
        return;
      }
      input.files = transfer.files;
      check();
    });
    return;
  }

  reveal("[data-needs-parts]");
  input.multiple = true;
  input.required = false;
  input.classList.add("nameless"); // the names are in the list
  input.addEventListener("change", () => {
    queue.add([...input.files]);
    input.value = "";
  });
  guardDrops((files) => queue.add(files));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (queue.isRunning) {
      tell(say("running"));
    } else if (queue.items.some((one) => one.state === "waiting")) {
      tell("");
      queue.run();
    } else {
      tell(say("chooseFirst"));
      input.focus();
    }
  });
  window.addEventListener("beforeunload", (event) => {
    if (queue.isRunning) event.preventDefault();
  });
})();
