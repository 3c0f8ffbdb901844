// The stage plays what a model computed: people who move from place to place, tick by tick. It knows
// no rule of any model; who goes where, and when, stands in the trace.

const HIGH = 172; // pixels that a place takes at most
const LOWER = 148; // the same where the places of a pathway stand in several rows
const LOWEST = 60; // pixels above the floor that it takes at least
const GAP = 10; // pixels between two lanes, one below the other
const EDGE = 16; // pixels around the stage on a page of the trainer's view
const VIEW = 0.88; // share of a window that pathways which stand one below the other take at most
const LINE = 30; // pixels: more than one line of the names of places
const FOOT = 10; // pixels from the lower edge of the picture to where people stand
const MANY = 40; // who are in a place at once before it gets twice the room
const READABLE = 4; // pixels: half a person, before those who queue are counted instead
const GLIDE = 0.0045; // share of the way left that somebody goes in a millisecond
const SMALLEST = 2.5; // pixels: half a person
const AISLE = 0.42; // share of a place that its staff take
const SPEEDS = { slow: 0.4, steady: 1, fast: 3 }; // relative to what is right for the trace
const SWIFT = 6; // the same for a run that is shown because a control was moved
const REST = 450; // milliseconds after which a control that was moved is taken to rest
const LONGEST = 15; // seconds that a whole play takes at most, at a steady speed
const READ = 35; // milliseconds that a play rests at a turn for each letter of what is said there
const TALL = 4.4; // sizes from one row to the next
const HEADS = 5.7; // sizes from the floor to above the heads of staff
const BOARD = 4.4; // sizes that a board is high
const LOW = { bead: 2.6, white: 2.6, red: 2.6, coin: 2.6 }; // the same for looks that are lower than a person
const SINGLE = ["binder"]; // looks that stand for one, however many people a figure stands for
const WALL = 0.86; // share of a room that its furniture takes
const FACES = [["#f0c8a4", "#5b3d2b"], ["#8a5a3b", "#1d1718"], ["#e3b088", "#2b2526"], ["#f5d6bb", "#a09a90"], ["#c98f64", "#2b2526"]]; // skin and hair
const PIPS = ["4", "08", "048", "0268", "02468", "023568"]; // which of the nine spots of a die

const make = (tag, props = {}, ...children) => {
  const node = Object.assign(document.createElement(tag), props);
  node.append(...children);
  return node;
};
export const still = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

const person = (path, x, y, size) =>
  path.roundRect(x - size * 0.85, y - size * 1.9, size * 1.7, size * 2, [size * 0.8, size * 0.8, size * 0.25, size * 0.25]);

const head = (path, x, y, size) => {
  path.moveTo(x + size * 0.72, y - size * 2.6);
  path.arc(x, y - size * 2.6, size * 0.72, 0, 7);
};

const hair = (path, x, y, size) => {
  path.moveTo(x - size * 0.78, y - size * 2.55);
  path.arc(x, y - size * 2.65, size * 0.78, Math.PI * 0.97, Math.PI * 1.85);
  path.closePath();
};

const SHEET = [[-1, 0], [-1, 2.6], [0.4, 2.6], [1, 2], [1, 0]]; // a form, with its corner cut
const lines = (path, x, y, size) => {
  for (const up of [0.7, 1.2, 1.7]) path.rect(x - size * 0.6, y - size * up, size * 1.2, size * 0.2);
};
// Who needs more care than others walks with a stick.
const stick = (path, x, y, size) => {
  path.rect(x + size * 0.98, y - size * 1.5, size * 0.3, size * 1.6);
  path.rect(x + size * 0.5, y - size * 1.7, size * 0.78, size * 0.3);
};
// Whom one pathway has and the other has not wears a plus.
const plus = (path, x, y, size) => {
  path.rect(x - size * 0.2, y - size * 1.6, size * 0.4, size * 1.4);
  path.rect(x - size * 0.7, y - size * 1.1, size * 1.4, size * 0.4);
};
const collar = (path, x, y, size) => polygon(path, x, y, size, [[-0.4, 1.9], [0.4, 1.9], [0, 1.2]]);
const polygon = (path, x, y, size, points) => {
  points.forEach(([across, up], n) => path[n ? "lineTo" : "moveTo"](x + size * across, y - size * up));
  path.closePath();
};

const hole = (path, x, y, size) =>
  polygon(path, x, y, size, [[-0.45, 1.45], [-0.45, 0.3], [0.45, 0.3], [0.45, 1.45]]);

