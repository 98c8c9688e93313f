import { PlaneEncoding, type Preview, type PreviewKind } from '../generated/microscopestream/v1/results_pb';
import type { VideoSlice } from '../generated/microscopestream/v1/video_pb';

/** One plane as it came: 8-bit codes with what they stand for and where they lie in the sample. */
export interface Picture {
  readonly kind: PreviewKind;
  readonly width: number;
  readonly height: number;
  /** Row-major (y, x). */
  readonly codes: Uint8Array;
  /** Values that codes 0 and 255 stand for. */
  readonly least: number;
  readonly largest: number;
  readonly pixelNm: number;
  readonly xNm: number;
  readonly yNm: number;
  readonly frames: bigint;
  readonly localizations: bigint;
  /** Of a video: the stretch of time that it shows. */
  readonly slice: VideoSlice | undefined;
}

/** Unpacks a preview. */
export async function unpack(preview: Preview): Promise<Picture> {
  let bytes = preview.data;
  if (preview.encoding === PlaneEncoding.ZLIB) {
    const plain = new Blob([new Uint8Array(bytes)]).stream().pipeThrough(new DecompressionStream('deflate'));
    bytes = new Uint8Array(await new Response(plain).arrayBuffer());
  }

  const pixels = preview.width * preview.height;
  if (bytes.length < pixels * preview.bytesPerPixel || pixels === 0) {
    throw new Error(`A preview of ${preview.width} × ${preview.height} pixels came with ${bytes.length} bytes.`);
  }

  // A screen shows 8 bits: of 16-bit codes (little-endian) the upper half.
  const codes = preview.bytesPerPixel === 2 ? Uint8Array.from({ length: pixels }, (_, i) => bytes[2 * i + 1] ?? 0) : bytes.subarray(0, pixels);
  return {
    kind: preview.kind,
    width: preview.width,
    height: preview.height,
    codes,
    least: preview.displayMin,
    largest: preview.displayMax,
    pixelNm: preview.pixelSizeNm,
    xNm: preview.originXNm,
    yNm: preview.originYNm,
    frames: preview.frames,
    localizations: preview.localizations,
    slice: preview.slice,
  };
}

/** How often each code occurs; large planes by every n-th row, about half a million pixels of them. */
export function histogram(picture: Picture): Uint32Array {
  const counts = new Uint32Array(256);
  const step = Math.max(1, Math.floor((picture.width * picture.height) / 500_000));
  for (let y = 0; y < picture.height; y += step) {
    const end = (y + 1) * picture.width;
    for (let i = y * picture.width; i < end; i++) counts[picture.codes[i]!]!++;
  }
  return counts;
}

/** The code that a share of the pixels does not exceed; those of code 0 left out where they are background by nature. */
export function percentile(counts: Uint32Array, share: number, withoutZeros: boolean): number {
  const first = withoutZeros ? 1 : 0;
  let all = 0;
  for (let code = first; code < 256; code++) all += counts[code]!;
  let seen = 0;
  for (let code = first; code < 256; code++) {
    seen += counts[code]!;
    if (all > 0 && seen >= share * all) return code;
  }
  return 255;
}
