/** A rectangle in the sample plane, nm. */
export interface Region {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** The part of the sample that all images show: one centre, one scale. */
export class View {
  #field: Region = { x: 0, y: 0, width: 1, height: 1 };
  #x = 0;
  #y = 0;
  /** Screen pixels per nm; 0: the whole field, whatever the image's size. */
  #scale = 0;
  readonly #changed = new Set<() => void>();

  onChange(listener: () => void): void {
    this.#changed.add(listener);
  }

  get field(): Region {
    return this.#field;
  }

  get isWhole(): boolean {
    return this.#scale === 0;
  }

  /** Another field: the view begins anew, unless the field is the same. */
  setField(width: number, height: number): void {
    if (width === this.#field.width && height === this.#field.height) return;
    this.#field = { x: 0, y: 0, width, height };
    this.fit();
  }

  fit(): void {
    [this.#scale, this.#x, this.#y] = [0, this.#field.width / 2, this.#field.height / 2];
    this.#tell();
  }

  /** Screen pixels per nm on an image of this size. */
  scaleOn(width: number, height: number): number {
    const whole = Math.min(width / this.#field.width, height / this.#field.height);
    return this.#scale === 0 ? whole : this.#scale;
  }

  /** What an image of this size shows. */
  visible(width: number, height: number): Region {
    const scale = this.scaleOn(width, height);
    return { x: this.#x - width / scale / 2, y: this.#y - height / scale / 2, width: width / scale, height: height / scale };
  }

  /** Moves by screen pixels. */
  pan(dx: number, dy: number, width: number, height: number): void {
    const scale = this.scaleOn(width, height);
    this.#scale = scale;
    this.#x -= dx / scale;
    this.#y -= dy / scale;
    this.#keepInside();
    this.#tell();
  }

  /** Zooms about a point of the image, screen pixels; never out beyond the whole field. */
  zoom(factor: number, px: number, py: number, width: number, height: number): void {
    const before = this.scaleOn(width, height);
    const whole = Math.min(width / this.#field.width, height / this.#field.height);
    const after = Math.min(before * factor, 20);
    if (after <= whole * 1.001) {
      this.fit();
      return;
    }
    // The point under the pointer stays where it is.
    this.#x += (px - width / 2) * (1 / before - 1 / after);
    this.#y += (py - height / 2) * (1 / before - 1 / after);
    this.#scale = after;
    this.#keepInside();
    this.#tell();
  }

  #keepInside(): void {
    this.#x = Math.min(Math.max(this.#x, 0), this.#field.width);
    this.#y = Math.min(Math.max(this.#y, 0), this.#field.height);
  }

  #tell(): void {
    for (const listener of this.#changed) listener();
  }
}
