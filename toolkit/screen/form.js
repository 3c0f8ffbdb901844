// A form of native HTML controls: labels, keyboard and screen readers come with the browser.
// ipywidgets' own slider has no accessible name, which axe reports as a serious violation.

const el = (tag, props = {}, ...children) => {
  const node = document.createElement(tag);
  const { class: name, ...rest } = props;
  if (name) node.className = name;
  for (const [key, value] of Object.entries(rest)) {
    if (value === undefined || value === null || value === false) continue;
    if (key.startsWith("on")) node.addEventListener(key.slice(2), value);
    else if (key in node && key !== "list") node[key] = value;
    else node.setAttribute(key, value);
  }
  node.append(...children.filter((child) => child !== null));
  // JupyterLab's own keys (arrows fold headings, space scrolls) must not take those of a control.
  if (["input", "select", "textarea", "button"].includes(tag)) node.dataset.lmSuppressShortcuts = "true";
  return node;
};

const drawn = (tag, props, ...children) => {
  const node = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [key, value] of Object.entries(props)) node.setAttribute(key, value);
  node.append(...children);
  return node;
};
const pictured = (path) => path ? drawn("svg", { viewBox: "0 0 24 24", "aria-hidden": "true" }, drawn("path", { d: path })) : null;

// 4,000 pounds, but the year 2015.
const grouped = (useGrouping) => new Intl.NumberFormat("en-GB", { maximumFractionDigits: 6, useGrouping });
const [NUMBERS, YEARS] = [grouped(true), grouped("min2")];
const written = (number, kind = NUMBERS) => kind.format(number).replace("-", "−");
const LONG = 32; // letters that a list of answers shows where two controls stand side by side
// Words come from Python, in the language of the course; a gap in them holds a name and nothing else.
const filled = (text, facts) => text.replace(/\{\{ (\w+) \}\}/g, (_, name) => facts[name]);
// One hour, two hours: a unit loses its plural after a one.
const said = (number, unit, { plural }) => {
  if (!unit) return written(number, YEARS);
  const [thing, ...rest] = unit.split(" ");
  const short = number === 1 && plural && thing.endsWith(plural) ? thing.slice(0, -plural.length) : thing;
  return [written(number), short, ...rest].join(" ").replace(" %", "%");
};

// What does not fit a box is not cut off in silence.
function typed(id, tag, longest, words, change, more) {
  const full = filled(words.full, { longest: longest.toLocaleString("en-GB") });
  const told = el("small", { class: "dio-full", role: "status" });
  const input = el(tag, { id, maxLength: longest, ...more, oninput: () => {
    told.textContent = input.value.length < longest ? "" : full;
    change(input.value);
  } });
  return { input, told };
}

// A slider without an answer has no thumb: wherever it rested, somebody would read it as a value.
function unset(input, on, min) {
  if (on) input.value = min;
  input.classList.toggle("dio-unset", on);
}
// Its lowest value is where the browser keeps it meanwhile: choosing that fires no event by itself.
const choosing = (chosen) => ({
  onpointerup: ({ target }) => target.classList.contains("dio-unset") && chosen(),
  onkeydown: (event) => {
    if (!event.target.classList.contains("dio-unset")) return;
    if (["ArrowLeft", "ArrowDown", "PageDown", "Home", "Enter", " "].includes(event.key)) chosen();
  },
});

