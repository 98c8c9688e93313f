import { make } from './dom';
import type { Levels } from './painter';
import { histogram, percentile, type Picture } from './picture';

const steps = 1000;

/** Contrast of one image: by percentiles of what is shown, until a slider is moved; then by the values that it says. */
export class Contrast {
  readonly #withoutZeros: boolean;
  readonly #changed: () => void;
  readonly #automatic = make('input');
  readonly #low = make('input');
  readonly #high = make('input');
  readonly #black = make('input');
  readonly #white = make('input');
  readonly #gamma = make('input');
  #levels: Levels = { black: 0, white: 1, gamma: 1 };
  #picture: Picture | null = null;

  /** @param withoutZeros whether pixels of code 0 are background by nature and left out of the percentiles. */
  constructor(fieldset: HTMLFieldSetElement, withoutZeros: boolean, changed: () => void) {
    [this.#withoutZeros, this.#changed] = [withoutZeros, changed];
    this.#automatic.type = 'checkbox';
    this.#automatic.checked = true;
    this.#number(this.#low, withoutZeros ? 0 : 0.1);
    this.#number(this.#high, 99.8);
    for (const [slider, value, most] of [[this.#black, 0, steps], [this.#white, steps, steps]] as const) {
      slider.type = 'range';
      [slider.min, slider.max, slider.value] = ['0', String(most), String(value)];
      slider.addEventListener('input', () => this.#byHand());
    }
    this.#gamma.type = 'range';
    [this.#gamma.min, this.#gamma.max, this.#gamma.step, this.#gamma.value] = ['0.2', '2', '0.05', '1'];
    this.#gamma.addEventListener('input', () => {
      this.#levels = { ...this.#levels, gamma: Number(this.#gamma.value) };
      this.#changed();
    });
    this.#automatic.addEventListener('change', () => this.#update());
    fieldset.append(
      labelled('Automatic', this.#automatic, 'check'), labelled('from %', this.#low), labelled('to %', this.#high),
      labelled('Black', this.#black), labelled('White', this.#white), labelled('Gamma', this.#gamma));
  }

  get levels(): Levels {
    return this.#levels;
  }

  /** A new picture came. */
  take(picture: Picture): void {
    this.#picture = picture;
    this.#update();
  }

  /** Back to percentiles. */
  reset(): void {
    this.#automatic.checked = true;
    this.#update();
  }

  #number(input: HTMLInputElement, value: number): void {
    input.type = 'number';
    [input.min, input.max, input.step, input.value] = ['0', '100', '0.1', String(value)];
    input.addEventListener('change', () => this.reset());
  }

  #byHand(): void {
    if (!this.#picture) return;
    this.#automatic.checked = false;
    const { least, largest } = this.#picture;
    const value = (slider: HTMLInputElement) => least + (Number(slider.value) / steps) * (largest - least);
    this.#levels = { ...this.#levels, black: value(this.#black), white: Math.max(value(this.#white), value(this.#black)) };
    this.#changed();
  }

  #update(): void {
    const picture = this.#picture;
    if (!picture) return;
    const span = picture.largest - picture.least;
    if (this.#automatic.checked) {
      const counts = histogram(picture);
      const share = (input: HTMLInputElement) => Math.min(Math.max(Number(input.value) / 100, 0), 1);
      const low = share(this.#low) === 0 ? 0 : percentile(counts, share(this.#low), this.#withoutZeros);
      const high = Math.max(percentile(counts, share(this.#high), this.#withoutZeros), low + 1);
      this.#levels = { ...this.#levels, black: picture.least + (low / 255) * span, white: picture.least + (high / 255) * span };
    }
    // What the values mean in this picture's range, also where that has moved on under values set by hand.
    const place = (value: number) => String(Math.round(Math.min(Math.max(span > 0 ? (value - picture.least) / span : 0, 0), 1) * steps));
    if (document.activeElement !== this.#black) this.#black.value = place(this.#levels.black);
    if (document.activeElement !== this.#white) this.#white.value = place(this.#levels.white);
    this.#changed();
  }
}

function labelled(text: string, input: HTMLInputElement, className = ''): HTMLLabelElement {
  const label = make('label', '', className);
  const words = make('span', text);
  label.append(...(input.type === 'checkbox' ? [input, words] : [words, input]));
  return label;
}
