import { colourMaps } from './colours';
import { Connection, type State } from './connection';
import { byId, download, say } from './dom';
import { fileTime } from './format';
import { listen } from './gestures';
import { listModels } from './models';
import { Pane } from './pane';
import { asCsv } from './plots';
import { Recorder } from './recorder';
import { Screen } from './screen';
import { Service } from './service';
import { describe, SessionList } from './sessions';
import { saveSnapshot } from './snapshot';
import { View } from './view';
import { Watcher } from './watcher';

const lookAgainMs = 1000;

/** What this browser's owner chose: a machine without a graphics card may want fewer pictures. */
const rateKey = 'microscopestream.rate';

/** The viewer: controls on one side, the service on the other. */
export class App {
  readonly #service = new Service();
  readonly #view = new View();
  readonly #superres = new Pane(byId('pane-superres'), 'Super-resolved', this.#view, colourMaps[0], true);
  readonly #widefield = new Pane(byId('pane-widefield'), 'Widefield', this.#view, colourMaps[4] ?? colourMaps[0], false);
  readonly #recorder = new Recorder();
  readonly #screen = new Screen(this.#view, this.#superres, this.#widefield, this.#recorder, () => this.#connection.acknowledge(), (times) => this.#watcher.wantTimes(times));
  readonly #connection: Connection = new Connection(() => this.#service.token, (message) => this.#screen.take(message), (state) => this.#say(state));
  readonly #watcher = new Watcher(this.#connection, this.#view, this.#superres);
  readonly #sessions = new SessionList((id) => this.#choose(id));
  #endedSession = '';
  #waiting = false;
  #countdown = 0;

  start(): void {
    this.#controls();
    const given = new URLSearchParams(location.hash.slice(1)).get('session') ?? '';
    this.#sessions.chosen = given;
    this.#watcher.session = given;
    this.#watcher.watch();
    void this.#look();
    setInterval(() => void this.#look(), lookAgainMs);
    void listModels(this.#service).catch(() => undefined);
  }

  #controls(): void {
    const plain = [this.#superres, this.#widefield].find((pane) => pane.painter.about !== 'WebGL2');
    if (plain) say(byId('painter-note'), `This browser has no WebGL2: the images are drawn with ${plain.painter.about}, which is slower and shows the same.`);

    const choice = byId<HTMLSelectElement>('colours');
    choice.append(...colourMaps.map((map) => new Option(map.name)));
    const recolour = () => (this.#superres.colours = colourMaps[choice.selectedIndex] ?? colourMaps[0]);
    choice.addEventListener('change', recolour);
    const keys = {
      colours: () => {
        choice.selectedIndex = (choice.selectedIndex + 1) % colourMaps.length;
        recolour();
      },
      contrast: () => [this.#superres, this.#widefield].forEach((pane) => pane.contrast.reset()),
    };
    for (const pane of [this.#superres, this.#widefield]) listen(pane.canvas, this.#view, keys);

    const { canvas } = this.#superres;
    const zoom = (factor: number) => this.#view.zoom(factor, canvas.width / 2, canvas.height / 2, canvas.width, canvas.height);
    byId('zoom-in').addEventListener('click', () => zoom(1.5));
    byId('zoom-out').addEventListener('click', () => zoom(1 / 1.5));
    byId('fit').addEventListener('click', () => this.#view.fit());
    const overlay = byId<HTMLInputElement>('overlay');
    overlay.addEventListener('change', () => {
      this.#superres.showTrust = overlay.checked;
      this.#superres.repaint();
    });
    byId('snapshot').addEventListener('click', () => saveSnapshot([this.#superres, this.#widefield], this.#screen.caption));
    byId('export-plots').addEventListener('click', () =>
      download(`plots-${fileTime()}.csv`, new Blob([asCsv(this.#screen.plots)], { type: 'text/csv' })));
    byId('record').addEventListener('click', () => this.#record());
    byId('retry').addEventListener('click', () => this.#connection.retry());
    const rate = byId<HTMLSelectElement>('rate');
    const chosen = localStorage.getItem(rateKey);
    if (chosen !== null && [...rate.options].some((option) => option.value === chosen)) rate.value = chosen;
    this.#watcher.rate = Number(rate.value);
    rate.addEventListener('change', () => {
      localStorage.setItem(rateKey, rate.value);
      this.#watcher.rate = Number(rate.value);
      this.#watcher.watch();
    });
    byId('token-form').addEventListener('submit', (event) => {
      event.preventDefault();
      this.#service.token = byId<HTMLInputElement>('token').value.trim().replace(/^.*token=/, '');
      byId('token-form').hidden = true;
      this.#watcher.watch();
      void listModels(this.#service).catch(() => undefined);
    });
  }

  #record(): void {
    const on = !this.#watcher.localizations;
    byId('record').setAttribute('aria-pressed', String(on));
    byId('record').textContent = on ? 'Stop and save localizations' : 'Record localizations';
    if (on) {
      this.#recorder.start();
      say(byId('record-note'), 'recording from now on');
    } else {
      say(byId('record-note'), `${this.#recorder.count} localizations saved`);
      this.#recorder.save(this.#screen.session?.sessionId ?? 'none');
    }
    this.#watcher.localizations = on;
    this.#watcher.watch();
  }

  #choose(id: string): void {
    history.replaceState(null, '', location.pathname + (id ? `#session=${id}` : ''));
    [this.#endedSession, this.#waiting] = ['', false];
    this.#watcher.session = id;
    this.#watcher.watch();
  }

  // Once a second: what sessions there are. Where none was to be seen, or the one shown has ended, a newer one is taken up.
  async #look(): Promise<void> {
    let sessions;
    try {
      ({ sessions } = await this.#service.sessions());
    } catch {
      return;
    }
    const shown = this.#screen.session?.sessionId ?? '';
    this.#sessions.show(sessions, shown);
    const newest = sessions.at(-1)?.sessionId ?? '';
    if (this.#waiting && !this.#sessions.chosen && newest && newest !== this.#endedSession) {
      this.#waiting = false;
      this.#watcher.watch();
    }
  }

  #say(state: State): void {
    clearInterval(this.#countdown);
    const line = byId('connection');
    line.dataset['state'] = state.is;
    byId('retry').hidden = state.is !== 'lost';
    const session = this.#screen.session;
    switch (state.is) {
      case 'connecting':
        say(line, 'Connecting…');
        break;
      case 'live':
        say(line, session ? describe(session) : 'Live');
        break;
      case 'ended':
        // No session yet, one that is gone, or one that has ended: the next is taken up where none was chosen.
        [this.#waiting, this.#endedSession] = [true, session?.sessionId ?? ''];
        if (state.code === 1000) say(line, `${session ? `${describe(session)}. ` : ''}The session has ended: this is its last picture.`);
        else if (this.#sessions.chosen) say(line, `That session is not there (any more). ${state.why}`);
        else say(line, 'No session yet. The first that begins is shown here by itself.');
        if (state.code === 4404) line.dataset['state'] = this.#sessions.chosen ? 'refused' : 'connecting';
        break;
      case 'refused':
        say(line, state.why);
        byId('token-form').hidden = state.code !== 4401;
        break;
      case 'lost':
        this.#count(line, state.why, state.againInS);
        break;
    }
  }

  #count(line: HTMLElement, why: string, seconds: number): void {
    say(line, `${why} Trying again${seconds > 1 ? ` in ${Math.round(seconds)} s` : ''}…`);
  }
}
