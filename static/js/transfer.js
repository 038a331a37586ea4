// Sends one file in parts, by the tus protocol (imports/views/upload/resumable_views.py): each part with its SHA-256,
// from where the portal says that the file has arrived, and again and again while the connection is lost.
(() => {
  const VERSION = "1.0.0";
  const DELAYS_MS = [500, 1000, 2000, 4000, 8000];
  const GIVE_UP_MS = 180_000; // without progress
  const STALLED_MS = 60_000; // without a byte
  const STORING_MS = 600_000; // for the portal, to put the parts together
  const MAX_DAMAGED = 5;
  const PASSING = new Set(["lost", "conflict", "damaged"]);

  // `kind`: lost (no answer, or one of a server that is out of order), conflict (the file goes on elsewhere), damaged (a
  // part arrived changed), unreadable (the file on this machine), signedOut, refused (with words), failed (otherwise).
  class TransferError extends Error {
    constructor(kind, details = {}) {
      super(kind);
      this.kind = kind;
      this.details = details;
    }
  }

  const hexadecimal = (buffer) => Array.from(new Uint8Array(buffer), (byte) => byte.toString(16).padStart(2, "0")).join("");
  const base64 = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer)));
  const sha256 = (bytes) => crypto.subtle.digest("SHA-256", bytes);

  const ask = (method, url, { headers = {}, body = null, signal, onProgress, patience = STALLED_MS }) =>
    new Promise((resolve, reject) => {
      const request = new XMLHttpRequest();
      let timer;
      const stop = () => request.abort();
      const settle = (act, value) => {
        clearTimeout(timer);
        signal.removeEventListener("abort", stop);
        act(value);
      };
      const lost = () => settle(reject, signal.aborted ? signal.reason : new TransferError("lost"));
      const wait = () => {
        clearTimeout(timer);
        timer = setTimeout(stop, patience);
      };
      request.upload.addEventListener("progress", (event) => {
        wait();
        onProgress?.(event.loaded);
      });
      request.addEventListener("load", () => settle(resolve, request));
      request.addEventListener("error", lost);
      request.addEventListener("abort", lost);
      signal.addEventListener("abort", stop);
      request.open(method, url);
      request.setRequestHeader("Tus-Resumable", VERSION);
      for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
      wait();
      if (signal.aborted) lost();
      else request.send(body);
    });

  // An answer that is not the portal's, such as the page of a hotel's network, is as good as none.
  const offsetOf = (answer) => {
    const text = answer.getResponseHeader("Upload-Offset") ?? "";
    if (!/^[0-9]+$/.test(text)) throw new TransferError("lost", { status: answer.status });
    return Number(text);
  };
  const contentOf = (answer) => {
    try {
      return JSON.parse(answer.responseText);
    } catch {
      throw new TransferError("lost", { status: answer.status });
    }
  };

  const pause = (milliseconds, signal) =>
    new Promise((resolve) => {
      const go = () => {
        clearTimeout(timer);
        window.removeEventListener("online", go);
        signal.removeEventListener("abort", go);
        resolve();
      };
      const timer = setTimeout(go, milliseconds);
      window.addEventListener("online", go);
      signal.addEventListener("abort", go);
    });

  class Transfer {
    #controller = new AbortController();
    #tries = 0;
    #damaged = 0;
    #progressAt = 0;

    // `url`: of an upload that was begun before, to go on with if this is its file. `on`: what is told of the progress.
    constructor(file, { beginUrl, url = null, account, token, partBytes, finishQuery = "", on }) {
      Object.assign(this, { file, beginUrl, url, account, token, partBytes, finishQuery, on });
      this.offset = null;
      this.isCompared = url === null;
      this.isSent = false; // all of it, so that there may be an import
    }

    // The address of the file's import. Rejects with a TransferError, or with an AbortError after `cancel`.
    async run() {
      this.#controller = new AbortController();
      this.#tries = 0;
      this.#progressAt = Date.now();
      for (;;) {
        try {
          if (!this.isCompared) await this.#compare();
          if (this.url === null) await this.#begin();
          if (this.offset === null) await this.#locate();
          while (this.offset < this.file.size) await this.#sendPart();
          return await this.#finish();
        } catch (error) {
          await this.#afterwards(error);
        }
      }
    }

    // Stop, and have the portal forget what has arrived: "discarded", "taken" if it has an import by now, or "later".
    async cancel() {
      this.#controller.abort();
      const { url } = this;
      this.url = null;
      if (url === null) return "discarded";
      try {
        await this.#ask("DELETE", url, { signal: new AbortController().signal });
        return "discarded";
      } catch (error) {
        return { conflict: "taken", failed: "discarded" }[error.kind] ?? "later";
      }
    }

    async #afterwards(error) {
      if (!(error instanceof TransferError) || !PASSING.has(error.kind)) throw error;
      if (error.kind === "damaged") {
        this.#damaged += 1;
        if (this.#damaged >= MAX_DAMAGED) throw error;
      }
      if (Date.now() - this.#progressAt > GIVE_UP_MS) throw error;
      this.offset = null;
      if (error.kind === "lost") this.on.reconnecting(error.details.status);
      await pause(DELAYS_MS[Math.min(this.#tries, DELAYS_MS.length - 1)], this.#controller.signal);
      this.#tries += 1;
    }

    async #begin() {
      const name = base64(new TextEncoder().encode(this.file.name));
      const answer = await this.#ask("POST", this.beginUrl, {
        headers: { "Upload-Length": this.file.size, "Upload-Metadata": `filename ${name},account ${btoa(this.account)}` },
      });
      this.url = answer.getResponseHeader("Location");
      if (this.url === null) throw new TransferError("lost", { status: answer.status });
      this.offset = 0;
    }

    #restart(why) {
      this.url = null;
      this.isSent = false;
      this.isCompared = true;
      this.on.restarted(why);
    }

    async #locate() {
      const answer = await this.#ask("HEAD", this.url);
      this.offset = offsetOf(answer);
    }

    // See whether what has arrived is the beginning of this file.
    async #compare() {
      const answer = await this.#ask("GET", this.url);
      this.on.comparing();
      const told = contentOf(answer);
      let start = 0;
      for (const part of told.parts) {
        const digest = await sha256(await this.#read(start, start + part.bytes));
        this.#controller.signal.throwIfAborted();
        if (hexadecimal(digest) !== part.sha256) {
          this.#restart("differs");
          return;
        }
        start += part.bytes;
      }
      this.isCompared = true;
      this.offset = start;
    }

    async #sendPart() {
      this.isSent = false;
      const { offset } = this;
      const bytes = await this.#read(offset, offset + this.partBytes);
      const digest = base64(await sha256(bytes));
      this.#controller.signal.throwIfAborted();
      this.on.progress(offset);
      const answer = await this.#ask("PATCH", this.url, {
        headers: {
          "Content-Type": "application/offset+octet-stream",
          "Upload-Offset": offset,
          "Upload-Checksum": `sha256 ${digest}`,
        },
        body: bytes,
        onProgress: (sent) => this.on.progress(Math.min(offset + sent, this.file.size)),
      });
      this.offset = offsetOf(answer);
      this.#tries = 0;
      this.#damaged = 0;
      this.#progressAt = Date.now();
      this.on.progress(this.offset);
    }

    async #finish() {
      this.isSent = true;
      this.on.storing();
      const answer = await this.#ask("POST", `${this.url}finish/${this.finishQuery}`, { patience: STORING_MS });
      return contentOf(answer).url;
    }

    async #read(start, end) {
      try {
        return await this.file.slice(start, end).arrayBuffer();
      } catch {
        throw new TransferError("unreadable");
      }
    }

    // An answer that means success. Everything else is raised.
    async #ask(method, url, options = {}, isAgain = false) {
      const signal = options.signal ?? this.#controller.signal;
      const headers = { ...options.headers, "X-CSRFToken": this.token };
      const answer = await ask(method, url, { ...options, headers, signal });
      if (new URL(answer.responseURL).pathname !== new URL(url, window.location).pathname) throw new TransferError("signedOut");
      if (answer.status < 300) return answer;
      if (answer.status === 404) {
        // The portal no longer has what was begun, so it begins anew.
        if (method !== "DELETE") this.#restart("restarted");
        throw new TransferError(method === "DELETE" ? "failed" : "conflict");
      }
      if (answer.status === 403 && !isAgain) {
        await this.#renewToken(signal);
        return this.#ask(method, url, options, true);
      }
      if (answer.status === 409) throw new TransferError("conflict");
      if (answer.status === 460) throw new TransferError("damaged");
      if (answer.status === 429 || answer.status >= 500) throw new TransferError("lost", { status: answer.status });
      if (answer.getResponseHeader("Content-Type")?.startsWith("application/json")) {
        throw new TransferError("refused", contentOf(answer));
      }
      throw new TransferError("failed", { status: answer.status });
    }

    // Whoever has signed in again in another tab has another token.
    async #renewToken(signal) {
      const page = await ask("GET", window.location.pathname, { signal });
      const found = new DOMParser().parseFromString(page.responseText, "text/html");
      const field = found.querySelector("#upload-form [name=csrfmiddlewaretoken]");
      if (!field) throw new TransferError("signedOut");
      this.token = field.value;
    }
  }

  window.portalTransfer = { Transfer, TransferError };
})();
