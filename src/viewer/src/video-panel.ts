import { byId, say } from './dom';
import { short } from './format';
import type { Pane } from './pane';
import type { Picture } from './picture';
import { History, Plot } from './plots';
import type { FrameTime } from './processing';
import { VideoRevision } from '../generated/microscopestream/v1/video_pb';

/** Pictures are kept for playing back up to this many bytes of each kind: ten minutes of small ones, half a minute of large ones. */
const mostBytes = 64e6;
const mostPictures = 6000;

/** Played back no faster than an eye can follow, and no slower than it has patience. */
const [shortestMs, longestMs] = [33, 500];

/** A video: the newest picture of what is known at once, or of what was refined later; and those before, played back. */
export class VideoPanel {
  readonly #kept: Record<number, Picture[]> = { [VideoRevision.PROVISIONAL]: [], [VideoRevision.REFINED]: [] };
  readonly #choice = byId<HTMLSelectElement>('revision');
  readonly #slider = byId<HTMLInputElement>('playback');
  readonly #changes = new History(1);
  #change: Plot | null = null;
  /** Shown of those kept; -1: the newest, as they come. */
  #at = -1;
  #timer = 0;
  #time: FrameTime = { of: (frame) => frame, unit: 'frames' };

  constructor(private readonly place: HTMLElement, private readonly pane: Pane) {
    this.#choice.addEventListener('change', () => this.#live());
    this.#slider.addEventListener('input', () => {
      this.#pause();
      this.#hold(Number(this.#slider.value));
    });
    byId('play').addEventListener('click', () => (this.#timer ? this.#pause() : this.#play()));
    byId('live').addEventListener('click', () => this.#live());
  }

  get plots(): readonly Plot[] {
    return this.#change ? [this.#change] : [];
  }

  /** Whether the session is a video. */
  set concerned(yes: boolean) {
    for (const plot of this.plots) plot.concerned = yes;
  }

  /** Takes a picture; shows it if it is what is looked at. */
  take(picture: Picture, time: FrameTime): void {
    const { slice } = picture;
    if (!slice) return;
    this.#time = time;
    const kept = this.#kept[slice.revision];
    if (!kept) return;
    kept.push(picture);
    if (slice.revision === VideoRevision.REFINED) this.#refined(slice.change, Number(slice.lastFrame));
    const wanted = this.#wanted === slice.revision;
    if (kept.length > Math.min(mostPictures, Math.max(2, mostBytes / picture.codes.length))) {
      kept.shift();
      if (wanted && this.#at > 0) this.#at--;
    }
    if (!wanted) return;
    if (this.#at < 0) this.#show(picture);
    this.#mark();
  }

  /** Another session begins. */
  clear(): void {
    this.#pause();
    for (const kept of Object.values(this.#kept)) kept.length = 0;
    [this.#at, this.#choice.value] = [-1, String(VideoRevision.PROVISIONAL)];
    this.#refinedOption.disabled = true;
    this.#changes.clear();
    this.#change?.clear();
    this.pane.note('');
    this.#mark();
  }

  get #wanted(): VideoRevision {
    return Number(this.#choice.value);
  }

  get #shown(): Picture[] {
    return this.#kept[this.#wanted] ?? [];
  }

  get #refinedOption(): HTMLOptionElement {
    return this.#choice.options[1]!;
  }

  #refined(change: number | undefined, frame: number): void {
    this.#refinedOption.disabled = false;
    this.#change ??= new Plot(this.place, 'Changed by refining', '%', ['of the picture'], 'shown once the session tells it');
    this.#changes.unit = this.#time.unit;
    this.#changes.add(this.#time.of(frame), 100 * (change ?? NaN));
    this.#change.show(this.#changes.curves);
  }

  #live(): void {
    this.#pause();
    this.#at = -1;
    const newest = this.#shown.at(-1);
    if (newest) this.#show(newest);
    this.#mark();
  }

  #hold(at: number): void {
    const picture = this.#shown[at];
    if (!picture) return;
    this.#at = at;
    this.#show(picture);
    this.#mark();
  }

  // From where it stands, or from the first, as fast as the pictures came; then live again.
  #play(): void {
    const kept = this.#shown;
    const [first, second] = [kept[0]?.slice, kept[1]?.slice];
    if (!first || !second) return;
    const between = Number(second.lastFrame - first.lastFrame);
    const ms = this.#time.unit === 's' ? 1000 * (this.#time.of(between) - this.#time.of(0)) : 100;
    if (this.#at < 0) this.#hold(0);
    say(byId('play'), 'Pause');
    this.#timer = window.setInterval(() => (this.#at + 1 < this.#shown.length ? this.#hold(this.#at + 1) : this.#live()), Math.min(Math.max(ms, shortestMs), longestMs));
  }

  #pause(): void {
    clearInterval(this.#timer);
    this.#timer = 0;
    say(byId('play'), 'Play');
  }

  #show(picture: Picture): void {
    this.pane.show(picture);
    this.pane.note(this.#describe(picture));
  }

  #describe(picture: Picture): string {
    const { slice } = picture;
    if (!slice) return '';
    const { of, unit } = this.#time;
    const digits = unit === 's' ? 2 : 0;
    const span = `${of(Number(slice.firstFrame)).toFixed(digits)}–${of(Number(slice.lastFrame) + (unit === 's' ? 1 : 0)).toFixed(digits)} ${unit}`;
    const state = slice.revision === VideoRevision.REFINED
      ? `refined by ${slice.lookAhead} later slices${slice.change === undefined ? '' : `, changed by ${short(100 * slice.change)} %`}`
      : 'provisional';
    const newest = this.#shown.at(-1)?.slice;
    const ago = this.#at >= 0 && newest ? ` · ${(of(Number(newest.lastFrame)) - of(Number(slice.lastFrame))).toFixed(digits)} ${unit} before the newest` : '';
    return `${span} · ${slice.frames === 0 ? 'no frames came, ' : ''}${state}${ago}`;
  }

  #mark(): void {
    const last = Math.max(this.#shown.length - 1, 0);
    const at = this.#at < 0 ? last : this.#at;
    [this.#slider.max, this.#slider.value] = [String(last), String(at)];
    const held = this.#shown[at];
    this.#slider.setAttribute('aria-valuetext', held ? this.#describe(held) : 'no picture yet');
    byId('live').setAttribute('aria-pressed', String(this.#at < 0));
  }
}
