// <wijknet-agenda box="http://192.168.1.20:4580" days="14" place="Kookhuis" lang="nl"></wijknet-agenda>
//
// The public agenda of a neighbourhood in any page. It follows the box by itself, keeps showing what
// it last knew when the box is out of reach, and says so. Style it from the page:
//   wijknet-agenda { --wijknet-ink: #222; --wijknet-accent: #0a6; font-family: inherit; }
//   wijknet-agenda::part(day) { ... }  parts: list, day, item, time, title, place, note
"use strict";
(() => {
  const WORDS = {
    nl: {
      none: "De komende dagen staat er niets in de agenda.",
      off: "gaat niet door", moved: "andere tijd", at: "bij",
      stale: "Niet bijgewerkt sinds", never: "De agenda is nu niet bereikbaar.", all: "Agenda van de buurt",
    },
    en: {
      none: "Nothing is planned for the coming days.",
      off: "cancelled", moved: "other time", at: "at",
      stale: "Not updated since", never: "The agenda is out of reach now.", all: "Neighbourhood agenda",
    },
  };
  const STYLE = `
    :host { display: block; color: var(--wijknet-ink, inherit); line-height: 1.4; }
    :host([hidden]) { display: none; }
    h3 { font-size: 1em; margin: 1.2em 0 .3em; }
    h3:first-child { margin-top: 0; }
    ul { list-style: none; margin: 0; padding: 0; }
    li { display: grid; grid-template-columns: 7.5em 1fr; gap: 0 .8em; padding: .35em 0;
         border-top: 1px solid color-mix(in srgb, currentColor 18%, transparent); }
    time { font-variant-numeric: tabular-nums; color: var(--wijknet-accent, inherit); }
    .title { font-weight: 600; }
    .place, .note { opacity: .8; font-size: .93em; }
    .off .title, .off time { text-decoration: line-through; }
    .mark { text-decoration: none; font-weight: 600; }
    p { margin: .5em 0; }
    @media (max-width: 24em) { li { grid-template-columns: 1fr; } }`;

  const make = (name, part, text) => {
    const made = document.createElement(name);
    if (part) { made.className = part; made.part = part; }
    if (text !== undefined) made.textContent = text; // Never as HTML: titles come from others.
    return made;
  };
  const day = (date) => {
    const two = (n) => String(n).padStart(2, "0");
    return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  };

  class WijknetAgenda extends HTMLElement {
    static observedAttributes = ["box", "days", "place", "category", "lang"];
    #root = this.attachShadow({ mode: "open" });
    #events = null;
    #soon = 0;
    #minutes = 0;
    #told = null;
    #etag = "";
    #at = null;
    #is_stale = false;

    connectedCallback() {
      this.#listen();
      // What goes by the clock, and what no event told of.
      this.#minutes = setInterval(() => this.#load(), 300000);
      this.#load();
    }
    disconnectedCallback() {
      clearInterval(this.#minutes);
      clearTimeout(this.#soon);
      this.#events?.close();
    }
    attributeChangedCallback(name, before, after) {
      if (!this.isConnected || before === after) return;
      this.#etag = "";
      if (name === "box") this.#listen();
      this.#load();
    }

    get #words() {
      const asked = this.lang || document.documentElement.lang || "nl";
      return WORDS[asked.slice(0, 2)] ?? WORDS.nl;
    }
    get #language() { return this.#words === WORDS.en ? "en" : "nl"; }
    get #box() { return (this.getAttribute("box") || location.origin).replace(/\/+$/, ""); }

    #listen() {
      this.#events?.close();
      this.#events = new EventSource(`${this.#box}/api/v1/events`);
      const soon = () => {
        clearTimeout(this.#soon); // Many changes at once are one reason to look.
        this.#soon = setTimeout(() => this.#load(), 500);
      };
      for (const name of ["records", "reset"]) this.#events.addEventListener(name, soon);
      this.#events.addEventListener("open", () => { if (this.#is_stale) soon(); });
    }

    async #load() {
      const from = new Date();
      const to = new Date(from);
      to.setDate(to.getDate() + (Number(this.getAttribute("days")) || 14));
      const query = new URLSearchParams({ from: day(from), to: day(to) });
      for (const name of ["place", "category"]) {
        if (this.getAttribute(name)) query.set(name, this.getAttribute(name));
      }
      try {
        const headers = this.#etag ? { "If-None-Match": this.#etag } : {};
        const answer = await fetch(`${this.#box}/api/v1/occurrences?${query}`,
          { headers, credentials: "omit", cache: "no-store" });
        if (answer.status !== 304) {
          if (!answer.ok) throw new Error(answer.statusText);
          this.#told = (await answer.json()).items;
          this.#etag = answer.headers.get("ETag") ?? "";
        }
        this.#at = new Date();
        this.#is_stale = false;
      } catch {
        this.#is_stale = true;
      }
      this.#show();
    }

    #text(text) {
      if (typeof text === "string") return text;
      const other = this.#language === "nl" ? "en" : "nl";
      return text[this.#language] || text[other] || "";
    }

    #show() {
      const words = this.#words;
      const parts = [make("style", "", STYLE)];
      let list = null;
      let shown = "";
      for (const each of this.#told ?? []) {
        const on = each.start.slice(0, 10);
        if (on !== shown) {
          shown = on;
          const name = new Date(`${on}T12:00`).toLocaleDateString(this.#language,
            { weekday: "long", day: "numeric", month: "long" });
          const head = make("h3", "day", name);
          list = make("ul", "list");
          list.setAttribute("aria-label", name);
          parts.push(head, list);
        }
        list.append(this.#item(each));
      }
      if (this.#told?.length === 0) parts.push(make("p", "note", words.none));
      if (this.#is_stale) {
        const at = this.#at?.toLocaleTimeString(this.#language, { hour: "2-digit", minute: "2-digit" });
        const note = make("p", "note stale", at ? `${words.stale} ${at}.` : words.never);
        note.setAttribute("role", "status");
        parts.push(note);
      }
      this.setAttribute("role", "region");
      if (!this.hasAttribute("aria-label")) this.setAttribute("aria-label", words.all);
      this.#root.replaceChildren(...parts);
      this.dispatchEvent(new CustomEvent("wijknet-shown", { detail: { is_stale: this.#is_stale } }));
    }

    #item(each) {
      const words = this.#words;
      const row = make("li", "item");
      row.classList.toggle("off", each.is_cancelled);
      const time = make("time", "time", `${each.start.slice(11)}–${each.end.slice(11)}`);
      time.dateTime = each.start;
      const about = document.createElement("div");
      about.append(make("span", "title", this.#text(each.title)));
      const mark = each.is_cancelled ? words.off : each.is_moved ? words.moved : "";
      if (mark) about.append(" ", make("span", "mark", `(${mark})`));
      about.append(make("div", "place", `${words.at} ${each.place_name}`));
      const more = [this.#text(each.summary), each.cost, this.#text(each.reason), each.note];
      const note = more.filter(Boolean).join(" · ");
      if (note) about.append(make("div", "note", note));
      row.append(time, about);
      return row;
    }
  }
  customElements.define("wijknet-agenda", WijknetAgenda);
})();
