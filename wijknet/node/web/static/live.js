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
    old.replaceWith(fresh);
    open.forEach((id) => document.getElementById(id)?.setAttribute("open", ""));
    if (selector) fresh.querySelector(selector)?.focus({ preventScroll: true });
  };

  const refresh = async () => {
    waiting = null;
    const answer = await fetch(location.href.split("#")[0], { headers: { "X-Live": "1" } });
    if (!answer.ok || answer.redirected) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const fresh of page.querySelectorAll("[data-live]")) {
      const old = document.getElementById(fresh.id);
      if (old && !isBusy(old) && old.outerHTML !== fresh.outerHTML) swap(old, fresh);
    }
    document.dispatchEvent(new Event("wijknet-fresh"));
  };
  const soon = () => { waiting ??= setTimeout(() => refresh().catch(() => {}), 250); };

  const connect = () => {
    const source = new EventSource("/live");
    source.addEventListener("message", soon);
    source.addEventListener("open", () => {
      if (offline) offline.hidden = true;
      if (wasLost) soon();
      wasLost = false;
    });
    source.addEventListener("error", () => {
      wasLost = true;
      if (offline) offline.hidden = false;
      // A browser gives up on an answer that is no stream, such as that of a box that just starts.
      if (source.readyState === EventSource.CLOSED) setTimeout(connect, 3000);
    });
  };
  connect();
  setInterval(soon, 60000); // The clock on the page goes on, also when nothing happens.

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
