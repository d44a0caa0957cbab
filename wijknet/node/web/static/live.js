// The pages work without this; with it, they follow what happens by themselves.
"use strict";
(() => {
  const offline = document.getElementById("offline");
  let waiting = null;
  let wasLost = false;

  // What somebody is typing in, or has changed, is theirs until they send it.
  const isBusy = (part) =>
    [...part.querySelectorAll("input, textarea, select")].some(
      (each) =>
        each === document.activeElement ||
        ("defaultValue" in each && each.type !== "hidden" && each.type !== "checkbox" &&
          each.type !== "radio" && each.value !== each.defaultValue) ||
        ("defaultChecked" in each && each.checked !== each.defaultChecked) ||
        (each.options && [...each.options].some((o) => o.selected !== o.defaultSelected && o.defaultSelected)),
    );

  const swap = (old, fresh) => {
    const open = [...old.querySelectorAll("details[open][id]")].map((each) => each.id);
    const focused = old.contains(document.activeElement) ? document.activeElement : null;
    const mark = focused && ["id", "href", "value", "name"].find((each) => focused.getAttribute(each));
    const selector = mark && `${focused.localName}[${mark}="${CSS.escape(focused.getAttribute(mark))}"]`;
    const aside = old.querySelector(".scroll")?.scrollLeft;
    old.replaceWith(fresh);
    if (aside !== undefined) fresh.querySelector(".scroll")?.scrollTo({ left: aside });
    open.forEach((id) => document.getElementById(id)?.setAttribute("open", ""));
    if (selector) fresh.querySelector(selector)?.focus({ preventScroll: true });
  };

  const refresh = async () => {
    waiting = null;
    const answer = await fetch(location.href.split("#")[0], { headers: { "X-Live": "1" } });
    if (!answer.ok || answer.redirected) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    document.body.dataset.revision = page.body.dataset.revision;
    for (const fresh of page.querySelectorAll("[data-live]")) {
      const old = document.getElementById(fresh.id);
      if (old && !isBusy(old) && old.outerHTML !== fresh.outerHTML) swap(old, fresh);
    }
    document.dispatchEvent(new Event("wijknet-fresh"));
  };
  const soon = () => { waiting ??= setTimeout(() => refresh().catch(() => {}), 250); };

  let source = null;
  const isThere = (it) => {
    if (offline) offline.hidden = it;
    if (it && wasLost) soon();
    wasLost = !it;
  };
  const connect = () => {
    source?.close();
    if (document.hidden) return;
    // What changed between this page and the stream is told at once.
    source = new EventSource(`/live?seen=${document.body.dataset.revision}`);
    source.addEventListener("message", soon);
    source.addEventListener("open", () => isThere(true));
    source.addEventListener("error", async ({ target }) => {
      if (target.readyState !== EventSource.CLOSED) return isThere(false);
      // An answer that is no stream: the box just starts, or too many follow. Then it does answer.
      const answer = await fetch(location.href, { method: "HEAD" }).catch(() => null);
      isThere(Boolean(answer?.ok));
      setTimeout(connect, answer?.ok ? 30000 : 3000);
    });
  };
  connect();
  // A browser keeps six lines to a box at most; a tab that nobody looks at leaves its one to others.
  document.addEventListener("visibilitychange", () => { connect(); if (!document.hidden) soon(); });
  setInterval(soon, 60000); // The clock on the page goes on, also when nothing happens.

  // A week that is wider than the screen begins today, and not on a Monday that is over.
  const today = document.querySelector(".scroll thead .now");
  today?.closest(".scroll").scrollTo({ left: today.offsetLeft });

  // Buttons that copy are of no use without this script, so they are hidden until here.
  for (const button of document.querySelectorAll("[data-copy]")) {
    const from = document.getElementById(button.dataset.copy);
    button.hidden = false;
    button.addEventListener("click", () => {
      from.focus(); from.select?.();
      if (navigator.clipboard) navigator.clipboard.writeText(from.value ?? from.textContent);
      else document.execCommand("copy");
    });
  }
})();
