import { byId, say } from './dom';
import type { Tint } from './painter';
import type { Pane } from './pane';
import type { Picture } from './picture';
import type { FrameTime } from './processing';

/** What colour stands for: brightness, depth or time; with the scale of the last two. */
export class Tints {
  readonly #choice = byId<HTMLSelectElement>('tint');
  readonly #ranges: Partial<Record<Tint, readonly [string, string]>> = {};

  /** @param wanted told when times begin or cease to be wanted: the service makes them for who asks. */
  constructor(private readonly pane: Pane, private readonly wanted: (times: boolean) => void) {
    this.#choice.addEventListener('change', () => this.#apply());
  }

  /** Depths: where they come, they are what the colours are for, until somebody chooses otherwise. */
  depth(picture: Picture): void {
    this.pane.tinge('depth', picture);
    this.#ranges.depth = [`${Math.round(picture.least)} nm`, `${Math.round(picture.largest)} nm`];
    if (this.#depthOption.disabled) {
      this.#depthOption.disabled = false;
      if (this.#choice.value === '') this.#choice.value = 'depth';
      this.#apply();
    }
    this.#scale();
  }

  /** Mean times of what the image shows. */
  times(picture: Picture, time: FrameTime): void {
    this.pane.tinge('time', picture);
    const words = (frame: number) => `${time.of(Math.max(frame, 0)).toFixed(time.unit === 's' ? 1 : 0)} ${time.unit}`;
    this.#ranges.time = [words(picture.least), words(picture.largest)];
    this.#scale();
  }

  /** Another session begins: it may have no depths; times go on being wanted. */
  clear(): void {
    this.#depthOption.disabled = true;
    delete this.#ranges.depth;
    delete this.#ranges.time;
    if (this.#choice.value === 'depth') this.#choice.value = '';
    this.#apply();
  }

  get #depthOption(): HTMLOptionElement {
    return this.#choice.options[1]!;
  }

  #apply(): void {
    const { value } = this.#choice;
    this.pane.tint = value === 'depth' || value === 'time' ? value : null;
    this.wanted(value === 'time');
    this.#scale();
    this.pane.repaint();
  }

  #scale(): void {
    const { tint } = this.pane;
    const range = tint ? this.#ranges[tint] : undefined;
    byId('tint-scale').hidden = !range;
    say(byId('tint-least'), range?.[0] ?? '');
    say(byId('tint-largest'), range?.[1] ?? '');
    say(byId('tint-note'), tint && !range ? 'not known yet' : '');
  }
}
