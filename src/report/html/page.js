"use strict";
// The page: it is made of the data beside it, by text nodes only, so nothing in a name is markup.
(() => {
const data = JSON.parse(document.getElementById("data").textContent);
const LEVELS = ["error", "warning", "note"];
const STATES = ["open", "informative", "tolerated"];
const PAGE = 100;

// An element with these attributes and children; a child that is no node is a text.
function make(name, attributes, ...children) {
	const node = document.createElement(name);
	for (const [key, value] of Object.entries(attributes || {})) {
		if (value === true) node.setAttribute(key, "");
		else if (value !== false && value !== null && value !== undefined) node.setAttribute(key, value);
	}
	node.append(...children.filter((child) => child !== null && child !== undefined));
	return node;
}
function draw(name, attributes, ...children) {
	const node = document.createElementNS("http://www.w3.org/2000/svg", name);
	for (const [key, value] of Object.entries(attributes || {})) node.setAttribute(key, value);
	node.append(...children);
	return node;
}
const counted = (count, noun) => `${count.toLocaleString("en")} ${noun}${count === 1 ? "" : "s"}`;
const byId = (id) => document.getElementById(id);

// The items, a list for each column.
const names = data.items.names === "" ? [] : data.items.names.split("\n");
const item = (number) => ({
	name: names[number],
	module: data.items.modules[data.items.module[number]],
	namespace: data.items.namespaces[data.items.namespace[number]],
	license: data.items.licenses[data.items.license[number]],
	change: data.items.changes[data.items.change[number]],
	tolerated: data.items.tolerated[number] === "1",
});
const lower = names.map((name) => name.toLowerCase());

// The items of a set: a bit for each.
const bitmaps = new Map();
function bitmap(set) {
	if (!bitmaps.has(set)) {
		const found = data.sets[set];
		if (typeof found === "string") {
			bitmaps.set(set, Uint8Array.from(atob(found), (letter) => letter.charCodeAt(0)));
		} else {
			const bits = new Uint8Array(Math.ceil((names.length + 1) / 8));
			for (const number of found) bits[number >> 3] |= 1 << (number & 7);
			bitmaps.set(set, bits);
		}
	}
	return bitmaps.get(set);
}
const contains = (set, number) => set !== null && (bitmap(set)[number >> 3] >> (number & 7) & 1) === 1;
function members(set) {
	const found = [];
	if (set === null) return found;
	bitmap(set).forEach((byte, at) => {
		for (let bit = 0; byte >> bit; bit++) if (byte >> bit & 1) found.push(8 * at + bit);
	});
	return found;
}
const findingsOf = (number) => data.findings.filter((finding) => contains(finding.set, number));
const anchor = (finding) => `f-${finding.id}`;
const kind = (finding) => finding.state === 2 ? "tolerated" : finding.state === 1 ? "note" : LEVELS[finding.level];
const badge = (finding) => make("span", { class: `badge ${kind(finding)}` }, kind(finding));

// A field with its label.
function field(label, control) {
	return make("label", {}, label, control);
}
function select(options, first) {
	const all = first === undefined ? [] : [make("option", { value: "" }, first)];
	return make("select", {}, ...all, ...options.map(([value, text]) => make("option", { value }, text)));
}
// Calls back once typing has paused.
function onInput(controls, then) {
	let timer = 0;
	for (const control of controls) {
		control.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(then, 80); });
	}
}

// What shows a long list a page at a time: `draw` gets the numbers of the first row and the one after the last.
function pager(noun, draw) {
	const status = make("p", { class: "status", role: "status" });
	const back = make("button", { type: "button" }, "Previous");
	const on = make("button", { type: "button" }, "Next");
	const buttons = make("div", {}, back, " ", on);
	let page = 0;
	let length = 0;
	function turn(to) {
		page = to;
		const first = page * PAGE;
		const last = Math.min(first + PAGE, length);
		draw(first, last);
		status.textContent = length === 0 ? "nothing matches" :
			`${(first + 1).toLocaleString("en")} to ${last.toLocaleString("en")} of ${counted(length, noun)}`;
		back.disabled = page === 0;
		on.disabled = last >= length;
		buttons.hidden = length <= PAGE;
	}
	back.addEventListener("click", () => turn(page - 1));
	on.addEventListener("click", () => turn(page + 1));
	return { status, buttons, show: (count) => { length = count; turn(0); } };
}