// How those who move are drawn, in the colour of their kind; each has a shape of its own, so that
// none hangs on a colour.
const LOOKS = {
  person,
  need: person,
  more: person,
  // Somebody whom care will hardly help is hollow.
  little(path, x, y, size) {
    person(path, x, y, size);
    hole(path, x, y, size);
  },
  // One of the staff wears a cap.
  staff(path, x, y, size) {
    person(path, x, y, size);
    path.roundRect(x - size, y - size * 3.5, size * 2, size * 0.55, size * 0.2);
  },
  // One of the staff who is not willing to take part is hollow too.
  unwilling(path, x, y, size) {
    LOOKS.staff(path, x, y, size);
    hole(path, x, y, size);
  },
  form: (path, x, y, size) => polygon(path, x, y, size, SHEET),
  // A folder that is put away, standing on its end, with a hole in its back.
  binder(path, x, y, size) {
    path.rect(x - size * 0.8, y - size * 3.2, size * 1.6, size * 3.2);
    path.moveTo(x + size * 0.35, y - size * 0.9);
    path.arc(x, y - size * 0.9, size * 0.35, 0, 7, true);
  },
  bead(path, x, y, size) {
    path.moveTo(x + size, y - size);
    path.arc(x, y - size, size, 0, 7);
  },
  white: (path, x, y, size) => LOOKS.bead(path, x, y, size),
  // A red bead has a hole.
  red(path, x, y, size) {
    LOOKS.bead(path, x, y, size);
    path.moveTo(x + size * 0.4, y - size);
    path.arc(x, y - size, size * 0.4, 0, 7, true);
  },
  // A coin has a rim, and a face of its own.
  coin: (path, x, y, size) => LOOKS.bead(path, x, y, size),
};

// What is painted over that, in colours of its own.
const face = (one) => {
  const [skin, locks] = FACES[(Math.imul(one + 1, 2654435761) >>> 20) % FACES.length];
  return [[skin, head], [locks, hair]];
};
const OVER = {
  person: face,
  need: (one) => [...face(one), ["words", stick]],
  more: (one) => [...face(one), ["paper", plus]],
  little: face,
  staff: (one) => face(one).slice(0, 1),
  unwilling: (one) => face(one).slice(0, 1),
  form: () => [["paper", (path, x, y, size) => polygon(path, x, y - size * 0.22, size * 0.82, SHEET)], ["form", lines]],
  white: () => [["paper", (path, x, y, size) => LOOKS.bead(path, x, y - size * 0.2, size * 0.8)]],
  coin: () => [["gold", (path, x, y, size) => LOOKS.bead(path, x, y - size * 0.22, size * 0.78)]],
};

// What a frame paints, by colour: each colour of a layer is filled once.
class Figures {
  constructor() {
    this.layers = [{}, {}, {}, {}];
  }

  add(look, one, [x, y], size, seen = look) {
    LOOKS[look]((this.layers[0][seen] ??= new Path2D()), x, y, size);
    const over = OVER[look]?.(one) ?? [];
    if (seen !== "quiet") over.forEach(([colour, draw], n) => draw((this.layers[n + 1][colour] ??= new Path2D()), x, y, size));
    else if (over.some(([, draw]) => draw === head)) head(this.layers[0].quiet, x, y, size); // without a face
  }

  paint(pen, ink) {
    for (const layer of this.layers)
      for (const [colour, path] of Object.entries(layer)) {
        pen.fillStyle = colour.startsWith("#") ? colour : ink(colour);
        pen.fill(path);
      }
  }
}

// What stands over the staff of a place, around its text.
const TOKENS = {
  die: (pen, x, y, _wide, high) => pen.roundRect(x - high / 2, y - high, high, high, high / 6),
  board: (pen, x, y, wide, high) => pen.roundRect(x - wide / 2, y - high, wide, high, 3),
};

// The lines of a text, each as long as it fits.
export const wrapped = (text, fits) => text.split(" ").reduce((rows, word) => {
  const longer = [rows.at(-1), word].filter(Boolean).join(" ");
  return fits(longer) ? [...rows.slice(0, -1), longer] : [...rows, word];
}, []);

const run = ({ lanes }) => JSON.stringify(lanes.map(({ moves }) => moves));

// Who is where after all moves up to some time, in the order in which they came, and on which spot.
export class State {
  constructor(lane) {
    this.lane = lane;
    this.most = lane.places.map(() => 0); // spots that were ever needed
    this.start();
  }

  start() {
    this.next = 0;
    this.time = 0;
    this.queues = this.lane.places.map(() => []);
    this.place = new Map();
    this.from = new Map(); // where somebody was before
    this.spot = new Map(); // the number of the spot that somebody keeps until they leave a place
    this.taken = this.lane.places.map(() => []);
    this.begun = false;
  }

