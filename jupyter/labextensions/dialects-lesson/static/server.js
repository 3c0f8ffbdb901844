// Whether the course's own server answers. It is away while the course is closed.

const PAUSE = 2000; // milliseconds between two knocks

// A hub takes the cookie of a learner only together with this header.
export function ask(address, more = {}) {
  const [, mark] = document.cookie.match(/(?:^|; )_xsrf=([^;]*)/) ?? [];
  return fetch(address, { ...more, headers: mark ? { "X-XSRFToken": mark } : {} });
}

export class Server {
  constructor(PageConfig) {
    this.base = PageConfig.getBaseUrl();
    this.hub = Boolean(PageConfig.getOption("hubPrefix"));
    this.waiting = null;
    this.listeners = new Set();
  }

  // Without the token in the page, which a new start does not know; the cookie is still good.
  async ask(path) {
    try {
      return (await ask(`${this.base}api/${path}`, { cache: "no-store" })).status;
    } catch {
      return 0;
    }
  }

  // Somebody missed the server: if so, tell all lessons, and wait until it is back.
  missing() {
    this.waiting ??= this.#wait().finally(() => (this.waiting = null));
    return this.waiting;
  }

  async #wait() {
    let status = await this.ask("status");
    if (status === 200) return;
    this.#tell("gone");
    while (status !== 200) {
      await new Promise((soon) => setTimeout(soon, PAUSE));
      status = await this.ask("status");
      if (status === 401 || status === 403) this.#tell("stranger");
    }
    this.#tell("back");
  }

  #tell(what) {
    for (const listener of this.listeners) listener(what);
  }
}
