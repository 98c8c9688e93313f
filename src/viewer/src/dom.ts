/** The element of that id; a page without it is broken. */
export function byId<T extends HTMLElement = HTMLElement>(id: string): T {
  const element = document.getElementById(id);
  if (!element) throw new Error(`The page has no element '${id}'.`);
  return element as T;
}

/** The first descendant that fits. */
export function within<T extends HTMLElement>(parent: ParentNode, selector: string): T {
  const element = parent.querySelector<T>(selector);
  if (!element) throw new Error(`There is no '${selector}'.`);
  return element;
}

/** A new element with text. */
export function make<K extends keyof HTMLElementTagNameMap>(tag: K, text = '', className = ''): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  if (text) element.textContent = text;
  if (className) element.className = className;
  return element;
}

/** Sets text only when it changed, so that nothing is laid out or read out again for nothing. */
export function say(element: HTMLElement, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}

/** A row of cells; the first names the row. */
export function row(...cells: (string | Node)[]): HTMLTableRowElement {
  const line = make('tr');
  cells.forEach((cell, i) => {
    const element = make(i === 0 ? 'th' : 'td');
    if (i === 0) element.setAttribute('scope', 'row');
    element.append(cell);
    line.append(element);
  });
  return line;
}

/** Hands a file to the browser's downloads. */
export function download(name: string, content: Blob): void {
  const link = make('a');
  link.href = URL.createObjectURL(content);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
