/** Bands of ages and of amounts, and what each is called (docs/formats/reveals.md). */

/** What the band of a number is called. */
export type Banding = (whole: number) => string;

/** Bands of whole years: "under 16", "16 to 17", "65 or over". @param starts where each band begins, rising. */
export function ageBands(starts: readonly number[]): Banding {
  return banding(starts, (from, next) => (next - from === 1 ? `${from}` : `${from} to ${next - 1}`));
}

/** Bands of amounts: "under 10000", "10000 to under 50000", "50000 or over". @param starts as for ages. */
export function amountBands(starts: readonly number[]): Banding {
  return banding(starts, (from, next) => `${from} to under ${next}`);
}

/**
 * The greatest whole number that is not more than an amount (`-0.5` gives -1), so that it is compared with whole bounds
 * exactly; undefined for what is no amount, or too large a one.
 */
export function wholePart(amount: string): number | undefined {
  const [, sign, digits, fraction = ''] = /^(-?)(\d{1,16})(?:\.(\d+))?$/.exec(amount) ?? [];
  const whole = Number(digits);
  if (!Number.isSafeInteger(whole)) return undefined;
  if (sign === '') return whole;
  return -whole - (/[1-9]/.test(fraction) ? 1 : 0);
}

function banding(starts: readonly number[], between: (from: number, next: number) => string): Banding {
  const names = starts.map((from, place) => {
    const next = starts[place + 1];
    return next === undefined ? `${from} or over` : between(from, next);
  });
  const below = `under ${starts[0]}`;
  return (whole) => names[starts.findLastIndex((start) => start <= whole)] ?? below;
}
