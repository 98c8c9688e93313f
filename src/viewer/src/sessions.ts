import { byId, make, row, say } from './dom';
import { short } from './format';
import { trustWord } from './panels';
import type { SessionInfo } from '../generated/microscopestream/v1/session_pb';

/** What a session is called. */
export function nameOf(session: SessionInfo): string {
  return session.name || `${session.method} ${session.sessionId.slice(0, 6)}`;
}

/** The list of sessions, as a choice and as a table. */
export class SessionList {
  readonly #choice = byId<HTMLSelectElement>('session');
  #shown = '';

  constructor(private readonly choose: (id: string) => void) {
    this.#choice.addEventListener('change', () => choose(this.#choice.value));
  }

  /** The chosen session; empty: the newest. */
  get chosen(): string {
    return this.#choice.value;
  }

  set chosen(id: string) {
    if (id && ![...this.#choice.options].some((option) => option.value === id)) this.#choice.append(new Option(id.slice(0, 8), id));
    this.#choice.value = id;
  }

  show(sessions: readonly SessionInfo[], watched: string): void {
    this.#fillChoice(sessions);
    byId('no-sessions').hidden = sessions.length > 0;
    byId('session-rows').replaceChildren(...sessions.map((session) => {
      const name = make('button', `${nameOf(session)}${session.sessionId === watched ? ' (shown)' : ''}`);
      name.type = 'button';
      name.addEventListener('click', () => {
        this.chosen = session.sessionId;
        this.choose(session.sessionId);
      });
      return row(
        name, `${session.method} ${session.methodVersion}`.trim(),
        session.streaming ? short(session.progress?.processedPerS ?? NaN) : 'not streaming', trustWord(session.trust));
    }));
  }

  // Only when it changed: a list that is open must not be rebuilt under the finger.
  #fillChoice(sessions: readonly SessionInfo[]): void {
    const wanted = sessions.map((session) => `${session.sessionId} ${nameOf(session)}`).join('\n');
    if (wanted === this.#shown) return;
    this.#shown = wanted;
    const { chosen } = this;
    this.#choice.replaceChildren(new Option('Newest', ''), ...sessions.map((session) => new Option(nameOf(session), session.sessionId)));
    this.chosen = chosen;
  }
}

/** Says once what the watched session is. */
export function describe(session: SessionInfo): string {
  return `${nameOf(session)}: ${session.width} × ${session.height} px of ${short(session.pixelSizeNm)} nm, ${session.method} ${session.methodVersion}`.trim();
}

/** The page's title carries the session's name. */
export function entitle(session: SessionInfo | null): void {
  const title = session ? `${nameOf(session)} · MicroscopeStream` : 'MicroscopeStream';
  if (document.title !== title) document.title = title;
  say(byId('found-detail'), '');
}
