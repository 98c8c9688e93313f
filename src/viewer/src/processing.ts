import { byId, say } from './dom';
import { count, short } from './format';
import { History, Plot } from './plots';
import { type Drift, type Resolution, ResolutionOutcome, type Statistics } from '../generated/microscopestream/v1/processing_pb';

/** When a frame was due. */
export interface FrameTime {
  of(frame: number): number;
  readonly unit: string;
}

const untilTold = 'shown once the session tells it';

const outcomes: Record<ResolutionOutcome, string> = {
  [ResolutionOutcome.UNSPECIFIED]: 'not reported',
  [ResolutionOutcome.FOUND]: '',
  [ResolutionOutcome.NO_AGREEMENT]: 'the halves do not agree yet: too few localizations, or nothing in common',
  [ResolutionOutcome.FINER_THAN_PIXELS]: 'finer than two pixels of the grid',
};

/** What the session makes of its localizations: statistics over time, drift, resolution. Each message but the resolution's replaces the one before. */
export class Processing {
  readonly #photons: Plot;
  readonly #background: Plot;
  readonly #precision: Plot;
  readonly #drift: Plot;
  readonly #resolution: Plot;
  readonly #resolutions = new History(1);

  constructor(place: HTMLElement) {
    this.#photons = new Plot(place, 'Photons', '', ['median'], untilTold);
    this.#background = new Plot(place, 'Background', 'photons/px', ['median'], untilTold);
    this.#precision = new Plot(place, 'Precision', 'nm', ['median'], untilTold);
    this.#resolution = new Plot(place, 'Resolution (FRC)', 'nm', ['1/7 threshold'], untilTold);
    this.#drift = new Plot(place, 'Drift x / y', 'nm', ['x', 'y'], untilTold);
  }

  get plots(): readonly Plot[] {
    return [this.#photons, this.#background, this.#precision, this.#resolution, this.#drift];
  }

  /** Whether the session localizes: otherwise none of this is ever told. */
  set concerned(yes: boolean) {
    for (const plot of this.plots) plot.concerned = yes;
  }

  statistics(statistics: Statistics, time: FrameTime): void {
    const { slices } = statistics;
    const { unit } = time;
    const x = slices.map((slice) => time.of(Number(slice.firstFrame) + Number(slice.frames) / 2));
    this.#photons.show({ x, y: [slices.map((slice) => slice.photons)], unit });
    this.#background.show({ x, y: [slices.map((slice) => slice.background)], unit });
    this.#precision.show({ x, y: [slices.map((slice) => slice.uncertaintyNm)], unit });
  }

  drift(drift: Drift, time: FrameTime): void {
    if (drift.frame.length === 0) return;
    this.#drift.show({ x: drift.frame.map((frame) => time.of(Number(frame))), y: [drift.xNm, drift.yNm], unit: time.unit });
  }

  resolution(resolution: Resolution, time: FrameTime): void {
    const found = resolution.outcome === ResolutionOutcome.FOUND;
    say(byId('resolution'), found ? short(resolution.resolutionNm) : '–');
    const spread = Number.isFinite(resolution.uncertaintyNm) ? `± ${short(resolution.uncertaintyNm)} nm, ` : '';
    say(byId('resolution-detail'), found ? `${spread}from ${count(resolution.localizations)} localizations` : outcomes[resolution.outcome]);
    this.#resolutions.unit = time.unit;
    this.#resolutions.add(time.of(Number(resolution.lastFrame)), found ? resolution.resolutionNm : NaN);
    this.#resolution.show(this.#resolutions.curves);
  }

  /** Another session begins. */
  clear(): void {
    this.#resolutions.clear();
    for (const plot of this.plots) plot.clear();
    say(byId('resolution'), '–');
    say(byId('resolution-detail'), 'not reported');
  }
}