// A table of items, with search and filters.
function itemTable(numbers, caption, extra) {
	const search = make("input", { type: "search", spellcheck: "false", autocomplete: "off" });
	const filters = [];
	const tools = make("div", { class: "tools" }, field("Search", search));
	for (const [label, column, texts] of [
		["Module", "module", data.items.modules], ["Namespace", "namespace", data.items.namespaces],
		["License", "license", data.items.licenses], ["Change", "change", data.items.changes],
	]) {
		const used = new Set(numbers.map((number) => data.items[column][number]));
		if (used.size < 2) continue;
		const options = [...used].map((at) => [String(at), texts[at] || "none"]);
		options.sort((one, other) => one[1] < other[1] ? -1 : 1);
		const control = select(options, "all");
		filters.push([control, (number, value) => String(data.items[column][number]) === value]);
		tools.append(field(label, control));
	}
	if (numbers.some((number) => data.items.tolerated[number] === "1")) {
		const control = select([["1", "tolerated"], ["0", "not tolerated"]], "all");
		filters.push([control, (number, value) => data.items.tolerated[number] === value]);
		tools.append(field("Tolerated", control));
	}
	const body = make("tbody");
	const head = ["Name", "Module", "Namespace", "License", "Change"].concat(extra ? ["Findings"] : []);
	const table = make("table", {}, make("caption", {}, caption),
		make("thead", {}, make("tr", {}, ...head.map((text) => make("th", { scope: "col" }, text)))), body);
	let found = numbers;
	const pages = pager(data.noun, (from, to) => body.replaceChildren(...found.slice(from, to).map((number) => {
		const it = item(number);
		const cells = [it.module, it.namespace, it.license, it.tolerated ? `${it.change} (tolerated)` : it.change];
		const row = make("tr", { id: extra ? `e-${it.name}` : null },
			make("th", { scope: "row", class: "name" }, it.name),
			...cells.map((text) => make("td", { class: "name" }, text || "")));
		if (extra) row.append(extra(number));
		return row;
	})));
	function filter() {
		const text = search.value.trim().toLowerCase();
		const active = filters.filter(([control]) => control.value !== "");
		found = numbers.filter((number) => (text === "" || lower[number].includes(text))
			&& active.every(([control, is]) => is(number, control.value)));
		pages.show(found.length);
	}
	onInput([search, ...filters.map(([control]) => control)], filter);
	pages.show(found.length);
	const node = make("div", {}, tools, pages.status,
		make("div", { class: "scroll", tabindex: "0", role: "group", "aria-label": caption }, table), pages.buttons);
	return { node, search: (text) => { search.value = text; filter(); } };
}

// A difference with its lines in colors.
function diff(text) {
	const classes = { "+": "plus", "-": "minus", "@": "hunk" };
	const lines = text.split("\n").map((line) => make("span", { class: classes[line[0]] || null }, `${line}\n`));
	return make("pre", { tabindex: "0", role: "group", "aria-label": "difference of the declarations" }, ...lines);
}

// What became of each member between two layouts.
function fates(before, after) {
	const places = (side) => new Map((side ? side.members : []).map((it) => [it[0], it]));
	const [old, now] = [places(before), places(after)];
	const fate = (name) => {
		const [one, other] = [old.get(name), now.get(name)];
		if (!one) return "added";
		if (!other) return "removed";
		if (one[2] !== other[2]) return "resized";
		return one[1] !== other[1] ? "moved" : "same";
	};
	return { old, now, fate };
}
const place = (bits) => bits === undefined ? "" : bits % 8 ? `${Math.floor(bits / 8)}:${bits % 8}` : String(bits / 8);