function build(field, id, current, words, change, press) {
  const note = field.note ? el("small", { id: `${id}-note`, class: "dio-note" }, field.note) : null;
  const described = { "aria-describedby": note ? `${id}-note` : null };
  const label = () => el("label", { htmlFor: id }, field.label);
  const say = (value) => said(value, field.unit, words);
  const group = (type, isOn, pick) => {
    const inputs = field.options.map(([key, text], i) =>
      el("label", { class: "dio-option" },
        el("input", { type, name: id, id: `${id}-${i}`, value: key, checked: isOn(key, current), onchange: pick }),
        pictured(field.pictures?.[key]), el("span", {}, text)));
    const node = el("fieldset", { class: `dio-field dio-${field.kind}`, ...described },
      el("legend", {}, field.label), note, ...inputs);
    const all = () => [...node.querySelectorAll("input")];
    return { node, all, set: (value) => all().forEach((input) => (input.checked = isOn(input.value, value))) };
  };

  switch (field.kind) {
    case "number": {
      const { input, told } = typed(id, "input", 40, words, change, { type: "text", inputMode: "decimal", autocomplete: "off", ...described });
      input.value = current ?? "";
      const node = el("div", { class: "dio-field dio-number" }, label(), input, field.unit ? el("span", {}, field.unit) : null, note, told);
      return { node, set: (value) => (input.value = value ?? ""), inputs: () => [input] };
    }
    case "order": return order(field, current, words, change, note, described);
    case "match": return match(field, id, current, words, change, note, described);
    case "curve": return curve(field, id, current, words, change, note, described);
    case "upload": {
      const told = el("span", { role: "status" });
      const input = el("input", { type: "file", accept: field.accept, multiple: field.multiple, id, ...described, onchange: async () => {
        const files = [...input.files];
        input.value = "";
        const lines = [];
        for (const file of files) {
          const big = file.size > field.most;
          told.textContent = filled(words.reading, { file: file.name });
          if (!big) press({ upload: field.name, file: file.name }, [await file.arrayBuffer()]);
          const size = Math.round(file.size / 1e6), most = Math.round(field.most / 1e6);
          lines.push(big ? filled(words.large, { file: file.name, size, most, advice: field.advice }) : file.name);
        }
        if (files.length) told.textContent = lines.join("; ");
      } });
      return { node: el("div", { class: "dio-field dio-upload" }, label(), note, input, told), set: () => {}, inputs: () => [input] };
    }
    case "slider": {
      const out = el("output", { htmlFor: id });
      const show = (value) => {
        out.textContent = value === null ? words.unset : say(value);
        input.setAttribute("aria-valuetext", out.textContent);
      };
      const set = (value) => { unset(input, value === null, field.min); if (value !== null) input.value = value; show(value); };
      const chosen = () => { unset(input, false); show(Number(input.value)); change(Number(input.value)); };
      const input = el("input", { type: "range", id, min: field.min, max: field.max, step: field.step, ...described, oninput: chosen, ...choosing(() => chosen()) });
      set(current);
      const node = el("div", { class: "dio-field dio-slider" }, label(), input, out, note);
      return { node, set, inputs: () => [input] };
    }
    case "choice": {
      const made = group("radio", (key, value) => key === value, (event) => change(event.target.value));
      const short = field.options.every(([, text]) => text.length <= LONG);
      made.node.classList.toggle("dio-flow", short && field.options.length > 4);
      made.node.classList.toggle("dio-tiles", Object.keys(field.pictures ?? {}).length > 0);
      return { node: made.node, set: made.set, inputs: made.all };
    }
    case "ticks": {
      const made = group("checkbox", (key, value) => (value ?? []).includes(key),
        () => change(made.all().filter((input) => input.checked).map((input) => input.value)));
      return { node: made.node, set: made.set, inputs: made.all };
    }
    case "select": {
      if (field.options.length > SEARCHED) return search(field, id, current, words, change, label(), note);
      const { input, whole, set } = closed(id, field.options, change, described);
      set(current);
      return { node: el("div", { class: whole ? "dio-field dio-select dio-wide" : "dio-field dio-select" }, label(), input, whole, note), set, inputs: () => [input] };
    }
    case "text": {
      const { input, told } = typed(id, "textarea", field.longest, words, change, { rows: field.rows, ...described });
      input.value = current ?? "";
      return { node: el("div", { class: "dio-field dio-text" }, label(), note, input, told), set: (value) => (input.value = value ?? ""), inputs: () => [input] };
    }
    case "button": {
      const input = el("button", { type: "button", id, class: `dio-button${field.quiet ? " dio-quiet" : ""}${field.trainer ? " dio-trainer" : ""}`, ...described, onclick: press }, field.label);
      return { node: el("div", { class: "dio-field dio-press" }, input, note), set: () => {}, inputs: () => [input] };
    }
  }
}

