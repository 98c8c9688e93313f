import type { ColourMap } from './colours';
import type { Picture } from './picture';
import type { Region } from './view';

/** Intensities shown darkest and brightest, and the exponent on what lies between. */
export interface Levels {
  readonly black: number;
  readonly white: number;
  readonly gamma: number;
}

/** What lies over each other on a canvas: the whole field, a finer part of it, where not to believe it. */
export type LayerName = 'base' | 'detail' | 'trust';

/** Draws pictures on a canvas. Sizes are the canvas's own pixels. */
export interface Painter {
  /** For people: what draws. */
  readonly about: string;
  set(layer: LayerName, picture: Picture | null): void;
  draw(visible: Region, levels: Levels, colours: ColourMap, showTrust: boolean): void;
}