// Bytes in rows of a cache line each, before above after; only the rows in which something differs.
const LINE = 64 * 8;
const MOST_ROWS = 24;
let pictures = 0;
function picture(before, after, subject) {
	const { old, now, fate } = fates(before, after);
	const SCALE = 12 / 8, LEFT = 74, HIGH = 18, GAP = 10;
	const size = (side) => side ? side.size * 8 : 0;
	const rows = Math.ceil(Math.max(size(before), size(after), 1) / LINE);
	// The pieces of each side by row: what, from, to, name.
	function pieces(side) {
		const of = Array.from({ length: rows }, () => []);
		if (!side) return of;
		const put = (what, from, to, name) => {
			for (let row = Math.floor(from / LINE); row < rows && row * LINE < to; row++) {
				of[row].push([what, Math.max(from, row * LINE), Math.min(to, (row + 1) * LINE), name]);
			}
		};
		let end = 0;
		for (const [name, from, bits] of [...side.members].sort((one, other) => one[1] - other[1])) {
			if (from > end) put("hole", end, from, "hole");
			put(fate(name), from, from + bits, name);
			end = Math.max(end, from + bits);
		}
		if (size(side) > end) put("hole", end, size(side), "padding");
		return of;
	}
	const [top, bottom] = [pieces(before), pieces(after)];
	const key = (list) => JSON.stringify(list);
	const differs = top.map((list, row) => key(list) !== key(bottom[row]));
	const shown = differs.map((is, row) => is ? row : -1).filter((row) => row >= 0);
	const drawn = shown.slice(0, MOST_ROWS);
	const width = LEFT + LINE * SCALE + 4;
	const height = drawn.length * (2 * HIGH + GAP) + 14;
	const counts = {};
	for (const name of new Set([...old.keys(), ...now.keys()])) counts[fate(name)] = (counts[fate(name)] || 0) + 1;
	const words = ["added", "removed", "moved", "resized"].filter((it) => counts[it]).map((it) => `${counts[it]} ${it}`);
	const label = `layout of ${subject}: ${before ? before.size : "unknown"} bytes before, ${after ? after.size : "unknown"} after; `
		+ `members: ${words.join(", ") || "none changed"}`;
	const svg = draw("svg", { viewBox: `0 0 ${width} ${height}`, width, height, role: "img", "aria-label": label });
	const hatch = `hatch-${++pictures}`;
	svg.append(draw("defs", {}, draw("pattern", { id: hatch, width: 6, height: 6, patternUnits: "userSpaceOnUse" },
		draw("path", { d: "M0 6L6 0", stroke: "currentColor", "stroke-width": .6, opacity: .5 }))));
	for (let byte = 0; byte < 64; byte += 8) {
		svg.append(draw("text", { x: LEFT + byte * 8 * SCALE, y: 9, class: "axis" }, String(byte)));
	}
	drawn.forEach((row, index) => {
		const y = 14 + index * (2 * HIGH + GAP);
		svg.append(draw("text", { x: 0, y: y + 12, class: "axis" }, `${row * 64} before`));
		svg.append(draw("text", { x: 0, y: y + HIGH + 12, class: "axis" }, "     after"));
		[top[row], bottom[row]].forEach((list, side) => {
			for (const [what, from, to, name] of list) {
				const x = LEFT + (from - row * LINE) * SCALE;
				const wide = (to - from) * SCALE;
				const box = draw("rect", { x, y: y + side * HIGH, width: Math.max(wide, .7), height: HIGH - 2, class: what, ...(what === "hole" ? { fill: `url(#${hatch})` } : {}) },
					draw("title", {}, `${name} (${what}): ${place(from)} to ${place(to)}`));
				svg.append(box);
				if (wide > 6 * 3) {
					const most = Math.floor(wide / 6.2);
					const text = name.length > most ? `${name.slice(0, most - 1)}…` : name;
					svg.append(draw("text", { x: x + 2, y: y + side * HIGH + 12, "pointer-events": "none" }, text));
				}
			}
		});
	});
	const node = make("div", {});
	const legend = ["same", "moved", "resized", "added", "removed", "hole"].map((what) =>
		make("li", {}, draw("svg", { width: 14, height: 14, "aria-hidden": "true" }, draw("rect", { width: 14, height: 14, class: what, ...(what === "hole" ? { fill: "none" } : {}) })), what));
	node.append(make("p", {}, `${before ? `${before.size} bytes` : "not defined"} before, `
		+ `${after ? `${after.size} bytes` : "not defined"} after. A row is a cache line of 64 bytes; `
		+ `${rows - shown.length} of ${rows} are the same.`));
	if (drawn.length) node.append(make("ul", { class: "legend" }, ...legend), make("div", { class: "scroll", tabindex: "0", role: "group", "aria-label": "picture of the layout" }, svg));
	if (shown.length > drawn.length) node.append(make("p", { class: "status" }, `${shown.length - drawn.length} more lines differ; the table has all members.`));
	const changed = [...new Set([...old.keys(), ...now.keys()])].filter((name) => fate(name) !== "same");
	if (changed.length) {
		const rowsOf = changed.map((name) => {
			const [one, other] = [old.get(name) || [], now.get(name) || []];
			return make("tr", {}, make("th", { scope: "row", class: "name" }, name), make("td", {}, fate(name)),
				...[one[1], other[1], one[2], other[2]].map((bits) => make("td", { class: "number" }, place(bits))));
		});
		const head = ["Member", "What", "Offset before", "Offset after", "Size before", "Size after"];
		node.append(make("details", {}, make("summary", {}, `${counted(changed.length, "member")} changed, as a table`),
			make("div", { class: "scroll" }, make("table", {}, make("thead", {}, make("tr", {}, ...head.map((text) => make("th", { scope: "col" }, text)))),
				make("tbody", {}, ...rowsOf)))));
	}
	return node;
}

