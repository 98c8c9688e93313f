import { type DescMessage, fromBinary, type MessageShape } from '@bufbuild/protobuf';
import { type DescribeModelResponse, DescribeModelResponseSchema, type ListModelsResponse, ListModelsResponseSchema } from '../generated/microscopestream/v1/model_pb';
import { type ListSessionsResponse, ListSessionsResponseSchema } from '../generated/microscopestream/v1/session_pb';

const tokenKey = 'microscopestream.token';

/** What the viewer asks for beside its stream. */
export class Service {
  #token: string;

  /** Takes the token out of the address, where it would be seen and copied, and keeps it for this tab. */
  constructor() {
    const given = new URLSearchParams(location.hash.slice(1));
    const token = given.get('token');
    if (token !== null) {
      this.token = token;
      given.delete('token');
      history.replaceState(null, '', location.pathname + (given.size > 0 ? `#${given}` : ''));
    }
    this.#token = token ?? sessionStorage.getItem(tokenKey) ?? '';
  }

  get token(): string {
    return this.#token;
  }

  set token(token: string) {
    this.#token = token;
    sessionStorage.setItem(tokenKey, token);
  }

  sessions(): Promise<ListSessionsResponse> {
    return this.#get('api/v1/sessions', ListSessionsResponseSchema);
  }

  models(): Promise<ListModelsResponse> {
    return this.#get('api/v1/models', ListModelsResponseSchema);
  }

  model(id: string): Promise<DescribeModelResponse> {
    return this.#get(`api/v1/models/${encodeURIComponent(id)}`, DescribeModelResponseSchema);
  }

  async #get<T extends DescMessage>(path: string, schema: T): Promise<MessageShape<T>> {
    const response = await fetch(path, { headers: this.#token ? { Authorization: `Bearer ${this.#token}` } : {}, cache: 'no-store' });
    if (!response.ok) throw new Error((await response.text()).trim() || `The service answered ${response.status}.`);
    return fromBinary(schema, new Uint8Array(await response.arrayBuffer()));
  }
}
