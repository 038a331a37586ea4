// Drag and drop, and a bar that shows how much has arrived. Without this file the form works as any form does.
(() => {
  const byId = (id) => document.getElementById(id);
  const language = document.documentElement.lang;
  const texts = JSON.parse(byId("upload-texts")?.textContent ?? "{}");
  const say = (key, values = {}) => texts[key].replace(/\{(\w+)\}/g, (_, name) => values[name]);
  const sizeWords = (bytes) => {
    const units = [["gigabyte", 1e9], ["megabyte", 1e6], ["kilobyte", 1e3], ["byte", 0]];
    const [unit, size] = units.find(([, least]) => bytes >= least);
    const format = { style: "unit", unit, unitDisplay: size ? "short" : "long", maximumFractionDigits: 1 };
    return new Intl.NumberFormat(language, format).format(bytes / (size || 1));
  };
  const percentWords = (percent) => new Intl.NumberFormat(language, { style: "percent" }).format(percent / 100);

  const start = () => {
    const form = byId("upload-form");
    if (!form) return;
    const input = form.elements.file;
    const drop = byId("drop");
    form.querySelectorAll("[data-needs-script]").forEach((item) => { item.hidden = false; });

    const largest = Number(form.dataset.maxBytes);
    const showChoice = () => {
      const file = input.files[0];
      const refusal = file && file.size > largest
        ? say("tooLarge", { file: file.name, size: sizeWords(file.size), limit: sizeWords(largest) })
        : "";
      // The browser then refuses to send what the portal would only refuse after all of it has arrived.
      input.setCustomValidity(refusal);
      byId("chosen").textContent = refusal || (file ? say("chosen", { file: file.name, size: sizeWords(file.size) }) : "");
    };
    input.addEventListener("change", showChoice);

    for (const type of ["dragenter", "dragover"]) {
      drop.addEventListener(type, (event) => { event.preventDefault(); drop.classList.add("over"); });
    }
    for (const type of ["dragleave", "drop"]) {
      drop.addEventListener(type, () => drop.classList.remove("over"));
    }
    drop.addEventListener("drop", (event) => {
      event.preventDefault();
      if (event.dataTransfer.files.length) {
        input.files = event.dataTransfer.files;
        showChoice();
      }
    });

    form.addEventListener("submit", (event) => {
      event.preventDefault();
      send(form);
    });
  };

  const send = (form) => {
    const request = new XMLHttpRequest();
    const bar = byId("sent");
    const words = byId("sent-words");
    const button = form.querySelector("button");
    byId("sending").hidden = false;
    bar.removeAttribute("value");
    button.disabled = true;
    let spoken = -1;
    request.upload.addEventListener("progress", (event) => {
      if (!event.lengthComputable) return;
      const percent = Math.floor((100 * event.loaded) / event.total);
      bar.value = percent;
      // Spoken in tenths, or a screen reader would never fall silent.
      if (Math.floor(percent / 10) !== spoken) {
        spoken = Math.floor(percent / 10);
        words.textContent = say("progress", {
          loaded: sizeWords(event.loaded), total: sizeWords(event.total), percent: percentWords(percent),
        });
      }
    });
    request.upload.addEventListener("load", () => {
      bar.removeAttribute("value");
      words.textContent = say("stored");
    });
    request.addEventListener("load", () => {
      if (request.status < 400) {
        window.location.assign(request.responseURL);
        return;
      }
      const answer = new DOMParser().parseFromString(request.responseText, "text/html").querySelector("main");
      if (!answer) {
        fail();
        return;
      }
      document.querySelector("main").replaceWith(answer);
      start();
      const problem = answer.querySelector("[role=alert], .is-invalid");
      if (problem) {
        problem.tabIndex = problem.tabIndex < 0 ? -1 : problem.tabIndex;
        problem.focus();
      }
    });
    const fail = () => {
      byId("sending").hidden = false;
      bar.value = 0;
      words.textContent = say("failed");
      button.disabled = false;
    };
    request.addEventListener("error", fail);
    request.open("POST", form.action);
    request.send(new FormData(form));
  };

  start();
})();