// A text with a button that copies it.
function copyable(text, label) {
	const button = make("button", { type: "button" }, `Copy ${label}`);
	const status = make("span", { class: "status", role: "status" });
	const block = make("pre", { tabindex: "0", role: "group", "aria-label": label }, text);
	button.addEventListener("click", () => {
		const select = () => {
			getSelection().selectAllChildren(block);
			status.textContent = document.execCommand("copy") ? " copied" : " selected: press Ctrl+C";
		};
		if (navigator.clipboard) navigator.clipboard.writeText(text).then(() => { status.textContent = " copied"; }, select);
		else select();
	});
	return [block, button, status];
}

function body(finding) {
	const node = make("div", {});
	const add = (...children) => node.append(...children);
	const rule = data.rules[finding.rule];
	const also = finding.also.length ? ` (${finding.also.join(", ")})` : "";
	add(make("p", {}, make("code", {}, rule.id), also, ": ", rule.what, ". ",
		make("a", { href: `#${anchor(finding)}` }, "Link to this")));
	if (finding.place) add(make("p", {}, "Where: ", make("code", {}, finding.place)));
	if (finding.tolerated) add(make("p", {}, "Tolerated: ", finding.tolerated));
	add(make("p", {}, data.texts[finding.does]));
	add(make("p", {}, make("strong", {}, "What to do: "), data.texts[finding.fix]));
	if (finding.changes.length) {
		add(make("h3", {}, "What changed"), make("ul", {}, ...finding.changes.map((text) => make("li", { class: "name" }, text))));
	}
	if (finding.diff) add(make("h3", {}, "The declaration"), diff(finding.diff));
	if (finding.picture) add(make("h3", {}, "The layout"), picture(finding.picture[0], finding.picture[1], finding.subject));
	if (finding.chains.length) {
		add(make("h3", {}, "How exports reach it"));
		for (const chain of finding.chains) {
			add(make("ol", { class: "chain" }, ...chain.map(([name, line]) =>
				make("li", {}, make("span", { class: "name" }, name), line ? make("small", { class: "name" }, line) : null))));
		}
	}
	const numbers = members(finding.set);
	if (numbers.length) {
		const most = finding.atMost ? "up to " : "";
		add(make("h3", {}, `${most}${counted(numbers.length, data.noun)}`));
		add(itemTable(numbers, `${data.noun}s that this concerns`).node);
	}
	if (data.consumers) {
		const users = data.consumers.affected.filter(([, items]) => items.some((number) => contains(finding.set, number)));
		if (users.length) {
			add(make("h3", {}, `${counted(users.length, "module")} that it breaks`));
			const few = users.slice(0, PAGE).map(([path]) => make("li", { class: "name" }, path));
			const more = users.length > PAGE ? [make("li", {}, `and ${users.length - PAGE} more`)] : [];
			add(make("ul", {}, ...few, ...more));
		}
	}
	if (finding.toleration) {
		add(make("h3", {}, "A rule that tolerates it"), ...copyable(finding.toleration, "rule"));
	}
	return node;
}

// The findings.
const list = byId("findings-list");
const cards = data.findings.map((finding) => {
	const reach = finding.count;
	const summary = make("summary", {}, badge(finding), make("span", { class: "name" }, finding.subject), " ",
		make("span", { class: "badge plain" }, data.rules[finding.rule].id),
		reach ? make("span", { class: "badge plain" }, counted(reach, data.noun)) : null,
		make("span", { class: "message" }, finding.message));
	const card = make("details", { class: `finding ${kind(finding)}`, id: anchor(finding) }, summary);
	card.addEventListener("toggle", () => {
		if (card.open && card.childElementCount === 1) card.append(body(finding));
	});
	return card;
});
list.replaceChildren(...cards);
const texts = data.findings.map((finding) => `${finding.subject}\n${finding.message}\n${finding.changes.join("\n")}`.toLowerCase());
const search = make("input", { type: "search", spellcheck: "false", autocomplete: "off" });
const used = (values) => [...new Set(values)];
const level = select(used(data.findings.map(kind)).map((it) => [it, it]), "all");
const rule = select(used(data.findings.map((finding) => finding.rule)).sort((one, other) => one - other)
	.map((it) => [String(it), data.rules[it].id]), "all");
const reachedBy = make("input", { type: "search", spellcheck: "false", autocomplete: "off" });
const status = make("p", { class: "status", role: "status" });
byId("findings-tools").append(field("Search", search), field("Level", level), field("Kind", rule),
	names.length ? field(`Concerns ${data.noun}`, reachedBy) : "");
