import { create, fromBinary, type MessageInitShape, toBinary } from '@bufbuild/protobuf';
import { type WatchRequestSchema, type WatchResponse, WatchResponseSchema } from '../generated/microscopestream/v1/session_pb';
import { ViewerRequestSchema } from '../generated/microscopestream/v1/viewer_pb';

/** How the connection is, for people. */
export type State =
  | { readonly is: 'connecting' | 'live' }
  | { readonly is: 'ended' | 'refused'; readonly why: string; readonly code: number }
  | { readonly is: 'lost'; readonly why: string; readonly againInS: number };

export type Wanted = MessageInitShape<typeof WatchRequestSchema>;

const longestWaitS = 5;

/** One WebSocket to the service, opened again by itself when it breaks. */
export class Connection {
  #socket: WebSocket | null = null;
  #wanted: Wanted | null = null;
  #previews = 0n;
  #failures = 0;
  #timer = 0;

  constructor(
    private readonly token: () => string,
    private readonly onMessage: (message: WatchResponse) => void,
    private readonly onState: (state: State) => void,
  ) {}

  /** Watches, from now on and after every break. */
  watch(wanted: Wanted): void {
    this.#wanted = wanted;
    if (this.#socket?.readyState === WebSocket.OPEN) this.#say();
    else if (!this.#socket) this.#open();
  }

  /** A preview was shown: the next may come. */
  acknowledge(): void {
    this.#previews++;
    this.#send({ case: 'acknowledgement', value: { previews: this.#previews } });
  }

  /** Tries at once instead of waiting. */
  retry(): void {
    if (this.#socket || !this.#wanted) return;
    clearTimeout(this.#timer);
    this.#open();
  }

  /** Lets go, and stays so until something else is watched. */
  stop(): void {
    clearTimeout(this.#timer);
    const socket = this.#socket;
    this.#socket = null;
    socket?.close();
  }

  #open(): void {
    clearTimeout(this.#timer);
    this.onState({ is: 'connecting' });
    const address = new URL('watch', location.href);
    address.protocol = address.protocol.replace('http', 'ws');
    address.hash = '';
    const socket = new WebSocket(address);
    socket.binaryType = 'arraybuffer';
    this.#socket = socket;
    this.#previews = 0n;
    socket.onopen = () => this.#say();
    socket.onmessage = (event) => {
      let message: WatchResponse;
      try {
        message = fromBinary(WatchResponseSchema, new Uint8Array(event.data as ArrayBuffer));
      } catch {
        this.stop();
        this.onState({ is: 'refused', code: 4400, why: 'The service sent something that this page does not understand. Load the page again.' });
        return;
      }
      if (this.#failures >= 0) {
        this.#failures = -1;
        this.onState({ is: 'live' });
      }
      this.onMessage(message);
    };
    socket.onclose = (event) => {
      if (this.#socket !== socket) return;
      this.#socket = null;
      this.#closed(event.code, event.reason);
    };
  }

  #closed(code: number, reason: string): void {
    this.#failures = Math.max(this.#failures, 0);
    if (code === 1000 || code === 4404) {
      this.onState({ is: 'ended', code, why: reason });
    } else if (code === 4400 || code === 4401) {
      this.onState({ is: 'refused', code, why: reason });
    } else {
      // Soon at first, then calmer; not all viewers of a service at the same moment.
      const againInS = Math.min(0.5 * 2 ** this.#failures, longestWaitS) * (0.8 + 0.4 * Math.random());
      this.#failures++;
      this.onState({ is: 'lost', why: reason || 'The connection to the service is lost.', againInS });
      this.#timer = window.setTimeout(() => this.#open(), againInS * 1000);
    }
  }

  #say(): void {
    if (this.#wanted) this.#send({ case: 'watch', value: this.#wanted });
  }

  #send(body: NonNullable<MessageInitShape<typeof ViewerRequestSchema>['body']>): void {
    if (this.#socket?.readyState !== WebSocket.OPEN) return;
    this.#socket.send(toBinary(ViewerRequestSchema, create(ViewerRequestSchema, { token: this.token(), body })));
  }
}
