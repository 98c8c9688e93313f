import { byId, say } from './dom';
import { count, short } from './format';
import type { Pane } from './pane';
import { Logs, showCounts, showLatency, showRates, showTrust } from './panels';
import { unpack } from './picture';
import { History, Plot } from './plots';
import { type FrameTime, Processing } from './processing';
import type { Recorder } from './recorder';
import { describe, entitle } from './sessions';
import { SimPanel } from './sim-panel';
import { Tints } from './tints';
import { VideoPanel } from './video-panel';
import type { View } from './view';
import type { Progress, SessionSummary } from '../generated/microscopestream/v1/report_pb';
import { type Preview, PreviewKind } from '../generated/microscopestream/v1/results_pb';
import type { SessionInfo, WatchResponse } from '../generated/microscopestream/v1/session_pb';

/** What comes from the service, put where it belongs. */
export class Screen {
  readonly #logs = new Logs();
  readonly #place = byId('plots');
  readonly #rates = { plot: new Plot(this.#place, 'Frames per second', '', ['processed', 'received'], 'told once a second'), history: new History(2) };
  readonly #found = { plot: new Plot(this.#place, 'Localizations per frame', '', ['found'], 'told once a second'), history: new History(1) };
  readonly #density = { plot: new Plot(this.#place, 'Density per frame', '/µm²', ['density'], 'told once a second'), history: new History(1) };
  readonly #latency = { plot: new Plot(this.#place, 'Latency in the service', 'ms', ['median', '99 %'], 'told once a second'), history: new History(2) };
  readonly #queue = { plot: new Plot(this.#place, 'Frames waiting', '', ['queued'], 'told once a second'), history: new History(1) };
  readonly #processing = new Processing(this.#place);
  readonly #sim = new SimPanel(this.#place);
  readonly #video: VideoPanel;
  readonly #tints: Tints;
  #session: SessionInfo | null = null;
  #begun = 0;
  #pictures = 0;
  #last: Progress | null = null;
  #unpacking: Promise<void> = Promise.resolve();

  constructor(
    private readonly view: View,
    private readonly superres: Pane,
    private readonly widefield: Pane,
    private readonly recorder: Recorder,
    private readonly shown: () => void,
    wantTimes: (yes: boolean) => void,
  ) {
    this.#tints = new Tints(superres, wantTimes);
    this.#video = new VideoPanel(this.#place, superres);
  }

  get session(): SessionInfo | null {
    return this.#session;
  }

  get plots(): readonly Plot[] {
    return [...this.#told.map((one) => one.plot), ...this.#processing.plots, ...this.#sim.plots, ...this.#video.plots];
  }

  get #told(): readonly { plot: Plot; history: History }[] {
    return [this.#rates, this.#found, this.#density, this.#latency, this.#queue];
  }

  /** What the picture is, for a snapshot. */
  get caption(): string {
    const moment = this.superres.moment;
    return `${this.#session ? describe(this.#session) : ''}${moment ? ` · ${moment}` : ''} · ${new Date().toISOString()} · left super-resolved, right widefield`;
  }

  take(message: WatchResponse): void {
    if (message.session) this.#begin(message.session);
    const body = message.update?.body;
    switch (body?.case) {
      case 'preview':
        this.#preview(body.value);
        break;
      case 'trust':
        showTrust(body.value);
        break;
      case 'progress':
        this.#progress(body.value);
        break;
      case 'localizations':
        this.recorder.add(body.value);
        say(byId('record-note'), `${count(this.recorder.count)} recorded${this.recorder.full ? ': full, save them' : ''}`);
        break;
      case 'notice':
        this.#logs.notice(body.value);
        break;
      case 'decision':
        this.#logs.decision(body.value);
        break;
      case 'gap':
        this.#logs.gap(body.value);
        break;
      case 'sim':
        this.#sim.take(body.value, this.#time, Number(message.update?.range?.last ?? 0n));
        break;
      case 'statistics':
        this.#processing.statistics(body.value, this.#time);
        break;
      case 'drift':
        this.#processing.drift(body.value, this.#time);
        break;
      case 'resolution':
        this.#processing.resolution(body.value, this.#time);
        break;
      case 'summary':
        this.#summary(body.value);
        break;
    }
  }

  #begin(session: SessionInfo): void {
    const another = session.sessionId !== this.#session?.sessionId;
    this.#session = session;
    entitle(session);
    const line = byId('connection');
    if (line.dataset['state'] === 'live') say(line, describe(session));
    this.view.setField(session.width * session.pixelSizeNm, session.height * session.pixelSizeNm);
    if (!another) return;
    this.#suit(session.task);
    this.#begun = performance.now();
    this.#last = null;
    this.superres.clear();
    this.widefield.clear();
    this.#tints.clear();
    this.#logs.clear();
    showTrust(session.trust);
    showCounts(session.progress?.frames);
    for (const one of this.#told) {
      one.history.clear();
      one.plot.clear();
    }
    this.#processing.clear();
    this.#sim.clear();
    this.#video.clear();
  }