byId("findings-tools").after(status);
function filterFindings() {
	const text = search.value.trim().toLowerCase();
	const name = reachedBy.value.trim();
	const number = name === "" ? -1 : names.indexOf(name);
	let count = 0;
	data.findings.forEach((finding, index) => {
		const is = (text === "" || texts[index].includes(text))
			&& (level.value === "" || kind(finding) === level.value)
			&& (rule.value === "" || String(finding.rule) === rule.value)
			&& (name === "" || (number >= 0 && contains(finding.set, number)));
		cards[index].hidden = !is;
		count += is;
	});
	status.textContent = data.findings.length === 0 ? "no findings" :
		count === data.findings.length ? counted(count, "finding") : `${count} of ${counted(data.findings.length, "finding")}`;
}
onInput([search, level, rule, reachedBy], filterFindings);
filterFindings();

// All items.
let exportsTable = null;
if (names.length) {
	const toFindings = (number) => {
		const found = findingsOf(number);
		const button = make("button", { type: "button", "aria-label": `show ${counted(found.length, "finding")} that concern ${names[number]}` },
			String(found.length));
		button.addEventListener("click", () => {
			search.value = level.value = rule.value = "";
			reachedBy.value = names[number];
			filterFindings();
			byId("findings").scrollIntoView();
			reachedBy.focus();
		});
		return make("td", { class: "number" }, button);
	};
	exportsTable = itemTable(names.map((_, number) => number), `all ${data.noun}s that findings concern`, toFindings);
	byId("items-table").replaceChildren(exportsTable.node);
}

// The modules that use them.
if (data.consumers) {
	const rows = data.consumers.affected.map(([path, items]) => make("details", {},
		make("summary", { class: "name" }, `${path} (${counted(items.length, data.noun)})`)));
	rows.forEach((row, index) => row.addEventListener("toggle", () => {
		if (row.open && row.childElementCount === 1) {
			row.append(itemTable(data.consumers.affected[index][1], `what ${data.consumers.affected[index][0]} uses`).node);
		}
	}));
	byId("consumers-list").replaceChildren(...rows);
}

// Modules and kernels, a page at a time.
if (data.matrix) {
	const { columns, rows } = data.matrix;
	const search = make("input", { type: "search", spellcheck: "false", autocomplete: "off" });
	const words = [...new Set(rows.flatMap(([, cells]) => cells.map(([word]) => word)))].sort();
	const verdict = select(words.map((word) => [word, word]), "all");
	const body = make("tbody");
	const pages = pager("module", (from, to) => body.replaceChildren(...found.slice(from, to).map(rowOf)));
	let found = rows;
	const classes = { loads: "loads", refused: "error" };
	function rowOf([name, cells]) {
		return make("tr", {}, make("th", { scope: "row", class: "name" }, name), ...cells.map(([word, findings]) =>
			make("td", {}, make("span", { class: `badge ${classes[word] || "warning"}` }, word), ...findings.map((index) => {
				const finding = data.findings[index];
				return make("div", {}, make("a", { href: `#${anchor(finding)}` }, data.rules[finding.rule].id));
			}))));
	}
	function filter() {
		const text = search.value.trim().toLowerCase();
		found = rows.filter(([name, cells]) => (text === "" || name.toLowerCase().includes(text))
			&& (verdict.value === "" || cells.some(([word]) => word === verdict.value)));
		pages.show(found.length);
	}
	onInput([search, verdict], filter);
	const head = make("tr", {}, make("th", { scope: "col" }, "Module"), ...columns.map((text) => make("th", { scope: "col", class: "name" }, text)));
	byId("matrix-table").replaceChildren(
		make("div", { class: "tools" }, field("Search", search), field("Verdict", verdict)), pages.status,
		make("div", { class: "scroll", tabindex: "0", role: "group", "aria-label": "modules and kernels" },
			make("table", {}, make("thead", {}, head), body)), pages.buttons);
	filter();
}

// What the address names is opened.
function follow() {
	let id;
	// What somebody typed may be no address at all.
	try { id = decodeURIComponent(location.hash.slice(1)); } catch { return; }
	if (id.startsWith("e-") && exportsTable) {
		exportsTable.search(id.slice(2));
		byId("items").scrollIntoView();
		return;
	}
	const card = id && document.getElementById(id);
	if (card && card.classList.contains("finding")) {
		card.hidden = false;
		card.open = true;
		card.scrollIntoView();
	}
}
addEventListener("hashchange", follow);
follow();
})();
