import { download } from './dom';
import { fileTime } from './format';
import type { LocalizationBatch } from '../generated/microscopestream/v1/results_pb';

/** Two million rows are some 150 MB as text; who wants more records where the service runs. */
const mostRows = 2_000_000;
const columns = ['frame', 'x', 'y', 'sigma', 'photons', 'background', 'backgroundStd', 'uncertainty', 'z', 'uncertaintyZ'] as const;

/** Collects localizations from now on, and hands them over as a ThunderSTORM table. */
export class Recorder {
  #rows: Float64Array = new Float64Array(0);
  #count = 0;
  #threeD = false;
  full = false;

  get count(): number {
    return this.#count;
  }

  start(): void {
    this.#rows = new Float64Array(columns.length * 4096);
    [this.#count, this.full, this.#threeD] = [0, false, false];
  }

  add(batch: LocalizationBatch): void {
    const { length } = batch.xNm;
    this.full ||= this.#count + length > mostRows;
    if (this.full) return;
    const needed = (this.#count + length) * columns.length;
    if (needed > this.#rows.length) {
      const larger = new Float64Array(Math.max(needed, 2 * this.#rows.length));
      larger.set(this.#rows);
      this.#rows = larger;
    }
    this.#threeD ||= batch.zNm.length > 0;
    for (let i = 0; i < length; i++) {
      const [sx, sy] = [batch.sigmaXNm[i] ?? NaN, batch.sigmaYNm[i] ?? NaN];
      this.#rows.set([
        Number(batch.frame[i] ?? 0n) + 1, batch.xNm[i] ?? NaN, batch.yNm[i] ?? NaN, batch.psfSigmaXNm[i] ?? NaN, batch.photons[i] ?? NaN,
        batch.background[i] ?? NaN, batch.backgroundStd[i] ?? NaN, Math.sqrt((sx * sx + sy * sy) / 2), batch.zNm[i] ?? NaN, batch.sigmaZNm[i] ?? NaN,
      ], (this.#count + i) * columns.length);
    }
    this.#count += length;
  }

  /** Saves what was collected, and forgets it. */
  save(session: string): void {
    const header = this.#threeD
      ? '"id","frame","x [nm]","y [nm]","z [nm]","sigma [nm]","intensity [photon]","offset [photon]","bkgstd [photon]","uncertainty_xy [nm]","uncertainty_z [nm]"'
      : '"id","frame","x [nm]","y [nm]","sigma [nm]","intensity [photon]","offset [photon]","bkgstd [photon]","uncertainty [nm]"';
    const order = this.#threeD ? [0, 1, 2, 8, 3, 4, 5, 6, 7, 9] : [0, 1, 2, 3, 4, 5, 6, 7];
    const parts: string[] = [`${header}\n`];
    for (let first = 0; first < this.#count; first += 10_000) {
      let text = '';
      for (let i = first; i < Math.min(this.#count, first + 10_000); i++) {
        text += `${i + 1},${order.map((column) => number(this.#rows[i * columns.length + column]!)).join(',')}\n`;
      }
      parts.push(text);
    }
    download(`localizations-${session.slice(0, 8)}-${fileTime()}.csv`, new Blob(parts, { type: 'text/csv' }));
    this.#rows = new Float64Array(0);
    this.#count = 0;
  }
}

function number(value: number): string {
  return Number.isFinite(value) ? String(+value.toFixed(4)) : 'NaN';
}
