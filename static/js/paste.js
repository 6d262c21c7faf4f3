// What comes from Word into a rich text: headings become those that a text has here, or bold lines in a phase of the
// development path, which has none; rows of a table become lines of a list, and links to somebody's own disk are taken
// out; the writer is told. Draftail makes plain paragraphs of them.
{
  const texts = document.currentScript.dataset;
  const HEADINGS = "h1, h2, h3, h4, h5, h6";
  const levelOf = (heading) => Number(heading.tagName[1]);

  function replace(element, tag, html) {
    const made = document.createElement(tag);
    made.innerHTML = html ?? element.innerHTML;
    element.replaceWith(made);
  }

  /** The highest heading becomes the highest of a text, and all under it the second one. */
  function mendHeadings(body, first) {
    const headings = [...body.querySelectorAll(HEADINGS)];
    const highest = Math.min(...headings.map(levelOf));
    for (const heading of headings) replace(heading, `h${levelOf(heading) === highest ? first : first + 1}`);
  }

  function makeBoldLines(body) {
    const headings = [...body.querySelectorAll(HEADINGS)].filter((heading) => heading.textContent.trim() !== "");
    for (const heading of headings) {
      const line = document.createElement("b");
      line.textContent = heading.textContent.trim().replace(/\s+/g, " ");
      replace(heading, "p", line.outerHTML);
    }
    return headings.length;
  }

  function mendTables(body) {
    const tables = [...body.querySelectorAll("table")];
    for (const table of tables) {
      const list = document.createElement("ul");
      for (const row of table.rows) {
        const line = document.createElement("li");
        line.textContent = [...row.cells].map((cell) => cell.textContent.trim().replace(/\s+/g, " ")).join(" – ");
        list.append(line);
      }
      table.replaceWith(list);
    }
    return tables.length;
  }

  function mendLinks(body) {
    const links = [...body.querySelectorAll("a[href]")].filter((link) => /^file:/i.test(link.getAttribute("href")));
    for (const link of links) link.replaceWith(...link.childNodes);
    return links.map((link) => link.getAttribute("href"));
  }

  document.addEventListener(
    "paste",
    (event) => {
      const editor = event.target.closest?.(".Draftail-Editor");
      const html = event.clipboardData?.getData("text/html");
      if (event.isMended) return;
      if (!editor || !html || !/<(h[1-6]|table|a)\b/i.test(html)) return;
      // What was copied in an editor here is pasted as it is.
      if (/data-(editor|draftjs-conductor-fragment)/.test(html)) return;
      const { body } = new DOMParser().parseFromString(html, "text/html");
      const isPhase = Boolean(editor.closest("[data-contentpath=development]"));
      const boldLines = isPhase ? makeBoldLines(body) : 0;
      if (!isPhase) mendHeadings(body, editor.closest("[data-contentpath=body]") ? 2 : 3);
      const tables = mendTables(body);
      const links = mendLinks(body);
      const clipboardData = new DataTransfer();
      clipboardData.setData("text/html", body.innerHTML);
      clipboardData.setData("text/plain", event.clipboardData.getData("text/plain"));
      event.preventDefault();
      event.stopImmediatePropagation();
      const mended = new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true });
      mended.isMended = true;
      event.target.dispatchEvent(mended);
      const told = [];
      if (boldLines) told.push(texts.headings);
      if (tables) told.push(texts.tables);
      if (links.length) told.push(`${texts.links} ${links.join(", ")}`);
      if (told.length) {
        const detail = { clear: true, text: told.join(" "), type: "warning" };
        document.dispatchEvent(new CustomEvent("w-messages:add", { detail }));
      }
    },
    true,
  );
}
