import { byId, row, say } from './dom';
import { short } from './format';
import { History, Plot } from './plots';
import type { FrameTime } from './processing';
import { SimOrder, type SimReading } from '../generated/microscopestream/v1/sim_pb';

const orders: Record<SimOrder, string> = {
  [SimOrder.UNSPECIFIED]: '',
  [SimOrder.AS_STATED]: 'The frames come in the stated order.',
  [SimOrder.REARRANGED]: 'The frames come in another order than stated, which was recognized and put right.',
  [SimOrder.UNCLEAR]: 'The order of the frames could not be recognized.',
};

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

  /** Whether the session is of structured illumination. */
  set concerned(yes: boolean) {
    for (const plot of this.plots) plot.concerned = yes;
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
    this.#pattern(reading);
    say(byId('resolution-detail'), `by decorrelation; widefield ${Number.isFinite(reading.widefieldResolutionNm) ? short(reading.widefieldResolutionNm) : '–'} nm, lens and pattern allow ${short(reading.limitNm)} nm`);
  }

  #pattern(reading: SimReading): void {
    byId('carrier-rows').replaceChildren(...reading.carriers.map(({ xPerUm, yPerUm, modulation }, i) => row(
      String(i + 1), xPerUm.toFixed(3), yPerUm.toFixed(3), (1000 / Math.hypot(xPerUm, yPerUm)).toFixed(1), Number.isFinite(modulation) ? modulation.toFixed(2) : '–')));
    const moved = reading.carrierDriftPerUm > 0 ? ` Moved by at most ${reading.carrierDriftPerUm.toFixed(4)}/µm since.` : '';
    const estimated = reading.calibrations > 0 ? `Estimated ${reading.calibrations === 1 ? 'once' : `${reading.calibrations} times`} from the frames.` : 'As it was given.';
    say(byId('pattern-note'), `${estimated}${moved} ${orders[reading.order] ?? ''}`.trim());
  }

  /** Another session begins. */
  clear(): void {
    byId('carrier-rows').replaceChildren();
    say(byId('pattern-note'), 'Not measured yet.');
    for (const history of [this.#contrasts, this.#unexplained]) history.clear();
    for (const plot of this.plots) plot.clear();
  }
}
