// What this tab kept of somebody's choices, for when their session ends by itself, is gone once they sign out.
document.addEventListener("submit", (event) => {
  if (!event.target.matches("[data-sign-out]")) return;
  try { window.sessionStorage.clear(); } catch { /* then nothing was kept */ }
});
