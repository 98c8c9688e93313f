import { byId, make, row } from './dom';
import { short } from './format';
import type { Service } from './service';
import type { DescribeModelResponse } from '../generated/microscopestream/v1/model_pb';

/** Lists the methods; each opens its card. */
export async function listModels(service: Service): Promise<void> {
  const { models, broken } = await service.models();
  byId('models').replaceChildren(
    ...models.map((model) => {
      const entry = make('li');
      const open = make('button', `${model.id} ${model.version}`.trim());
      open.type = 'button';
      open.addEventListener('click', () => void openCard(service, model.id));
      entry.append(open, ` ${model.title}`);
      return entry;
    }),
    ...broken.map((model) => {
      const entry = make('li', `${model.folder} cannot be used: ${model.problems.join(' ')}`);
      entry.dataset['severity'] = 'warning';
      return entry;
    }));
}

async function openCard(service: Service, id: string): Promise<void> {
  const body = byId('card-body');
  byId('card-title').textContent = id;
  try {
    body.replaceChildren(...cardOf(await service.model(id)));
  } catch (error) {
    body.replaceChildren(make('p', error instanceof Error ? error.message : String(error)));
  }
  byId<HTMLDialogElement>('card').showModal();
}

function cardOf(model: DescribeModelResponse): HTMLElement[] {
  const parts: HTMLElement[] = [make('p', model.info?.title ?? '')];
  const facts = [
    `Task: ${model.info?.task ?? ''}`,
    `Frames for one result: ${model.windowFrames}, of them later: ${model.lookAheadFrames}`,
    ...(model.licence ? [`Licence: ${model.licence}`] : []),
    ...(model.paper ? [`Follows: ${model.paper}`] : []),
  ];
  parts.push(make('p', facts.join(' · ')));
  if (model.domain.length > 0) {
    parts.push(table('Made for', ['Quantity', 'from', 'to'], model.domain.map((range) => [range.quantity, short(range.minimum), short(range.maximum)])));
  }
  if (model.measured.length > 0) {
    parts.push(table(
      'Measured', ['Data', 'Metric', 'Value', 'Conditions'],
      model.measured.map((figure) => [figure.data, figure.metric, String(+figure.value.toPrecision(4)), figure.conditions])));
  }
  if (model.card) parts.push(make('pre', model.card));
  return parts;
}

function table(caption: string, head: readonly string[], lines: readonly string[][]): HTMLTableElement {
  const element = make('table');
  const headRow = make('tr');
  headRow.append(...head.map((text) => {
    const cell = make('th', text);
    cell.setAttribute('scope', 'col');
    return cell;
  }));
  const [top, body] = [make('thead'), make('tbody')];
  top.append(headRow);
  body.append(...lines.map((line) => row(...line)));
  element.append(make('caption', caption), top, body);
  return element;
}