// A closed list cuts long words off; on a narrow page they stand below it in full.
function closed(id, options, pick, described = {}) {
  const long = options.some(([, text]) => text.length > LONG);
  const whole = long ? el("small", { class: "dio-whole", ariaHidden: "true" }) : null;
  const show = () => whole && (whole.textContent = input.value && input.selectedOptions[0].text);
  const input = el("select", { id, ...described, onchange: () => { show(); pick(input.value); } },
    ...options.map(([key, text]) => el("option", { value: key }, text)));
  return { input, whole, set: (value) => { input.value = value; show(); } };
}

// A list that is too long to look through is searched by typing some letters of an entry.
const SEARCHED = 60;
function search(field, id, current, words, change, label, note) {
  const texts = new Map(field.options);
  const told = el("small", { id: `${id}-told`, class: "dio-note", role: "status" });
  const count = written(texts.size);
  const help = filled(words.search, { count });
  let key = current;
  const input = el("input", { type: "text", id, list: `${id}-list`, autocomplete: "off", "aria-describedby": `${id}-told`,
    onfocus: () => input.select(),
    onchange: () => {
      const text = input.value.trim().toLowerCase();
      const found = field.options.find(([, each]) => each.toLowerCase() === text);
      told.textContent = found ? help : filled(words.unknown, { typed: input.value, count });
      if (found) change((key = found[0]));
      else set(key);
    } });
  const set = (value) => { key = value; input.value = texts.get(value) ?? ""; };
  const list = el("datalist", { id: `${id}-list` }, ...field.options.map(([, text]) => el("option", { value: text })));
  told.textContent = help;
  set(current);
  return { node: el("div", { class: "dio-field dio-select" }, label, input, list, told, note), set, inputs: () => [input] };
}

// Moving a line is a press of a button: dragging would need a pointer and a steady hand.
function order(field, current, words, change, note, described) {
  const texts = new Map(field.options);
  const list = el("ol", {});
  const told = el("span", { class: "dio-told", role: "status" });
  let keys = [];
  const move = (key, by) => {
    const from = keys.indexOf(key);
    keys.splice(from, 1);
    keys.splice(from + by, 0, key);
    fill();
    const [first, second] = list.querySelectorAll(`button[data-key="${CSS.escape(key)}"]`);
    const same = by < 0 ? first : second;
    (same.disabled ? (by < 0 ? second : first) : same).focus();
    told.textContent = filled(words.moved, { line: texts.get(key), place: keys.indexOf(key) + 1, count: keys.length });
    change([...keys]);
  };
  const fill = () => {
    list.replaceChildren(...keys.map((key, at) => {
      const button = (by, sign, word) => {
        const made = el("button", { type: "button", class: "dio-button dio-quiet", disabled: at + by < 0 || at + by >= keys.length, onclick: () => move(key, by) }, sign);
        made.setAttribute("aria-label", filled(word, { line: texts.get(key) }));
        made.dataset.key = key;
        return made;
      };
      return el("li", {}, el("span", {}, texts.get(key)), button(-1, "↑", words.up), button(1, "↓", words.down));
    }));
  };
  const set = (value) => {
    keys = value && value.length === texts.size && value.every((key) => texts.has(key)) ? [...value] : [...texts.keys()];
    fill();
  };
  set(current);
  const node = el("fieldset", { class: "dio-field dio-order", ...described }, el("legend", {}, field.label), note, list, told);
  // The ends of the list stay disabled whatever is locked.
  const lock = (off) => { fill(); if (off) list.querySelectorAll("button").forEach((each) => (each.disabled = true)); };
  return { node, set, inputs: () => [...list.querySelectorAll("button")], lock };
}