  go(time) {
    if (time < this.time) this.start();
    const { who, n, to, at } = this.lane.moves; // n who go together, from `who` on
    for (; this.next < at.length && at[this.next] <= time; this.next += 1) {
      if (at[this.next] > 0) this.#begin();
      for (let k = 0; k < n[this.next]; k += 1) this.#move(who[this.next] + k, to[this.next]);
    }
    this.#begin();
    this.time = time;
  }

  // Whoever only passes through a place before the clock starts takes no spot in it.
  #begin() {
    if (this.begun) return;
    this.begun = true;
    this.queues.forEach((queue, place) => {
      queue.forEach((one, n) => this.spot.set(one, n));
      this.taken[place] = queue.map(() => true);
      this.most[place] = Math.max(this.most[place], queue.length);
    });
  }

  #move(one, to) {
    const from = this.place.get(one);
    this.walks ||= from >= 0 && to >= 0;
    if (from >= 0) {
      this.queues[from].splice(this.queues[from].indexOf(one), 1);
      this.taken[from][this.spot.get(one)] = false;
    }
    if (to >= 0) {
      this.queues[to].push(one);
      const free = this.taken[to].indexOf(false);
      const spot = free < 0 ? this.taken[to].length : free;
      this.spot.set(one, spot);
      this.taken[to][spot] = true;
      if (this.begun) this.most[to] = Math.max(this.most[to], spot + 1);
    }
    this.from.set(one, from);
    this.place.set(one, to);
  }
}

// One pathway: its picture, and under each place its name and how many are there.
class Lane {
  constructor(lane, each) {
    this.lane = lane;
    this.each = each;
    this.state = new State(lane);
    this.state.go(Infinity); // to learn how many come to each place
    this.present = lane.places.map(() => []);
    const rises = lane.looks.map((look) => LOW[look] ?? TALL);
    this.rise = rises.length ? Math.max(...new Set(rises)) : TALL;
    this.high = 0;
    this.spots = new Map(); // where each one is drawn, on the way to where they belong
    this.furniture = lane.places.map(({ furniture }) => furniture && new Path2D(furniture));
    this.canvas = make("canvas");
    this.canvas.setAttribute("aria-hidden", "true"); // the words below say the same
    this.signs = make("ol", { className: "dio-signs" },
      ...lane.places.map(() => make("li", {}, make("b", {}), "")));
    this.node = make("section", { className: "dio-lane" },
      ...(lane.name ? [make("p", { className: "dio-lane-name", textContent: lane.name })] : []),
      make("div", { className: "dio-scene" }, this.canvas, this.signs));
    this.wear(lane);
  }

  // The same run through another lens, which may look at other things and call them otherwise.
  wear(lane) {
    this.lane = lane;
    lane.places.forEach(({ name }, place) => {
      const sign = this.signs.children[place];
      sign.lastChild.textContent = name.startsWith("%") ? name : ` ${name}`;
      sign.className = this.#marked(place) ? "dio-here" : lane.lens && !lane.lens[place] ? "dio-quiet" : "";
    });
  }

