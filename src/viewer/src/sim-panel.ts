import { byId, say } from './dom';
import { short } from './format';
import { History, Plot } from './plots';
import type { FrameTime } from './processing';
import type { SimReading } from '../generated/microscopestream/v1/sim_pb';

/** What is measured of structured illumination; its plots are there once something was. */
export class SimPanel {
  readonly #place: HTMLElement;
  readonly #contrasts = new History(1);
  readonly #unexplained = new History(1);
  #contrast: Plot | null = null;
  #residual: Plot | null = null;

  constructor(place: HTMLElement) {
    this.#place = place;
  }

  get plots(): readonly Plot[] {
    return [this.#contrast, this.#residual].filter((plot) => plot !== null);
  }

  take(reading: SimReading, time: FrameTime, frame: number): void {
    this.#contrast ??= new Plot(this.#place, 'Modulation contrast', '', ['over the noise; 8 is good, below 2 is not'], 'shown once the session tells it');
    this.#residual ??= new Plot(this.#place, 'Not explained by the result', '%', ['share of the field'], 'shown once the session tells it');
    const at = time.of(frame);
    for (const history of [this.#contrasts, this.#unexplained]) history.unit = time.unit;
    this.#contrasts.add(at, reading.modulationContrast);
    this.#unexplained.add(at, 100 * reading.unexplainedShare);
    this.#contrast.show(this.#contrasts.curves);
    this.#residual.show(this.#unexplained.curves);
    const found = Number.isFinite(reading.resultResolutionNm);
    say(byId('resolution'), found ? short(reading.resultResolutionNm) : '–');
    say(byId('resolution-detail'), `by decorrelation; widefield ${Number.isFinite(reading.widefieldResolutionNm) ? short(reading.widefieldResolutionNm) : '–'} nm, lens and pattern allow ${short(reading.limitNm)} nm`);
  }

  /** Another session begins. */
  clear(): void {
    for (const history of [this.#contrasts, this.#unexplained]) history.clear();
    for (const plot of this.plots) plot.clear();
  }
}