function match(field, id, current, words, change, note, described) {
  let value = { ...(current ?? {}) };
  const rows = field.rows.map(([row, text], at) => {
    const list = closed(`${id}-${at}`, [["", words.choose], ...field.options], (chosen) => {
      value = { ...value, [row]: chosen };
      if (!chosen) delete value[row];
      change({ ...value });
    });
    const { input, whole } = list;
    return { row, ...list, node: el("div", { class: "dio-row" }, el("label", { htmlFor: `${id}-${at}` }, text), input, whole) };
  });
  const set = (now) => {
    value = { ...(now ?? {}) };
    rows.forEach((each) => each.set(value[each.row] ?? ""));
  };
  set(current);
  const node = el("fieldset", { class: "dio-field dio-match", ...described }, el("legend", {}, field.label), note, ...rows.map((each) => each.node));
  return { node, set, inputs: () => rows.map((each) => each.input) };
}

// Round numbers on a scale, four to eight of them.
function rounds(least, most) {
  const rough = (most - least) / 4;
  const ten = 10 ** Math.floor(Math.log10(rough));
  const step = ten * [5, 2, 1].find((each) => each * ten <= rough);
  const first = Math.ceil(least / step);
  return Array.from({ length: Math.floor(most / step) - first + 1 }, (_, n) => (first + n) * step);
}

// A drawn line is a row of upright sliders: they take a finger, a mouse and the arrow keys alike.
function curve(field, id, current, words, change, note, described) {
  const say = (number) => said(number, field.unit, words);
  let value = field.at.map(() => null);
  const line = drawn("polyline", {});
  const height = (number) => (100 * (number - field.min)) / (field.max - field.min);
  const ticks = rounds(field.min, field.max);
  const lines = ticks.map((tick) => drawn("path", { d: `M0 ${100 - height(tick)}H100` }));
  const svg = drawn("svg", { viewBox: "0 0 100 100", preserveAspectRatio: "none", "aria-hidden": "true" }, ...lines, line);
  const scale = el("div", { class: "dio-scale", ariaHidden: "true" }, ...ticks.map((tick) =>
    el("span", { style: `bottom: ${height(tick)}%` }, written(tick))));
  const columns = field.at.map((name, at) => {
    const out = el("output", { htmlFor: `${id}-${at}` });
    const chosen = () => {
      value[at] = Number(input.value);
      show();
      change([...value]);
    };
    const input = el("input", { type: "range", id: `${id}-${at}`, min: field.min, max: field.max, step: field.step, oninput: chosen, ...choosing(() => chosen()) });
    input.setAttribute("orient", "vertical");
    return { input, out, node: el("div", { class: "dio-column" }, out, input, el("label", { htmlFor: `${id}-${at}` }, name)) };
  });
  const show = () => {
    columns.forEach(({ input, out }, at) => {
      const open = value[at] === null;
      unset(input, open, field.min);
      if (!open) input.value = value[at];
      out.textContent = open ? "–" : written(value[at]);
      input.setAttribute("aria-valuetext", open ? words.unset : say(value[at]));
    });
    const across = 100 / columns.length;
    line.setAttribute("points", value.flatMap((each, at) => each === null ? [] :
      `${across * (at + 0.5)},${100 - height(each)}`).join(" "));
  };
  const set = (now) => {
    value = Array.isArray(now) && now.length === columns.length ? [...now] : field.at.map(() => null);
    show();
  };
  set(current);
  const node = el("fieldset", { class: "dio-field dio-curve", ...described },
    el("legend", {}, field.unit ? `${field.label} (${field.unit})` : field.label), note,
    el("div", { class: "dio-drawn" }, svg, scale, ...columns.map((each) => each.node)));
  return { node, set, inputs: () => columns.map((each) => each.input) };
}

