// When the answer comes from another page (the session has ended, say), the person is taken there.
document.addEventListener("htmx:beforeSwap", (event) => {
  const answered = new URL(event.detail.xhr.responseURL || window.location.href);
  if (answered.pathname !== window.location.pathname || event.detail.xhr.status === 404) {
    event.detail.shouldSwap = false;
    window.location.reload();
  }
});
