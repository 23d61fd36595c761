"use strict";
// Columns with a value a run; here they get axes, limits, words, and each run its line. `place` holds the markup beside this file.
// It begins with the limits of `box`; `limited(limits)` is told of every change of them, `open(i)`, where it is given, opens a run.
// `asks`: of a column the question that its title asks the page around.
// One for the file and the page.
function explorer(place, data, echarts, { box = {}, limited = () => {}, open = null, asks = {} } = {}) {
  const MOST_LISTED = 60;
  const LEAST_APART = 96; // pixels between two axes
  const columns = data.columns;
  const runs = data.rows.map((_, i) => i);
  const limits = { ...box }; // column name -> [from, to] in its own numbers; of words and truths the places that are kept
  let shown = new Set(data.shown);
  let chosen = null;
  let first = 0; // of the table
  const at = (id) => place.querySelector("#" + CSS.escape(id));
  const colour = (name, usual) => getComputedStyle(place).getPropertyValue("--ex-" + name).trim() || usual;
  const named = (name) => columns.find((c) => c.name === name);
  const listed = (c) => c.kind === "word" || c.kind === "truth";
  const wordsOf = (c) => (c.kind === "truth" ? ["no", "yes"] : c.words);

  function make(tag, text, where, attributes = {}) {
    const found = document.createElement(tag);
    if (text !== null) found.textContent = text;
    for (const [key, value] of Object.entries(attributes)) found.setAttribute(key, value);
    where.append(found);
    return found;
  }

  function titled(c, row, more = "") {
    const cell = make("td", asks[c.name] ? null : c.title + more, row);
    if (!asks[c.name]) return;
    make("button", c.title, cell, { type: "button", class: "pg-ask", "data-ask": asks[c.name], "aria-haspopup": "dialog" });
    cell.append(more);
  }

  function number(x) {
    if (x === 0) return "0";
    const size = Math.max(0, Math.min(6, 2 - Math.floor(Math.log10(Math.abs(x)))));
    return x.toLocaleString("en-US", { maximumFractionDigits: size }).replace(/-/g, "−").replace(/,/g, "\u202f");
  }
  function quarter(x) {
    const t = Math.round(4 * x);
    return `${Math.floor(t / 4)}Q${(t % 4) + 1}`;
  }
  function said(c, x) {
    if (x === null) return "no value";
    if (listed(c)) return wordsOf(c)[x];
    return c.kind === "quarter" ? quarter(x) : number(x) + (c.unit ? ` ${c.unit}` : "");
  }

  // --- limits

  const ends = new Map(columns.map((c) => {
    let low = Infinity, high = -Infinity;
    for (const v of c.values) if (v !== null) { low = Math.min(low, v); high = Math.max(high, v); }
    return [c.name, low <= high ? [low, high] : [0, 1]];
  }));

  function within(i) {
    for (const name in limits) {
      const v = named(name).values[i];
      if (v === null || v < limits[name][0] || v > limits[name][1]) return false;
    }
    return true;
  }

  function clause(c, [from, to]) {
    if (c.kind === "truth") return `${c.title}: ${from > 0 ? "yes" : to < 1 ? "no" : "yes or no"}`;
    if (c.kind === "word") return `${c.title}: ${c.words.filter((_, i) => i >= from && i <= to).join(" or ")}`;
    const [low, high] = ends.get(c.name);
    if (from <= low) return `${c.title} up to ${said(c, to)}`;
    if (to >= high) return `${c.title} from ${said(c, from)}`;
    return `${c.title} from ${said({ ...c, unit: "" }, from)} to ${said(c, to)}`;
  }

  function limit(name, from, to) {
    const [low, high] = ends.get(name);
    if (from <= low && to >= high) delete limits[name];
    else limits[name] = [from, to];
  }

  // --- the parallel axes

  const parallel = echarts.init(at("parallel"));
  const apart = () => at("parallel").clientWidth / Math.max(1, shown.size);
  const axisOf = (c) => {
    const [low, high] = ends.get(c.name);
    const [ink, paper] = [colour("ink"), colour("paper")];
    const label = { color: ink, textBorderColor: paper, textBorderWidth: 3 };
    const line = { axisLine: { lineStyle: { color: ink } }, axisTick: { lineStyle: { color: ink } } };
    const name = wrapped(c.title, Math.max(11, Math.min(22, Math.floor(apart() / 6.2))));
    const common = { id: c.name, name, nameTextStyle: { fontSize: 11, lineHeight: 13, color: ink }, nameGap: 12, zlevel: 1, type: "value", ...line };
    if (listed(c)) {
      const words = wordsOf(c);
      return { ...common, min: 0, max: Math.max(1, words.length - 1), interval: 1, axisLabel: { ...label, formatter: (i) => words[i] ?? "" } };
    }
    return { ...common, min: low, max: high > low ? high : low + 1, axisLabel: { ...label, formatter: (x) => said({ ...c, unit: "" }, x) } };
  };
  function wrapped(text, wide = 22) {
    const lines = [""];
    for (const word of text.split(" ")) {
      if ((lines[lines.length - 1] + word).length > wide && lines[lines.length - 1]) lines.push("");
      lines[lines.length - 1] += (lines[lines.length - 1] ? " " : "") + word;
    }
    return (lines.length > 5 ? [...lines.slice(0, 4), lines[4] + " …"] : lines).join("\n");
  }
  function drawParallel() {
    at("parallel").style.minWidth = `${LEAST_APART * shown.size}px`;
    parallel.resize();
    linesOn(parallel, 2000);
    place.dataset.ready = "yes";
  }
  function linesOn(chart, progressive) {
    const axes = columns.filter((c) => shown.has(c.name));
    const opacity = Math.max(0.06, Math.min(0.7, 150 / runs.length));
    chart.setOption({
      animation: false,
      parallel: { left: 70, right: 100, top: 92, bottom: 24 },
      parallelAxis: axes.map((c, i) => ({ ...axisOf(c), dim: i })),
      series: [{
        type: "parallel", progressive, inactiveOpacity: 0.015, activeOpacity: opacity,
        lineStyle: { width: 1, color: colour("calm", data.colours[0]), opacity },
        data: runs.map((i) => axes.map((c) => c.values[i] ?? "-")),
      }],
    }, true);
    for (const c of axes) if (limits[c.name]) brush(c, chart);
  }
  function brush(c, chart = parallel) {
    const pair = limits[c.name];
    const most = listed(c) ? Math.max(1, wordsOf(c).length - 1) : 0;
    const wide = pair && listed(c) ? [Math.max(0, pair[0] - 0.2), Math.min(most, pair[1] + 0.2)] : pair;
    chart.dispatchAction({ type: "axisAreaSelect", parallelAxisId: c.name, intervals: pair ? [wide] : [] }, { silent: true });
  }
  parallel.on("axisareaselected", (event) => {
    for (const one of event.batch ?? [event]) {
      const c = named(one.parallelAxisId) ?? columns.filter((k) => shown.has(k.name))[one.parallelAxisIndex ?? -1];
      if (!c) continue;
      const spans = one.intervals ?? [];
      if (!spans.length) { delete limits[c.name]; continue; }
      let [from, to] = spans[spans.length - 1];
      if (listed(c)) {
        [from, to] = [Math.ceil(Math.min(from, to) - 0.001), Math.floor(Math.max(from, to) + 0.001)];
        if (from > to) from = to = Math.round((from + to) / 2);
      }
      limit(c.name, from, to);
    }
    tell();
  });

  // --- two at a time

  const scatter = echarts.init(at("scatter"));
  const smooth = (roles, but) => {
    const others = columns.filter((c) => c !== but);
    return others.find((c) => roles.includes(c.role) && !listed(c)) ?? others.find((c) => roles.includes(c.role)) ?? others[0] ?? columns[0];
  };
  const across = smooth(columns.some((c) => c.role === "uncertainty") ? ["uncertainty"] : ["lever", "outcome"]);
  for (const [id, usual] of [["x", across.name], ["y", smooth(["outcome"], across).name]]) {
    for (const c of columns) make("option", c.title, at(id), { value: c.name });
    at(id).value = usual;
    at(id).addEventListener("change", () => drawScatter());
  }
  function drawScatter(chart = scatter) {
    const [x, y] = [named(at("x").value), named(at("y").value)];
    const spot = (c, i) => (listed(c) ? c.values[i] + 0.5 * (((i * 0.618034) % 1) - 0.5) : c.values[i]);
    const there = runs.filter((i) => x.values[i] !== null && y.values[i] !== null);
    const dots = (kept) => there.filter((i) => within(i) === kept && i !== chosen).map((i) => [spot(x, i), spot(y, i), i]);
    const [ink, grid] = [colour("ink"), colour("grid")];
    const axis = (c, vertical) => ({
      type: "value", axisLine: { lineStyle: { color: ink } }, splitLine: { lineStyle: { color: grid } }, name: wrapped(c.title), nameLocation: "middle", nameGap: vertical ? 62 : 28, scale: true, nameTextStyle: { color: ink, lineHeight: 13 },
      ...(listed(c) ? { min: -0.5, max: wordsOf(c).length - 0.5, interval: 1, minInterval: 1 } : {}),
      axisLabel: { color: ink, hideOverlap: true, formatter: (v) => (listed(c) ? (Number.isInteger(v) ? wordsOf(c)[v] ?? "" : "") : said({ ...c, unit: "" }, v)) },
    });
    const series = (points, color, opacity, size) =>
      ({ type: "scatter", data: points, symbolSize: size, itemStyle: { color, opacity }, large: false, cursor: "pointer" });
    chart.setOption({
      animation: false,
      grid: { left: 112, right: 20, top: 14, bottom: 64 },
      xAxis: axis(x, false), yAxis: axis(y, true),
      series: [
        series(dots(false), colour("rest"), 0.35, 4), series(dots(true), colour("calm", data.colours[0]), Math.max(0.3, Math.min(0.9, 400 / runs.length)), 6),
        series(chosen === null || spot(x, chosen) === null ? [] : [[spot(x, chosen), spot(y, chosen), chosen]], colour("loud", data.colours[1]), 1, 13),
      ],
    }, true);
  }
  scatter.on("click", (event) => choose(event.data[2]));

  // --- words, numbers, runs

  function mean(c, which) {
    let sum = 0, count = 0;
    for (const i of which) if (c.values[i] !== null) { sum += c.values[i]; count += 1; }
    if (!count) return "no run has a value";
    const text = c.kind === "truth" ? `${(100 * sum / count).toFixed(0)} %` : said(c, sum / count);
    return count < which.length || c.kind === "truth" ? `${text} (${c.kind === "truth" ? `${sum} of ` : ""}${count} runs)` : text;
  }

  function tell() {
    const kept = runs.filter(within);
    const parts = columns.filter((c) => limits[c.name]).map((c) => clause(c, limits[c.name]));
    const share = runs.length ? Math.round(100 * kept.length / runs.length) : 0;
    at("words").textContent = parts.length
      ? `${parts.join("; ")}: ${kept.length} of ${runs.length} runs (${kept.length && !share ? "<1" : share} %).`
      : `All ${runs.length} runs.`;
    at("found").replaceChildren();
    for (const c of columns.filter((k) => k.role === "outcome")) {
      const row = make("tr", null, at("found"));
      titled(c, row);
      make("td", mean(c, runs), row, { class: "n" });
      make("td", mean(c, kept), row, { class: "n" });
    }
    const some = kept.length > MOST_LISTED ? `The first ${MOST_LISTED} of ${kept.length}; any dot above can be chosen as well.` : "";
    at("listed").textContent = some;
    at("rows").replaceChildren();
    for (const i of kept.slice(0, MOST_LISTED)) {
      make("button", data.rows[i], at("rows"), { type: "button", "aria-pressed": String(i === chosen) }).addEventListener("click", () => choose(i));
    }
    for (const c of columns) {
      const [from, to] = limits[c.name] ?? ends.get(c.name);
      for (const [end, v] of [["from", from], ["to", to]]) {
        const box = at(`${end}-${c.name}`);
        if (box !== document.activeElement) box.value = listed(c) ? v : c.kind === "quarter" ? quarter(v) : Number(v.toPrecision(5));
      }
    }
    first = 0;
    if (at("whole").open) tabulate();
    drawScatter();
    limited(limits);
  }

  function tabulate() {
    // The same in numbers: the runs within the limits, some at a time, across the axes that are shown.
    const kept = runs.filter(within), last = Math.min(kept.length, first + MOST_LISTED);
    at("page").textContent = kept.length ? `${first + 1} to ${last} of ${kept.length} runs` : "No run lies within the limits";
    at("earlier").disabled = first === 0;
    at("later").disabled = last === kept.length;
    const axes = columns.filter((c) => shown.has(c.name));
    at("table").replaceChildren();
    const head = make("tr", null, make("thead", null, at("table")));
    for (const title of ["run", ...axes.map((c) => c.title + (c.unit ? ` (${c.unit})` : ""))]) make("th", title, head, { scope: "col" });
    const body = make("tbody", null, at("table"));
    for (const i of kept.slice(first, last)) {
      const row = make("tr", null, body);
      for (const text of [data.rows[i], ...axes.map((c) => said({ ...c, unit: "" }, c.values[i]))]) make("td", text, row, { class: "n" });
    }
  }
  at("whole").addEventListener("toggle", () => at("whole").open && tabulate());
  for (const [id, by] of [["earlier", -MOST_LISTED], ["later", MOST_LISTED]]) {
    at(id).addEventListener("click", () => {
      first = Math.max(0, first + by);
      tabulate();
    });
  }
  at("open-table").addEventListener("click", () => {
    at("whole").open = true;
    at("whole").querySelector("summary").focus();
  });

  // --- to take away

  function hand(content, kind, what) {
    const link = document.createElement("a");
    link.href = typeof content === "string" ? content : URL.createObjectURL(content);
    link.download = `${data.title.replace(/[^\p{L}\p{N}]+/gu, "-").slice(0, 60) || "patronage"}-${what}.${kind}`;
    link.click();
    if (typeof content !== "string") setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  }
  function cell(c, v) {
    // As the file is read by others: digits without spaces, no word that a spreadsheet takes for a formula.
    if (v === null) return "";
    const text = listed(c) ? wordsOf(c)[v] : c.kind === "quarter" ? quarter(v) : String(v);
    return c.kind === "word" ? quoted(text) : text;
  }
  function quoted(text) {
    const plain = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
    return /[",\r\n]/.test(plain) ? `"${plain.replace(/"/g, '""')}"` : plain;
  }
  at("csv").addEventListener("click", () => {
    const unit = (c) => c.unit || { number: "1", quarter: "quarter", truth: "yes or no", word: "text" }[c.kind];
    const head = ["run", ...columns.map((c) => quoted(`${c.name} [${unit(c)}]`))];
    const rows = runs.filter(within).map((i) => [quoted(data.rows[i]), ...columns.map((c) => cell(c, c.values[i]))]);
    hand(new Blob([[head, ...rows].map((row) => row.join(",") + "\n").join("")], { type: "text/csv" }), "csv", "runs");
  });

  function caption(wide) {
    // What a picture needs that is pasted elsewhere: of which runs it is, within which limits, and what simulates one again.
    const long = new RegExp(`.{1,${Math.max(40, Math.floor(wide / 5.8))}}`, "gu");
    return [at("words").textContent, data.line.replace("{}", "RUN")].flatMap((text) => text.match(long) ?? []);
  }
  function png(chart, what) {
    const lines = caption(chart.getWidth());
    const figure = chart.renderToCanvas({ backgroundColor: colour("paper"), pixelRatio: 2 });
    const whole = document.createElement("canvas");
    [whole.width, whole.height] = [figure.width, figure.height + 2 * (40 + 14 * lines.length)];
    const pen = whole.getContext("2d");
    pen.fillStyle = colour("paper");
    pen.fillRect(0, 0, whole.width, whole.height);
    pen.drawImage(figure, 0, 60);
    pen.scale(2, 2);
    pen.fillStyle = colour("ink");
    pen.font = "600 15px Helvetica, Arial, sans-serif";
    pen.fillText(data.title, 10, 20);
    pen.font = "11px Helvetica, Arial, sans-serif";
    lines.forEach((line, i) => pen.fillText(line, 10, chart.getHeight() + 45 + 14 * i));
    hand(whole.toDataURL("image/png"), "png", what);
  }
  function svg(chart, what, put) {
    const [wide, high, lines] = [chart.getWidth(), chart.getHeight(), caption(chart.getWidth())];
    const still = echarts.init(null, null, { renderer: "svg", ssr: true, width: wide, height: high });
    put(still);
    const inert = (text) => text.replace(/[&<>"']/g, (x) => `&#${x.charCodeAt(0)};`);
    const words = (text, y, look) => `<text x="10" y="${y}" fill="${colour("ink")}" font-family="Helvetica, Arial, sans-serif" ${look}>${inert(text)}</text>`;
    const all = high + 40 + 14 * lines.length;
    const drawn = still.renderToSVGString();
    const whole = `<svg ${/xmlns="[^"]*"/.exec(drawn)[0]} width="${wide}" height="${all}" viewBox="0 0 ${wide} ${all}"><rect width="100%" height="100%" fill="${colour("paper")}"/>` +
      words(data.title, 20, 'font-size="15" font-weight="600"') + drawn.replace(/^<svg /, '<svg y="30" ') +
      lines.map((line, i) => words(line, high + 45 + 14 * i, 'font-size="11"')).join("") + "</svg>";
    still.dispose();
    hand(new Blob([whole], { type: "image/svg+xml" }), "svg", what);
  }
  at("parallel-png").addEventListener("click", () => png(parallel, "axes"));
  at("scatter-png").addEventListener("click", () => png(scatter, "two"));
  at("parallel-svg").addEventListener("click", () => svg(parallel, "axes", (chart) => linesOn(chart, 0)));
  at("scatter-svg").addEventListener("click", () => svg(scatter, "two", drawScatter));

  function again(i) {
    // The line of a run: {} is its name, {NAME} its value of a column.
    return data.line.replace(/\{([^{}]*)\}/g, (_, name) => (name ? String(named(name).values[i]) : data.rows[i]));
  }

  function choose(i) {
    chosen = i;
    at("run").hidden = false;
    at("line").textContent = again(i);
    at("values").replaceChildren();
    for (const c of columns) {
      const row = make("tr", null, at("values"));
      titled(c, row);
      make("td", said(c, c.values[i]), row, { class: "n" });
    }
    tell();
  }
  at("open").hidden = open === null;
  at("open").addEventListener("click", () => open(chosen));
  at("copy").addEventListener("click", () => {
    const range = document.createRange();
    range.selectNodeContents(at("line"));
    getSelection().removeAllRanges();
    getSelection().addRange(range);
    document.execCommand("copy"); // the newer way is refused to pages that lie in a file
  });

  // --- the table of limits

  function typed(c, end) {
    const box = at(`${end}-${c.name}`);
    const text = box.value.trim();
    const dated = /^(\d{4})Q([1-4])$/.exec(text);
    const value = c.kind === "quarter" && dated ? Number(dated[1]) + (Number(dated[2]) - 1) / 4 : Number(text);
    const now = limits[c.name] ?? ends.get(c.name);
    if (text === "" || !Number.isFinite(value)) return now[end === "from" ? 0 : 1];
    return value;
  }
  for (const c of columns) {
    const row = make("tr", null, at("limits"));
    titled(c, row, (c.unit ? ` (${c.unit})` : "") + (c.role === "outcome" ? "" : `, ${c.role}`));
    const tick = make("input", null, make("td", null, row), { type: "checkbox", "aria-label": `axis of ${c.title}`, id: `axis-${c.name}` });
    tick.checked = shown.has(c.name);
    tick.addEventListener("change", () => { tick.checked ? shown.add(c.name) : shown.delete(c.name); drawParallel(); tell(); });
    for (const end of ["from", "to"]) {
      const cell = make("td", null, row);
      const label = { id: `${end}-${c.name}`, "aria-label": `${c.title}, ${end}` };
      const box = listed(c) ? make("select", null, cell, label) : make("input", null, cell, { ...label, type: c.kind === "quarter" ? "text" : "number", step: "any" });
      if (listed(c)) wordsOf(c).forEach((word, i) => make("option", word, box, { value: i }));
      box.addEventListener("input", () => {
        const now = limits[c.name] ?? ends.get(c.name); // the other end as it is, of which its field shows five digits
        limit(c.name, end === "from" ? typed(c, "from") : now[0], end === "to" ? typed(c, "to") : now[1]);
        if (shown.has(c.name)) brush(c);
        tell();
      });
    }
  }
  at("reset").addEventListener("click", () => {
    for (const name of Object.keys(limits)) delete limits[name];
    chosen = null;
    at("run").hidden = true;
    drawParallel();
    tell();
  });
  function draw() {
    drawParallel();
    drawScatter();
  }
  function onPaper(event) {
    // In the colours of paper, and a canvas each: of two that lie on each other Chrome prints the upper one as if it were opaque.
    draw();
    if (event.type === "beforeprint") tabulate(); // the page opens what is folded away
    for (const one of [parallel, scatter]) {
      const before = one.getDom().querySelector(".ex-flat");
      if (before) before.remove();
      if (event.type !== "beforeprint") continue;
      const flat = one.renderToCanvas({ backgroundColor: colour("paper"), pixelRatio: 2 });
      flat.className = "ex-flat";
      flat.style.width = `${one.getWidth()}px`;
      one.getDom().appendChild(flat);
    }
  }
  const watcher = new ResizeObserver(() => {
    for (const one of [parallel, scatter]) if (one.getWidth() !== one.getDom().clientWidth) one.resize();
  });
  for (const id of ["parallel", "scatter"]) watcher.observe(at(id));
  for (const when of ["beforeprint", "afterprint"]) addEventListener(when, onPaper);
  drawParallel();
  tell();
  return {
    draw,
    end() {
      watcher.disconnect();
      for (const when of ["beforeprint", "afterprint"]) removeEventListener(when, onPaper);
      for (const one of [parallel, scatter]) one.dispose();
    },
  };
}