export default {
  render({ model, el: root }) {
    // Each form loads this module for itself, so a counter here would give all forms the same ids.
    const prefix = `dio-form-${Math.random().toString(36).slice(2)}`;
    const form = el("div", { class: "dio-form", role: "group" });
    // The live region stays in the page for good: a region that is added together with its words is not announced.
    const status = el("div", { class: "dio-status", role: "status", tabIndex: -1 });
    root.append(form, status);
    // JupyterLab cancels Enter and undo on their way to the box.
    form.addEventListener("beforeinput", (event) => event.stopPropagation(), true);
    let parts = {};
    const seen = () => {
      const hidden = model.get("hidden") ?? [];
      return model.get("fields").filter(({ name }) => !hidden.includes(name));
    };

    const draw = () => {
      const before = form.contains(document.activeElement) ? document.activeElement.id : "";
      parts = {};
      const fields = el("div", { class: "dio-fields" });
      const value = model.get("value");
      const buttons = el("div", { class: "dio-buttons" });
      for (const field of seen()) {
        const change = (now) => {
          model.set("value", { ...model.get("value"), [field.name]: now });
          model.save_changes();
        };
        // A change may be held back while the kernel is busy, and a press is not: so it takes it along.
        const press = (message, buffers) => message.upload
          ? model.send(message, undefined, buffers)
          : model.send({ press: field.name, value: model.get("value") });
        const part = build(field, `${prefix}-${field.name}`, value[field.name] ?? null, model.get("texts"), change, press);
        parts[field.name] = part;
        (field.kind === "button" ? buttons : fields).append(part.node);
      }
      // A way back stands beside the controls, always at the same place, which leaves a lab more of the screen.
      const beside = fields.children.length > 0 && !buttons.querySelector("button:not(.dio-quiet)");
      form.classList.toggle("dio-beside-controls", beside);
      const heading = el("p", { class: "dio-heading" }, model.get("heading"));
      const waits = model.get("waits") ?? "";
      form.setAttribute("aria-label", waits || model.get("title"));
      form.dataset.title = model.get("title"); // for the trainer's view, which shows what waits
      form.classList.toggle("dio-waiting", waits !== "");
      const rows = [el("p", { class: "dio-waits" }, waits), heading, fields, buttons];
      form.replaceChildren(...rows.filter((part) => part.textContent || part.children.length));
      lock();
      // Whoever pressed a button that is gone goes on from the words that tell of it.
      if (before) (form.querySelector(`#${CSS.escape(before)}`) ?? status).focus();
    };
    const lock = () => {
      const locked = model.get("locked");
      const held = form.contains(document.activeElement) ? document.activeElement : null;
      for (const field of seen()) {
        const off = locked === true || (Array.isArray(locked) && locked.includes(field.name));
        const part = parts[field.name];
        if (part.lock) part.lock(off);
        else for (const input of part.inputs()) input.disabled = off;
      }
      // Whoever pressed a button that is now locked goes on from the words that tell of it.
      if (held?.disabled) status.focus();
    };
    const speak = () => {
      const lines = (model.get("status") ?? "").split("\n").flatMap((line, at) => [...(at ? ["\n"] : []), el("span", {}, line)]);
      if (status.textContent !== model.get("status")) status.replaceChildren(...lines);
      status.classList.toggle("dio-empty", !model.get("status"));
      status.dataset.judged = model.get("judged") ?? "";
    };
    const follow = () => {
      const value = model.get("value");
      for (const [name, part] of Object.entries(parts))
        if (form.inert || !part.inputs().includes(document.activeElement)) part.set(value[name] ?? null);
    };

    const save = (message, buffers) => {
      if (!message.save) return;
      const link = el("a", { href: URL.createObjectURL(new Blob(buffers, { type: message.type })), download: message.save });
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
    };

    // Without a kernel nothing follows a control: it must not look as if something did.
    const stop = () => {
      form.inert = true;
      status.textContent = model.get("texts").stopped;
      status.classList.remove("dio-empty");
    };

    draw();
    speak();
    model.on("comm_live_update", stop);
    model.on("msg:custom", save);
    model.on("change:fields", draw);
    model.on("change:hidden", draw);
    model.on("change:waits", draw);
    model.on("change:locked", lock);
    model.on("change:status", speak);
    model.on("change:judged", speak);
    model.on("change:value", follow);
    return () => {
      model.off("comm_live_update", stop);
      model.off("msg:custom", save);
      model.off("change:fields", draw);
      model.off("change:hidden", draw);
      model.off("change:waits", draw);
      model.off("change:locked", lock);
      model.off("change:status", speak);
      model.off("change:judged", speak);
      model.off("change:value", follow);
    };
  },
};
