import { make, say } from './dom';
import { short } from './format';

/** One or two curves over the same axis. Values that are not known are NaN: the line has a gap there. */
export interface Curves {
  readonly x: ArrayLike<number>;
  readonly y: readonly ArrayLike<number>[];
  /** Of x. */
  readonly unit: string;
}

/** The last minutes of something that is told once a second, in a fixed amount of memory. */
export class History {
  readonly #capacity: number;
  readonly #x: number[] = [];
  readonly #y: number[][];

  constructor(curves: number, capacity = 600) {
    this.#capacity = capacity;
    this.#y = Array.from({ length: curves }, () => []);
  }

  #unit = 's';

  /** Of x, where it is not seconds. */
  set unit(unit: string) {
    this.#unit = unit;
  }

  add(x: number, ...values: number[]): void {
    this.#x.push(x);
    this.#y.forEach((list, i) => list.push(values[i] ?? NaN));
    if (this.#x.length > this.#capacity) for (const list of [this.#x, ...this.#y]) list.shift();
  }

  clear(): void {
    for (const list of [this.#x, ...this.#y]) list.length = 0;
  }

  get curves(): Curves {
    return { x: this.#x, y: this.#y, unit: this.#unit };
  }
}

/** A small plot with its latest values in words. */
export class Plot {
  readonly title: string;
  readonly unit: string;
  readonly names: readonly string[];
  readonly #canvas = make('canvas');
  readonly #now = make('output');
  readonly #note = make('p', '', 'note');
  readonly #figure = make('figure', '', 'plot');
  readonly #absent: string;
  #curves: Curves = { x: [], y: [], unit: 's' };

  constructor(parent: HTMLElement, title: string, unit: string, names: readonly string[], absent: string) {
    [this.title, this.unit, this.names, this.#absent] = [title, unit, names, absent];
    const heading = make('h3', title);
    this.#now.setAttribute('aria-live', 'off');
    heading.append(this.#now);
    this.#canvas.setAttribute('role', 'img');
    this.#canvas.setAttribute('aria-label', `${title} over time`);
    say(this.#note, absent);
    this.#figure.append(heading, this.#canvas, this.#note);
    parent.append(this.#figure);
    new ResizeObserver(() => this.#draw()).observe(this.#canvas);
  }

  get curves(): Curves {
    return this.#curves;
  }

  /** Whether the session's task has such a thing at all. */
  set concerned(yes: boolean) {
    this.#figure.hidden = !yes;
  }

  /** Nothing to show any more. */
  clear(): void {
    this.#curves = { x: [], y: [], unit: 's' };
    say(this.#now, '');
    delete this.#note.dataset['known'];
    say(this.#note, this.#absent);
    this.#draw();
  }

  show(curves: Curves): void {
    this.#curves = curves;
    const last = curves.y.map((list) => Number(list[list.length - 1] ?? NaN));
    say(this.#now, last.length > 0 ? `${last.map(short).join(' / ')}${this.unit ? ` ${this.unit}` : ''}` : '');
    if (curves.x.length > 0 && this.#note.dataset['known'] !== 'true') {
      this.#note.dataset['known'] = 'true';
      this.#note.replaceChildren(...(this.names.length > 1 ? this.names.map((name, i) => make('span', `${name}\u2003`, i === 0 ? 'key' : 'key second')) : []));
    }
    this.#draw();
  }

  #draw(): void {
    const context = this.#canvas.getContext('2d');
    if (!context) return;
    const ratio = devicePixelRatio;
    const [width, height] = [Math.round(this.#canvas.clientWidth * ratio), Math.round(this.#canvas.clientHeight * ratio)];
    if (width === 0 || height === 0) return;
    if (this.#canvas.width !== width || this.#canvas.height !== height) [this.#canvas.width, this.#canvas.height] = [width, height];
    context.clearRect(0, 0, width, height);
    const { x, y, unit } = this.#curves;
    const known = y.flatMap((list) => Array.from(list)).filter(Number.isFinite);
    if (x.length < 2 || known.length === 0) return;

    const low = Math.min(0, ...known);
    const high = Math.max(...known, low + 1e-9) * 1.05;
    const font = 12 * ratio;
    const [left, right, top, bottom] = [4 * ratio, width - 4 * ratio, font * 1.3, height - font * 1.4];
    const [from, to] = [Number(x[0]), Number(x[x.length - 1])];
    const across = (value: number) => left + ((value - from) / Math.max(to - from, 1e-9)) * (right - left);
    const up = (value: number) => bottom - ((value - low) / (high - low)) * (bottom - top);

    context.font = `${font}px system-ui, sans-serif`;
    context.fillStyle = '#a9b6c3';
    context.strokeStyle = '#2c3641';
    context.lineWidth = ratio;
    for (const level of [low, low + (high - low) / 2, high / 1.05]) {
      context.beginPath();
      context.moveTo(left, up(level));
      context.lineTo(right, up(level));
      context.stroke();
      context.textAlign = 'left';
      context.fillText(short(level), left, up(level) - 3 * ratio);
    }
    context.fillText(`${short(from)} ${unit}`, left, height - 2 * ratio);
    context.textAlign = 'right';
    context.fillText(`${short(to)} ${unit}`, right, height - 2 * ratio);

    y.forEach((list, i) => {
      context.strokeStyle = i === 0 ? '#58c4dd' : '#f0b429';
      context.setLineDash(i === 0 ? [] : [6 * ratio, 4 * ratio]);
      context.lineWidth = 2 * ratio;
      context.beginPath();
      let drawing = false;
      for (let k = 0; k < x.length; k++) {
        const value = Number(list[k]);
        if (Number.isFinite(value)) {
          if (drawing) context.lineTo(across(Number(x[k])), up(value));
          else context.moveTo(across(Number(x[k])), up(value));
        }
        drawing = Number.isFinite(value);
      }
      context.stroke();
      context.setLineDash([]);
    });
  }
}

/** Every plot as one table: a line per point, so that plots with different axes fit together. */
export function asCsv(plots: readonly Plot[]): string {
  const lines = ['plot,curve,unit,x,x_unit,value'];
  for (const plot of plots) {
    plot.curves.y.forEach((list, i) => {
      for (let k = 0; k < plot.curves.x.length; k++) {
        const value = Number(list[k]);
        if (Number.isFinite(value)) lines.push(`"${plot.title}","${plot.names[i] ?? ''}","${plot.unit}",${Number(plot.curves.x[k])},${plot.curves.unit},${value}`);
      }
    });
  }
  return `${lines.join('\n')}\n`;
}