  #sees(place, what) {
    return !this.lane.lens || (this.lane.lens[place] ?? []).includes(what);
  }

  #marked(place) {
    return Boolean(this.lane.lens) && this.#sees(place, "here");
  }

  // Whether a figure is marked: the words of this tick name it.
  #lit(what, place, tick) {
    return Boolean(this.lane.lit?.[what][tick].includes(place));
  }

  go(time, settle) {
    const tick = Math.floor(time);
    if (tick !== this.tick) {
      this.state.go(tick);
      this.present = this.state.queues.map((queue) => [...queue]); // at the end of a tick, as the words tell
      this.#count();
      this.present.forEach((_, place) =>
        this.signs.children[place].firstChild.classList.toggle("dio-lit", this.#lit("count", place, tick)));
      this.tick = tick;
    }
    this.state.go(time);
    this.settled ||= settle;
  }

  #count(most) {
    this.present.forEach((queue, place) => {
      const single = queue.filter((one) => SINGLE.includes(this.lane.looks[one])).length;
      const people = ((most?.[place] ?? queue.length) - single) * this.each;
      this.signs.children[place].firstChild.textContent = (people + single).toLocaleString("en-GB");
    });
  }

  // Give every place its room, in as many rows as it takes for no name and no board to be cut off.
  // Where nobody walks from one place to another, crowds are compared, so all places are equally wide.
  // On a page of the trainer's view the pathway takes what it has there; where pathways stand one below
  // the other, at most what keeps them in one window with the buttons. False if nobody sees it yet.
  fit(page, whole, most = this.state.most) {
    this.width = this.signs.clientWidth;
    if (!this.width) return false;
    this.pen = this.canvas.getContext("2d");
    const { length } = this.lane.places;
    const signs = [...this.signs.children];
    for (const sign of signs) sign.style.removeProperty("--dio-names");
    this.#count(most);
    const texts = Object.values(this.lane.shown).flatMap(([token, each]) => (TOKENS[token] ? each : []));
    this.board = Math.max(0, ...[...new Set(texts)].map((text) => (text ? this.#letters(text, 0)[1] : 0)));
    for (let rows = 1; rows <= length; rows += 1) {
      const shares = most.slice(0, Math.ceil(length / rows));
      this.signs.style.gridTemplateColumns = shares
        .map((all) => `minmax(min-content, ${rows === 1 && all > MANY && this.state.walks ? 2 : 1}fr)`).join(" ");
      this.signs.classList.remove("dio-apart");
      if (signs.some((sign) => this.#names(sign) > LINE)) this.signs.classList.add("dio-apart");
      const usual = rows === 1 ? HIGH : LOWER;
      const there = page / rows - this.#names();
      this.most = page ? Math.max(LOWEST, whole ? there : Math.min(there, usual)) : usual;
      this.#measure();
      if (this.signs.scrollWidth <= this.width && this.rooms.every(({ room }) => room >= this.board)) break;
    }
    for (const sign of signs) sign.style.setProperty("--dio-names", `${this.#names(sign)}px`);
    this.#count(); // fewer, in the lines that the most take
    return true;
  }

  // Pixels that the names of the places take, below where people stand.
  #names(sign = this.signs.children[0]) {
    return sign.offsetHeight - parseFloat(getComputedStyle(sign).paddingTop);
  }

  #measure() {
    this.rooms = [...this.signs.children].map((sign) => ({
      left: sign.offsetLeft,
      room: sign.offsetWidth,
      floor: sign.offsetTop + this.high - FOOT,
    }));
    // Over which places a board hangs; in all others people may stand as high as the room is.
    const boards = Object.keys(this.lane.shown).map((place) => this.#desk(place));
    this.under = this.rooms.map(({ left, room }) =>
      boards.some((x) => left < x + this.board / 2 && left + room > x - this.board / 2));
  }

  // Where staff stand in a place.
  #desk(place) {
    const { left, room } = this.rooms[place];
    return left + room * (1 - AISLE / 2);
  }

  // The largest size in which all who come have room; where that is too small, those who queue or
  // are with staff are counted.
  get best() {
    const narrowest = Math.min(...this.rooms.map(({ room }) => room));
    const tallest = (this.rise === TALL ? 7 : 6) * Math.max(1, this.most / HIGH);
    const under = this.board ? (this.most - FOOT - 4) / (HEADS + BOARD) : Infinity; // its staff's board
    const best = Math.max(SMALLEST, Math.min(tallest, narrowest / 12, under));
    const zoom = this.canvas.currentCSSZoom ?? 1;
    for (const [least, everybody] of [[READABLE, true], [SMALLEST, false]])
      for (this.size = best; this.size >= least / zoom; this.size -= 0.25)
        if (!this.#crowded(everybody)) return this.size;
    return best; // the rest are counted: then they need not be small
  }

  // Pixels that the picture needs in a size.
  needs(size) {
    this.size = size;
    const crowd = this.#crowd(false);
    const more = this.#crowded(true) ? 18 : 4;
    const boards = this.board ? this.#lift() + this.#boardHigh() + 4 : 0;
    return Math.min(this.most, FOOT + Math.max(LOWEST, crowd + more, boards));
  }

  // Stand in that size, in a picture so high.
  stand(size, high) {
    const fine = (devicePixelRatio || 1) * (this.canvas.currentCSSZoom ?? 1);
    this.size = size;
    this.high = high;
    this.signs.style.setProperty("--dio-high", `${high}px`);
    this.#measure();
    const whole = this.signs.clientHeight;
    this.canvas.width = this.width * fine;
    this.canvas.height = whole * fine;
    this.canvas.style.width = `${this.width}px`;
    this.canvas.style.height = `${whole}px`;
    this.pen?.scale(fine, fine);
    this.settled = true; // nobody walks to where they stand in another size
  }

  // Whether some place is too small for all who come there; one that staff work in, if asked.
  #crowded(everybody) {
    return this.state.most.some(
      (n, place) => n && (everybody || !this.lane.places[place].staff) && !this.#slot(place, n - 1));
  }

  // How many stand side by side in a place, and how many rows of them have room.
  #across(place) {
    const inside = this.rooms[place].room * (1 - (this.lane.places[place].staff ? AISLE : 0.1));
    return Math.max(1, Math.floor(inside / (2.6 * this.size)));
  }

  #rows(place) {
    const over = this.#held() && this.under[place] ? this.#boardHigh() + 18 : 16;
    return Math.max(1, Math.floor((this.most - FOOT - over) / (this.rise * this.size)));
  }

  // How high people ever stand, in pixels: anywhere, or only under a board.
  #crowd(under) {
    const rows = this.state.most.map((n, place) =>
      under && !this.under[place] ? 0 : Math.min(this.#rows(place), Math.ceil(n / this.#across(place))));
    return Math.max(...rows) * this.rise * this.size;
  }

  // A board that is wider than the aisle is held up above everybody's heads.
  #held() {
    return this.board > this.#aisle;
  }

  get #aisle() {
    return AISLE * Math.min(...this.rooms.map(({ room }) => room));
  }

  #boardHigh() {
    return Math.max(18, Math.min(this.size * BOARD, this.#aisle - 2));
  }

  #lift() {
    const heads = this.size * HEADS;
    return this.#held() ? Math.max(heads, this.#crowd(true) + 4) : heads;
  }

  // The font of a text on a board so high, and how wide the board has to be.
  #letters(text, high) {
    const short = text.length < 3;
    const size = short ? high * 0.7 : Math.max(12, /^\d+%?$/.test(text) ? high * 0.5 : 0);
    const font = `600 ${size}px system-ui, sans-serif`;
    if (!this.pen) return [font, high];
    this.pen.font = font;
    return [font, Math.max(high, this.pen.measureText(text).width + (short || size > 12 ? 6 : 10))];
  }

  // Where the n-th of those in a place stands; null if there is no room to draw them all.
  #slot(place, n) {
    const { size, rise } = this;
    const { left, room, floor } = this.rooms[place];
    const across = this.#across(place);
    const row = Math.floor(n / across);
    if (row >= this.#rows(place)) return null; // the rest are counted
    return [left + room * 0.05 + (n % across + 0.5) * 2.6 * size, floor - row * rise * size];
  }

  // Draw one frame; true while somebody is still on the way.
  draw(ink, share, tick) {
    const { pen, width, state, lane } = this;
    if (!pen) return false; // nobody sees it yet
    pen.clearRect(0, 0, width, this.signs.clientHeight);
    this.rooms.forEach(({ left, room, floor }, place) => {
      const here = this.#marked(place);
      pen.fillStyle = ink(here ? "here" : "room");
      pen.beginPath();
      pen.roundRect(left + 2, floor + FOOT - this.high, room - 4, this.high - FOOT + 4, [8, 8, 0, 0]);
      pen.fill();
      const furniture = this.furniture[place];
      if (furniture && !here) {
        const scale = (WALL * Math.min(room, this.high - FOOT)) / 100;
        pen.save();
        pen.translate(left + room / 2 - 50 * scale, floor + 3);
        pen.scale(scale, scale);
        pen.fillStyle = ink("wall");
        pen.fill(furniture, "evenodd");
        pen.restore();
      }
      pen.fillStyle = ink(here ? "words" : "floor");
      pen.fillRect(left + 2, floor + 3, room - 4, here ? 5 : 3);
    });
    let walking = false;
    const figures = new Figures();
    state.queues.forEach((queue, place) => {
      const { left, room, floor } = this.rooms[place];
      let [more, top] = [0, floor];
      // A queue at the start or for staff moves up; elsewhere, such as in a bed, one keeps one's spot.
      const moves = !place || lane.places[place].staff || lane.places[place + 1]?.staff;
      queue.forEach((one, n) => {
        const slot = this.#slot(place, moves ? n : state.spot.get(one));
        if (!slot) {
          more += SINGLE.includes(lane.looks[one]) ? 1 : this.each;
          this.spots.delete(one);
          return;
        }
        top = Math.min(top, slot[1]);
        let spot = this.spots.get(one);
        const from = this.rooms[state.from.get(one)];
        const door = from ? [from.left + from.room / 2, from.floor] : [left, slot[1]];
        if (!spot) this.spots.set(one, (spot = this.settled ? [...slot] : door));
        const [dx, dy] = [slot[0] - spot[0], slot[1] - spot[1]];
        spot[0] += dx * (this.settled ? 1 : share);
        spot[1] += dy * (this.settled ? 1 : share);
        walking ||= Math.abs(dx) + Math.abs(dy) > 0.5;
        const look = lane.looks[one] ?? "person";
        figures.add(look, one, spot, this.size, this.#sees(place, look) ? look : "quiet");
      });
      if (more) {
        pen.fillStyle = ink("words");
        pen.font = "600 13px system-ui, sans-serif";
        pen.fillText(`+${more.toLocaleString("en-GB")}`, left + room * 0.06, top - 3.2 * this.size - 4);
      }
      if (lane.places[place].staff) this.#staff(ink, place, tick);
    });
    figures.paint(pen, ink);
    this.settled = false;
    return walking;
  }

  // Who works here, and what they have just thrown, tried or been given.
  #staff(ink, place, tick) {
    const { pen, size } = this;
    const { floor } = this.rooms[place];
    const x = this.#desk(place);
    const tall = size * 1.5;
    const [token, texts] = this.lane.shown[place] ?? [];
    const text = texts?.[tick];
    if (token === "easel") this.#easel(ink, place, texts[tick + 1] ?? "");
    const figures = new Figures();
    figures.add("person", place, [x, floor], tall, this.#sees(place, "staff") ? "staff" : "quiet");
    if (this.#sees(place, "staff")) collar((figures.layers[1].paper = new Path2D()), x, floor, tall);
    figures.paint(pen, ink);
    if (token === "easel" || text === undefined || text === null) return;
    const high = this.#boardHigh();
    const [font, wide] = this.#letters(text, high);
    pen.font = font;
    const bottom = floor - (this.#held() ? this.high - FOOT - high - 4 : this.#lift());
    const { left: from, room } = this.rooms[place];
    const left = Math.max(Math.min(x, from + room - wide / 2 - 1), from + wide / 2 + 1);
    if (this.#held()) {
      pen.fillStyle = ink("staff");
      pen.fillRect(x - 1, bottom, 2, floor - tall * 3.2 - bottom); // by its stick
    }
    const lit = this.#lit("board", place, tick + 1);
    pen.fillStyle = ink(lit ? "here" : "token");
    pen.strokeStyle = ink("words");
    pen.lineWidth = lit ? 3 : 1;
    pen.beginPath();
    TOKENS[token](pen, left, bottom, wide, high);
    pen.fill();
    pen.stroke();
    pen.lineWidth = 1;
    pen.fillStyle = ink("words");
    const pips = token === "die" && PIPS[text - 1];
    if (pips) return this.#pips(pips, left, bottom, high);
    pen.textAlign = "center";
    pen.textBaseline = "middle";
    pen.fillText(text, left, bottom - high / 2 + 1);
    pen.textAlign = "start";
    pen.textBaseline = "alphabetic";
  }

  // A board on its legs beside the staff of a place, with a text in as many lines as it takes.
  #easel(ink, place, text) {
    const { pen } = this;
    const { left, room, floor } = this.rooms[place];
    const tall = (this.high - FOOT) * 0.92;
    const [from, wide, high] = [left + room * 0.06, room * 0.64, tall * 0.6];
    pen.fillStyle = ink("floor");
    for (const [at, out] of [[0.25, -0.08], [0.75, 0.08]]) {
      pen.beginPath();
      pen.moveTo(from + wide * at - 2, floor - tall + high);
      pen.lineTo(from + wide * at + 2, floor - tall + high);
      pen.lineTo(from + wide * (at + out) + 2, floor + 3);
      pen.lineTo(from + wide * (at + out) - 2, floor + 3);
      pen.fill();
    }
    pen.fillStyle = ink("token");
    pen.strokeStyle = ink("floor");
    pen.lineWidth = 3;
    pen.beginPath();
    pen.roundRect(from, floor - tall, wide, high, 3);
    pen.fill();
    pen.stroke();
    pen.lineWidth = 1;
    let [size, rows] = [16, []];
    do {
      size -= 1;
      pen.font = `600 ${size}px system-ui, sans-serif`;
      rows = wrapped(text, (line) => pen.measureText(line).width <= wide - 12);
    } while (size > 11 && rows.length * size * 1.25 > high - 8);
    pen.fillStyle = ink("words");
    pen.textAlign = "center";
    pen.textBaseline = "middle";
    rows.forEach((row, n) => pen.fillText(
      row, from + wide / 2, floor - tall + high / 2 + (n - (rows.length - 1) / 2) * size * 1.25));
    pen.textAlign = "start";
    pen.textBaseline = "alphabetic";
  }

  #pips(spots, x, y, high) {
    const { pen } = this;
    pen.beginPath();
    for (const spot of spots) {
      const at = [x + ((spot % 3) - 1) * high * 0.27, y - high * (0.23 + 0.27 * Math.floor(spot / 3))];
      pen.moveTo(at[0] + high * 0.1, at[1]);
      pen.arc(...at, high * 0.1, 0, 7);
    }
    pen.fill();
  }
}

export class Stage {
  // `told` hears of each tick that the clock has reached, and whether it is the last.
  constructor(root, words, told) {
    this.words = words;
    this.told = told;
    this.lanes = [];
    this.scene = make("div", { className: "dio-lanes" });
    this.step = this.#button("dio-quiet", () => this.#run(Math.floor(this.time) + 1));
    this.play = this.#button("dio-play", () => (this.goal === null ? this.#run(this.trace.ticks) : this.#pause()));
    this.speed = make("select", {});
    for (const name of Object.keys(SPEEDS))
      this.speed.append(make("option", { value: name, textContent: words[name] }));
    this.speed.value = "steady";
    this.clock = make("input", { type: "range", min: 0, step: 1 });
    this.clock.setAttribute("aria-label", words.clock);
    this.clock.oninput = () => {
      this.swift = false;
      this.#jump(Number(this.clock.value));
    };
    this.said = make("p", { className: "dio-said" });
    this.heard = make("p", { className: "dio-heard" });
    this.heard.setAttribute("role", "status");
    const bar = make("div", { className: "dio-bar" }, this.play, this.step,
      make("label", {}, `${words.speed} `, this.speed), this.clock);
    bar.dataset.lmSuppressShortcuts = "true";
    this.node = make("div", { className: "dio-stage dio-fresh" }, this.scene, this.said, this.heard, bar);
    root.append(this.node);
    this.sizes = new ResizeObserver(() => this.scene.clientWidth !== this.width && this.#fit());
    this.sizes.observe(this.scene);
  }

  #button(look, act) {
    const made = make("button", { type: "button", className: `dio-button ${look}` });
    made.onclick = act;
    return made;
  }

  get ended() {
    return this.time >= this.trace.ticks;
  }

  // Another run: at its end, or where the clock stands.
  show(trace, over) {
    if (this.trace && trace.lanes.some(({ lens }) => lens) && run(trace) === run(this.trace)) {
      this.trace = trace;
      this.lanes.forEach((lane, n) => lane.wear(trace.lanes[n]));
      this.tick = -1;
      this.chosen ||= over;
      this.#at(this.time, false);
      this.#ask();
      return this.#say();
    }
    this.chosen = false; // whoever looks through another lens is told at once what it shows
    clearTimeout(this.waiting);
    this.swift = false;
    const time = over ? trace.ticks : Math.min(this.time ?? 0, trace.ticks);
    this.trace = trace;
    this.goal = null;
    this.tick = -1;
    this.lanes = trace.lanes.map((lane) => new Lane(lane, trace.each));
    this.scene.replaceChildren(...this.lanes.map(({ node }) => node));
    this.clock.max = trace.ticks;
    this.step.textContent = trace.step;
    this.#fit();
    this.#jump(time);
    // What came stands in the chart at once; how it came is seen as soon as the controls rest.
    if (over && !still()) this.waiting = setTimeout(() => this.#run(trace.ticks, true), REST);
  }

  // In the colours of another theme.
  repaint() {
    this.#ask();
  }

  remove() {
    this.sizes.disconnect();
    clearTimeout(this.waiting);
    cancelAnimationFrame(this.frame);
    this.node.remove();
  }

  #run(goal, swift = false) {
    clearTimeout(this.waiting);
    this.swift = swift;
    if (this.ended) this.#jump(0);
    this.reading = 0;
    this.goal = Math.min(Math.max(goal, 1), this.trace.ticks);
    this.last = null;
    if (still()) this.#jump(this.goal);
    else this.#ask();
    this.#name();
  }

  #pause() {
    this.goal = null;
    this.swift = false;
    this.#name();
    this.#say();
  }

  #jump(time) {
    this.goal = null;
    this.#at(time, true);
    this.#ask();
    this.#say();
  }

  #ask() {
    cancelAnimationFrame(this.frame);
    this.frame = requestAnimationFrame((now) => this.#draw(now));
  }

  #at(time, settle) {
    this.time = time;
    if (time > 0) this.node.classList.remove("dio-fresh");
    for (const lane of this.lanes) lane.go(time, settle);
    const tick = Math.floor(time);
    if (tick === this.tick) return;
    this.tick = tick;
    this.clock.value = tick;
    this.clock.setAttribute("aria-valuetext", this.trace.said[tick]);
    this.said.textContent = this.trace.said[tick];
    this.#name();
    if (!this.swift || this.ended) this.told(tick, this.ended || this.chosen);
  }

  // A reader is told where the clock came to rest, not of every tick on the way.
  #say() {
    this.heard.textContent = this.trace.said[this.tick];
  }

  #name() {
    const { words } = this;
    this.play.classList.toggle("dio-going", this.goal !== null);
    this.play.textContent = this.goal !== null ? words.pause : this.ended ? words.again : words.play;
  }

  // People are equally big in all lanes, and places of the same pathway equally wide; the stage does
  // not shrink when another run needs less.
  #fit() {
    const width = this.scene.clientWidth;
    if (width !== this.width) this.high = 0;
    this.width = width;
    this.said.style.minHeight = "";
    this.said.style.minHeight = `${this.#longest(() => this.said.offsetHeight)}px`;
    const [page, whole] = this.#page();
    const most = this.lanes.map(({ state }) => state.most);
    const alike = new Set(most.map(({ length }) => length)).size === 1;
    const shared = alike ? most[0].map((_, place) => Math.max(...most.map((all) => all[place]))) : undefined;
    const seen = this.lanes.filter((lane) => lane.fit(page, whole, shared));
    if (seen.length) {
      const size = Math.min(...seen.map(({ best }) => best));
      this.high = Math.max(this.high, ...seen.map((lane) => lane.needs(size)));
      for (const lane of seen) lane.stand(size, this.high);
    }
    const torn = whole && this.node.getClientRects().length > 1;
    if (torn) this.node.dataset.needs = this.#size("--dio-wide") + 1; // a broader page may do
    this.#ask();
  }

  // Pixels that each pathway has, with the words and buttons below, and whether it is to take them all.
  #page() {
    const whole = this.#size("--dio-page");
    const rows = new Set(this.lanes.map(({ node }) => node.offsetTop)).size;
    const page = whole || (rows > 1 ? globalThis.innerHeight * VIEW : 0);
    if (!page || !rows) return [undefined, false];
    return [(page - this.#rest() - EDGE) / rows - this.#captions(), Boolean(whole)];
  }

  // Pixels that a page of the trainer's view has; none elsewhere.
  #size(name) {
    return parseFloat(getComputedStyle(this.node).getPropertyValue(name));
  }

  // Pixels of what stands around the lanes, when the longest of its sentences is told. Measured
  // without the lanes: a stage that is too high would be torn over several pages.
  #rest() {
    this.scene.style.display = "none";
    const high = this.#longest(() => this.node.offsetHeight);
    this.scene.style.display = "";
    return high;
  }

  // What is measured while the longest sentence of the run is told.
  #longest(measure) {
    const { said, trace, tick } = this;
    said.textContent = trace.said.reduce((one, other) => (other.length > one.length ? other : one));
    const found = measure();
    said.textContent = trace.said[Math.max(tick, 0)];
    return found;
  }

  // Pixels that the name above a lane takes.
  #captions() {
    const names = this.lanes.map(({ node, signs }) => (node.firstChild === signs.parentNode ? 0 : node.firstChild.offsetHeight));
    return Math.max(...names) + GAP;
  }

  // On the way, a play rests where its story turns, until what happens there can have been read.
  #go(far) {
    const { said, turns = [] } = this.trace;
    const turn = this.swift ? undefined : turns.find((at) => at > this.time && at <= far);
    const time = Math.min(turn ?? far, this.goal);
    this.#at(time, false);
    if (time >= this.goal) return this.#pause();
    this.reading = turn === undefined ? 0 : (READ * said[turn].length) / SPEEDS[this.speed.value];
  }

  #draw(now) {
    const past = this.last === null || this.last === undefined ? 16 : Math.min(now - this.last, 100);
    this.last = now;
    const speed = (this.swift ? SWIFT : SPEEDS[this.speed.value]) * Math.max(1, this.trace.ticks / LONGEST);
    if (this.goal !== null && (this.reading -= past) <= 0) this.#go(this.time + (past / 1000) * speed);
    let colours = null;
    const ink = (name) => (colours ??= getComputedStyle(this.node)).getPropertyValue(`--dio-${name}`);
    const share = 1 - Math.exp(-GLIDE * past * Math.max(1, speed));
    const walking = this.lanes.map((lane) => lane.draw(ink, share, this.tick - 1));
    if (this.goal !== null || walking.includes(true)) this.#ask();
  }
}