  // What the task does not have is not shown as missing.
  #suit(task: string): void {
    const localizes = task !== 'sim' && task !== 'image';
    for (const element of document.querySelectorAll<HTMLElement>('[data-task]')) element.hidden = !(element.dataset['task'] ?? '').split(' ').includes(task || 'localization');
    for (const { plot } of [this.#found, this.#density]) plot.concerned = localizes;
    this.#processing.concerned = localizes && task !== 'video';
    this.#sim.concerned = task === 'sim';
    this.#video.concerned = task === 'video';
  }

  // In the order of coming, though unpacking takes a while.
  #preview(preview: Preview): void {
    this.#unpacking = this.#unpacking.then(async () => {
      try {
        const picture = await unpack(preview);
        if (picture.kind === PreviewKind.WIDEFIELD) this.widefield.show(picture);
        else if (picture.slice) this.#video.take(picture, this.#time);
        else if (picture.kind === PreviewKind.SUPER_RESOLVED) this.superres.show(picture);
        else if (picture.kind === PreviewKind.DEPTH) this.#tints.depth(picture);
        else if (picture.kind === PreviewKind.TIMES) this.#tints.times(picture, this.#time);
        else if (picture.kind === PreviewKind.TRUST) this.#trustMap(() => this.superres.painter.set('trust', picture));
      } catch (error) {
        say(byId('painter-note'), `A picture could not be shown: ${error instanceof Error ? error.message : String(error)}`);
      }
      // Taken over once it is drawn: a page that is hidden draws nothing and is sent nothing.
      requestAnimationFrame(() => {
        // The first only: the browser keeps every mark for ever.
        if (this.#pictures++ === 0) performance.mark('picture');
        this.shown();
      });
    });
  }

  #trustMap(show: () => void): void {
    byId<HTMLInputElement>('overlay').disabled = false;
    say(byId('overlay-note'), '');
    show();
    this.superres.repaint();
  }

  #progress(progress: Progress): void {
    const seconds = (performance.now() - this.#begun) / 1000;
    showRates(progress, this.#session?.frameRate ?? 0);
    showCounts(progress.frames);
    showLatency(progress.latency);
    const frames = Number((progress.frames?.processed ?? 0n) - (this.#last?.frames?.processed ?? progress.frames?.processed ?? 0n));
    const found = Number(progress.localizations - (this.#last?.localizations ?? progress.localizations));
    const perFrame = frames > 0 ? found / frames : NaN;
    const area = ((this.#session?.width ?? 0) * (this.#session?.height ?? 0) * (this.#session?.pixelSizeNm ?? 0) ** 2) / 1e6;
    say(byId('found-per-frame'), short(perFrame));
    say(byId('found-detail'), `${count(progress.localizations)} so far`);
    const total = progress.latency.find((stage) => stage.stage === 'total');
    add(this.#rates, seconds, progress.processedPerS, progress.receivedPerS);
    add(this.#found, seconds, perFrame);
    add(this.#density, seconds, perFrame / area);
    add(this.#latency, seconds, total?.p50Ms ?? NaN, total?.p99Ms ?? NaN);
    add(this.#queue, seconds, progress.queued);
    this.#last = progress;
  }

  /** Seconds from the first frame; frames where they come as they like. */
  get #time(): FrameTime {
    const rate = this.#session?.frameRate ?? 0;
    return rate > 0 ? { of: (frame) => frame / rate, unit: 's' } : { of: (frame) => frame, unit: 'frames' };
  }

  #summary(summary: SessionSummary): void {
    if (summary.statistics) this.#processing.statistics(summary.statistics, this.#time);
    if (summary.drift) this.#processing.drift(summary.drift, this.#time);
    if (summary.resolution) this.#processing.resolution(summary.resolution, this.#time);
    showCounts(summary.frames);
    showLatency(summary.latency);
    say(byId('frames-per-s'), short(summary.framesPerS));
    say(byId('frames-detail'), `${count(summary.frames?.processed ?? 0n)} frames in ${short(summary.durationS)} s`);
    say(byId('found-detail'), `${count(summary.localizations)} in all`);
    const processed = Number(summary.frames?.processed ?? 0n);
    if (processed > 0) say(byId('found-per-frame'), short(Number(summary.localizations) / processed));
  }
}

function add(one: { plot: Plot; history: History }, seconds: number, ...values: number[]): void {
  one.history.add(seconds, ...values);
  one.plot.show(one.history.curves);
}
