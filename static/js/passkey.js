// Hands the page's one passkey button to allauth's script, and says when a passkey could not be used.
(() => {
  "use strict";

  const button = document.querySelector("[data-passkey]");
  if (!button) return;
  const byId = (id) => document.getElementById(id);

  // A passkey belongs to a domain; an address of numbers is none.
  const isNumeric = /^[\d.]+$|^\[/.test(window.location.hostname);
  if (!window.isSecureContext || isNumeric || !window.webauthnJSON.supported()) {
    button.disabled = true;
    byId("passkey-unsupported").hidden = false;
    return;
  }

  const forms = window.allauth.webauthn.forms;
  const ids = { credential: button.dataset.credential, data: "passkey-options" };
  const hand = {
    "sign-in": () => forms.loginForm({ ids: { ...ids, login: button.id } }),
    use: () => forms.authenticateForm({ ids: { ...ids, authenticate: button.id } }),
    add: () => forms.addForm({ ids: { ...ids, add: button.id, passwordless: "id_passwordless" } }),
  };
  hand[button.dataset.passkey]();
  button.addEventListener("click", () => { byId("passkey-problem").hidden = true; });
  document.addEventListener("allauth.error", (event) => {
    event.preventDefault();
    byId("passkey-problem").hidden = false;
  });
})();
