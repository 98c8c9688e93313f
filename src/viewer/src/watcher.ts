import type { Connection, Wanted } from './connection';
import type { Pane } from './pane';
import type { View } from './view';

/** Zoomed in beyond this share of the field, only the part that is seen is asked for. */
const partBelow = 0.7;

/** So much more on every side, that a small movement shows no edge. */
const margin = 0.15;

/** Keeps what is asked of the service in step with what the screen can show. */
export class Watcher {
  session = '';
  rate = 0;
  localizations = false;
  #times = false;
  #timer = 0;
  #last = '';

  constructor(private readonly connection: Connection, private readonly view: View, private readonly pane: Pane) {
    view.onChange(() => this.#soon());
    pane.canvas.addEventListener('fitted', () => this.#soon());
    // Nobody looks at a hidden page: the service need not draw for it.
    document.addEventListener('visibilitychange', () => this.#soon());
  }

  /** Whether the times of what the image shows are wanted. */
  wantTimes(yes: boolean): void {
    if (this.#times === yes) return;
    this.#times = yes;
    this.watch();
  }

  /** Asks now. */
  watch(): void {
    clearTimeout(this.#timer);
    const wanted = this.#wanted();
    this.#last = JSON.stringify(wanted);
    this.connection.watch(wanted);
  }

  // While a finger moves, a few times a second at most, and only for something new.
  #soon(): void {
    clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => {
      if (this.#last !== '' && this.#last !== JSON.stringify(this.#wanted())) this.watch();
    }, 150);
  }

  #wanted(): Wanted {
    const { width, height } = this.pane.canvas;
    const { field } = this.view;
    const seen = this.pane.visible;
    const wanted: Wanted = { sessionId: this.session, previewRate: document.hidden ? -1 : this.rate, localizations: this.localizations, times: this.#times };
    // A picture wider than the screen has pixels for costs time on both sides and shows nothing more.
    const edge = Math.max(256, Math.ceil(Math.max(width, height) / 64) * 64);
    if (this.view.isWhole || (seen.width > partBelow * field.width && seen.height > partBelow * field.height)) {
      return { ...wanted, maxPreviewSize: edge };
    }
    return {
      ...wanted,
      maxPreviewSize: Math.ceil(edge * (1 + 2 * margin)),
      region: {
        xNm: Math.round(seen.x - margin * seen.width),
        yNm: Math.round(seen.y - margin * seen.height),
        widthNm: Math.ceil(seen.width * (1 + 2 * margin)),
        heightNm: Math.ceil(seen.height * (1 + 2 * margin)),
      },
    };
  }
}
