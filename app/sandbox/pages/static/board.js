// Drag and drop of cards between the columns of a board.
"use strict";

(() => {
  const board = document.getElementById("live");
  let card = null;
  let from = null;

  const columnAt = (event) => event.target.closest?.("[data-list]") ?? null;
  const mark = (column) => {
    for (const other of board.querySelectorAll(".over")) if (other !== column) other.classList.remove("over");
    column?.classList.add("over");
  };

  board.addEventListener("dragstart", (event) => {
    card = event.target.closest("[data-issue]");
    if (!card) return;
    from = columnAt(event);
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", card.dataset.issue);
    document.body.classList.add("dragging");
    card.classList.add("held");
  });

  board.addEventListener("dragover", (event) => {
    const column = columnAt(event);
    if (!card || !column) return;
    event.preventDefault();
    mark(column);
  });

  board.addEventListener("drop", async (event) => {
    const to = columnAt(event);
    if (!card || !to) return;
    event.preventDefault();
    const issue = Number(card.dataset.issue);
    const start = from;
    if (to === start) return;
    to.querySelector(".cards").prepend(card);
    await move(issue, start.dataset.list, to.dataset.list);
  });

  board.addEventListener("dragend", () => {
    card?.classList.remove("held");
    document.body.classList.remove("dragging");
    mark(null);
    card = from = null;
    window.sandboxPage.refresh();
  });

  const move = async (issue, fromList, toList) => {
    const answer = await fetch(`/boards/${board.dataset.board}/move`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ issue, from_list: fromList, to_list: toList }),
    });
    if (!answer.ok) {
      const problem = await answer.json().catch(() => ({}));
      window.sandboxPage.say(problem.message ?? `The sandbox answered ${answer.status}.`);
    }
    window.sandboxPage.refresh();
  };
})();
