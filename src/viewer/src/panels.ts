import { byId, make, row, say } from './dom';
import { count, short } from './format';
import { DropCause, type FrameCounts, type LatencyPercentiles, type Progress } from '../generated/microscopestream/v1/report_pb';
import { type Decision, type Gap, type Notice, Severity, type Trust, TrustLevel } from '../generated/microscopestream/v1/results_pb';

const mostEntries = 100;

const trustWords: Record<TrustLevel, { level: string; light: string; words: string }> = {
  [TrustLevel.UNSPECIFIED]: { level: 'none', light: '○', words: 'not known yet' },
  [TrustLevel.GOOD]: { level: 'good', light: '●', words: 'Good' },
  [TrustLevel.CAUTION]: { level: 'caution', light: '▲', words: 'Caution' },
  [TrustLevel.UNTRUSTED]: { level: 'untrusted', light: '■', words: 'Do not trust' },
};

/** A verdict as a word, for tables. */
export function trustWord(trust: Trust | undefined): string {
  const { light, words } = trustWords[trust?.level ?? TrustLevel.UNSPECIFIED];
  return `${light} ${words}`;
}

/** The light: colour, shape and word say the same. */
export function showTrust(trust: Trust | undefined): void {
  const { level, light, words } = trustWords[trust?.level ?? TrustLevel.UNSPECIFIED];
  byId('trust').dataset['level'] = level;
  say(byId('trust').querySelector<HTMLElement>('.light') ?? make('span'), light);
  say(byId('trust-level'), words);
  byId('trust-reasons').replaceChildren(...(trust?.reasons ?? []).map((reason) => make('li', reason)));
}

const dropWords: Record<DropCause, string> = {
  [DropCause.UNSPECIFIED]: 'not stated',
  [DropCause.BUFFERS_FULL]: 'no free buffer: the service was behind',
  [DropCause.STALE]: 'overtaken by newer frames',
  [DropCause.INCOMPLETE_GROUP]: 'window or group not complete',
  [DropCause.INVALID]: 'not as agreed',
  [DropCause.OUT_OF_ORDER]: 'out of order',
  [DropCause.FAILED]: 'the method failed on it',
  [DropCause.ABORTED]: 'session aborted',
};

/** Counts of frames: the tile, and the table by cause. */
export function showCounts(frames: FrameCounts | undefined): void {
  const dropped = frames?.dropped ?? 0n;
  say(byId('dropped'), frames ? count(dropped) : '–');
  byId('dropped-tile').dataset['any'] = String(dropped > 0n);
  say(byId('dropped-detail'), frames ? `of ${count(frames.received)} received` : '');
  byId('drop-rows').replaceChildren(
    ...(frames?.droppedByCause ?? []).map((drop) => row(dropWords[drop.cause] ?? 'another cause', count(drop.count))),
    row('never arrived (gaps in the numbers)', count(frames?.missing ?? 0n)));
}

/** Latency by stage; the wait for a window is no one's fault and says so. */
export function showLatency(latency: readonly LatencyPercentiles[]): void {
  if (latency.length === 0) return;
  byId('latency-rows').replaceChildren(...latency.map((stage) => row(
    stage.stage === 'window_wait' ? 'wait for the window' : stage.stage, short(stage.p50Ms), short(stage.p95Ms), short(stage.p99Ms), short(stage.maxMs))));
  const total = latency.find((stage) => stage.stage === 'total');
  if (total) {
    say(byId('latency'), short(total.p50Ms));
    say(byId('latency-detail'), `median; 99 % below ${short(total.p99Ms)} ms`);
  }
}

/** Rates and queue. */
export function showRates(progress: Progress, dueRate: number): void {
  say(byId('frames-per-s'), short(progress.processedPerS));
  say(byId('frames-detail'), `${short(progress.receivedPerS)} received per s${dueRate > 0 ? `, ${short(dueRate)} due` : ''}; ${progress.queued} queued; ${progress.provider}`);
}

/** A list with the newest entry first and an end. */
class Log {
  readonly #list: HTMLElement;
  readonly #none: HTMLElement;

  constructor(list: string, none: string) {
    [this.#list, this.#none] = [byId(list), byId(none)];
  }

  add(text: string, severity = ''): void {
    const entry = make('li', text);
    if (severity) entry.dataset['severity'] = severity;
    this.#list.prepend(entry);
    this.#none.hidden = true;
    while (this.#list.childElementCount > mostEntries) this.#list.lastElementChild?.remove();
  }

  clear(): void {
    this.#list.replaceChildren();
    this.#none.hidden = false;
  }
}

/** What was said and decided, in the order of coming. */
export class Logs {
  readonly #notices = new Log('notices', 'no-notices');
  readonly #decisions = new Log('decisions', 'no-decisions');

  notice(notice: Notice): void {
    const severity = notice.severity === Severity.ERROR ? 'error' : notice.severity === Severity.WARNING ? 'warning' : '';
    this.#notices.add(`${clock()} ${notice.message}`, severity);
  }

  gap(gap: Gap): void {
    this.#notices.add(`${clock()} ${count(gap.count)} frames did not arrive, from ${count(gap.first)} on.`, 'warning');
  }

  decision(decision: Decision): void {
    const parameters = Object.entries(decision.parameters).map(([name, value]) => `${name} ${short(value)}`).join(', ');
    this.#decisions.add(`${clock()} ${decision.action}${parameters ? ` (${parameters})` : ''}${decision.dryRun ? ', shown only' : ''}: ${decision.reason}`);
  }

  clear(): void {
    this.#notices.clear();
    this.#decisions.clear();
  }
}

function clock(): string {
  return new Date().toTimeString().slice(0, 8);
}
