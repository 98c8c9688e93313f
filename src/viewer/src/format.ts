/** A number with about three digits, as people read it. */
export function short(value: number): string {
  if (!Number.isFinite(value)) return '–';
  const size = Math.abs(value);
  if (size >= 1e6) return `${(value / 1e6).toFixed(size >= 1e8 ? 0 : 1)} M`;
  if (size >= 1e4) return `${(value / 1e3).toFixed(size >= 1e5 ? 0 : 1)} k`;
  if (size >= 100 || size === 0) return value.toFixed(0);
  if (size >= 10) return value.toFixed(1);
  return value.toFixed(2);
}

/** A count, with thin spaces between thousands. */
export function count(value: bigint | number): string {
  return value.toString().replace(/\B(?=(\d{3})+$)/g, '\u2009');
}

/** A length in words: "500 nm", "2 µm". */
export function length(nm: number): string {
  if (nm >= 1e6) return `${+(nm / 1e6).toPrecision(4)} mm`;
  return nm >= 1e3 ? `${+(nm / 1e3).toPrecision(4)} µm` : `${+nm.toPrecision(4)} nm`;
}

/** The longest round length (1, 2 or 5 times a power of ten) of at most this many nm. */
export function roundLength(mostNm: number): number {
  const power = 10 ** Math.floor(Math.log10(mostNm));
  const mantissa = mostNm / power;
  return power * (mantissa >= 5 ? 5 : mantissa >= 2 ? 2 : 1);
}

/** A time stamp for file names. */
export function fileTime(): string {
  return new Date().toISOString().slice(0, 19).replaceAll(':', '').replace('T', '-');
}
