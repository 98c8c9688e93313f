import type { ColourMap } from './colours';
import { Contrast } from './contrast';
import { say, within } from './dom';
import { count, length, roundLength } from './format';
import type { Painter, Tint } from './painter';
import { PlainPainter } from './painter-2d';
import { WebGlPainter } from './painter-webgl';
import type { Picture } from './picture';
import type { Region, View } from './view';

/** One image with its scale bar and contrast; the view is shared. */
export class Pane {
  readonly painter: Painter;
  readonly contrast: Contrast;
  readonly canvas: HTMLCanvasElement;
  showTrust = false;
  /** What colour stands for; null: brightness. */
  tint: Tint | null = null;
  readonly #marks: HTMLCanvasElement;
  readonly #about: HTMLElement;
  readonly #empty: HTMLElement;
  readonly #note: HTMLElement;
  readonly #name: string;
  readonly #view: View;
  #colours: ColourMap;
  #shown: Picture | null = null;
  #dirty = false;

  constructor(figure: HTMLElement, name: string, view: View, colours: ColourMap, withoutZeros: boolean) {
    [this.#name, this.#view, this.#colours] = [name, view, colours];
    this.canvas = within(figure, '.plane');
    this.#marks = within(figure, '.marks');
    this.#about = within(figure, '.about');
    this.#empty = within(figure, '.empty');
    this.#note = within(figure, '.moment');
    this.canvas.setAttribute('aria-label', `${name}: no picture yet`);
    this.canvas.setAttribute('aria-describedby', 'keys');
    this.painter = WebGlPainter.tryCreate(this.canvas) ?? new PlainPainter(this.canvas);
    this.contrast = new Contrast(within<HTMLFieldSetElement>(figure, '.contrast'), withoutZeros, () => this.repaint());
    view.onChange(() => this.repaint());
    new ResizeObserver(() => this.#fit()).observe(this.canvas);
    this.canvas.addEventListener('repaint', () => this.repaint());
    this.#fit();
  }

  set colours(map: ColourMap) {
    this.#colours = map;
    this.repaint();
  }

  get picture(): Picture | null {
    return this.#shown;
  }

  /** What it shows of the sample. */
  get visible(): Region {
    return this.#view.visible(this.canvas.width, this.canvas.height);
  }

  /** Shows a plane: the whole field, or a finer part that lies over it. */
  show(picture: Picture): void {
    const whole = this.#isWhole(picture);
    this.painter.set(whole ? 'base' : 'detail', picture);
    if (whole) for (const layer of ['detail', 'detail-depth', 'detail-time'] as const) this.painter.set(layer, null);
    this.#shown = picture;
    this.#empty.hidden = true;
    this.contrast.take(picture);
    const made = picture.localizations > 0n ? `${count(picture.localizations)} localizations` : `${count(picture.frames)} frames`;
    say(this.#about, `${made} · ${picture.width} × ${picture.height} px of ${length(picture.pixelNm)}`);
    this.canvas.setAttribute('aria-label', `${this.#name} image, ${made}`);
  }

  /** What moment it is of, where that is said. */
  get moment(): string {
    return this.#note.textContent ?? '';
  }

  /** Says over the image what moment it is of; empty: nothing. */
  note(words: string): void {
    say(this.#note, words);
    this.#note.hidden = words === '';
  }

  /** Takes depths or times for the image, whichever of the two comes first. */
  tinge(tint: Tint, picture: Picture): void {
    this.painter.set(this.#isWhole(picture) ? `base-${tint}` : `detail-${tint}`, picture);
    this.repaint();
  }

  /** Another session: nothing of the one before may stay. */
  clear(): void {
    for (const layer of ['base', 'detail', 'trust', 'base-depth', 'detail-depth', 'base-time', 'detail-time'] as const) this.painter.set(layer, null);
    this.#shown = null;
    this.#empty.hidden = false;
    say(this.#about, '');
    this.note('');
    this.canvas.setAttribute('aria-label', `${this.#name}: no picture yet`);
    this.repaint();
  }

  /** Draws before the next frame of the screen, once however often it is asked. */
  repaint(): void {
    if (this.#dirty) return;
    this.#dirty = true;
    requestAnimationFrame(() => {
      this.#dirty = false;
      this.paint();
    });
  }

  paint(): void {
    this.painter.draw(this.visible, this.contrast.levels, this.#colours, this.showTrust, this.tint);
    this.#drawScaleBar();
  }

  /** The image as it is on the screen, scale bar included. */
  snapshot(): HTMLCanvasElement {
    this.paint();
    const both = document.createElement('canvas');
    [both.width, both.height] = [this.canvas.width, this.canvas.height];
    const context = both.getContext('2d');
    context?.drawImage(this.canvas, 0, 0);
    context?.drawImage(this.#marks, 0, 0);
    return both;
  }

  #isWhole({ width, height, pixelNm }: Picture): boolean {
    const { field } = this.#view;
    return width * pixelNm >= field.width - pixelNm && height * pixelNm >= field.height - pixelNm;
  }

  #fit(): void {
    const ratio = devicePixelRatio;
    const [width, height] = [Math.max(1, Math.round(this.canvas.clientWidth * ratio)), Math.max(1, Math.round(this.canvas.clientHeight * ratio))];
    for (const canvas of [this.canvas, this.#marks]) {
      if (canvas.width !== width || canvas.height !== height) [canvas.width, canvas.height] = [width, height];
    }
    this.paint();
    this.canvas.dispatchEvent(new Event('fitted'));
  }

  #drawScaleBar(): void {
    const context = this.#marks.getContext('2d');
    if (!context) return;
    const { width, height } = this.#marks;
    context.clearRect(0, 0, width, height);
    if (!this.#shown) return;
    const nm = roundLength(this.visible.width / 4);
    const pixels = (nm / this.visible.width) * width;
    const size = Math.max(14, Math.round(height / 26));
    const [right, bottom] = [width - size, height - size];
    context.font = `600 ${size}px system-ui, sans-serif`;
    context.textAlign = 'center';
    // Legible on any picture: light on a dark rim.
    context.lineWidth = Math.max(2, size / 5);
    context.strokeStyle = '#000';
    context.fillStyle = '#fff';
    context.strokeRect(right - pixels, bottom - size / 3, pixels, size / 3);
    context.fillRect(right - pixels, bottom - size / 3, pixels, size / 3);
    const words = length(nm);
    const x = Math.min(right - pixels / 2, width - context.measureText(words).width / 2 - 4);
    context.strokeText(words, x, bottom - size * 0.7);
    context.fillText(words, x, bottom - size * 0.7);
  }
}
