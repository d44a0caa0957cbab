// The page works without this; with it, it follows what happens by itself.
"use strict";
(() => {
  let waiting = null;
  const refresh = async () => {
    waiting = null;
    const answer = await fetch(location.href);
    if (!answer.ok) return;
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    document.querySelector("main").replaceWith(fresh.querySelector("main"));
    document.querySelector("footer").replaceWith(fresh.querySelector("footer"));
  };
  const soon = () => { waiting ??= setTimeout(() => refresh().catch(() => {}), 300); };
  const source = new EventSource("/api/v1/events");
  for (const name of ["records", "peer-connected", "peer-lost", "in-step", "place-in", "place-out", "reset"]) {
    source.addEventListener(name, soon);
  }
})();
