// Keeps the page as it is on the server: on every change the page is fetched again and its live part put in place.
"use strict";

(() => {
  const live = document.getElementById("live");
  let waiting = false;
  let fetching = false;

  const busy = () => {
    const field = document.activeElement;
    const typing = live.contains(field) && field.matches("input, select, textarea");
    return typing || document.body.classList.contains("dragging");
  };

  const scrolls = () => [live, ...live.querySelectorAll("[data-scroll]")];

  const replace = (html) => {
    const fresh = new DOMParser().parseFromString(html, "text/html");
    const part = fresh.getElementById("live");
    if (!part) return;
    const kept = new Map(scrolls().map((box) => [box.dataset.scroll, [box.scrollLeft, box.scrollTop]]));
    live.replaceChildren(...part.childNodes);
    for (const box of scrolls()) {
      const [left, top] = kept.get(box.dataset.scroll) ?? [0, 0];
      box.scrollLeft = left;
      box.scrollTop = top;
    }
    const styles = document.getElementById("label-styles");
    const wanted = fresh.getElementById("label-styles").getAttribute("href");
    if (styles.getAttribute("href") !== wanted) styles.setAttribute("href", wanted);
  };

  const refresh = async () => {
    if (busy() || fetching) {
      waiting = true;
      return;
    }
    waiting = false;
    fetching = true;
    try {
      const answer = await fetch(location.pathname, { headers: { Accept: "text/html" } });
      if (answer.ok) replace(await answer.text());
    } finally {
      fetching = false;
      if (waiting) setTimeout(refresh, 100);
    }
  };

  const toast = document.getElementById("toast");
  let hiding = 0;
  window.sandboxPage = {
    refresh,
    say(text) {
      toast.textContent = text;
      toast.hidden = false;
      clearTimeout(hiding);
      hiding = setTimeout(() => { toast.hidden = true; }, 6000);
    },
  };

  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-autosubmit]") && event.target.value) event.target.form.submit();
  });

  if (live) {
    // The first message tells where the counter stands, not that something changed.
    let known = null;
    new EventSource("/-/live").addEventListener("changed", (event) => {
      if (known !== null && known !== event.data) refresh();
      known = event.data;
    });
    document.addEventListener("focusout", () => { if (waiting) setTimeout(refresh, 0); });
    if (live.dataset.poll) setInterval(refresh, Number(live.dataset.poll));
  }
})();
