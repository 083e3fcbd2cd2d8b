/** Quantities in words: "5 seconds", "256 KB", "60 an hour", "24 hours". */
import type { Rate } from '../../domain/agreement.ts';

const MILLISECONDS: Readonly<Record<string, number>> = {
  second: 1_000,
  minute: 60_000,
  hour: 3_600_000,
  day: 86_400_000,
};
// As memory is counted: 1 KB is 1,024 bytes.
const BYTES: Readonly<Record<string, number>> = { bytes: 1, KB: 1_024, MB: 1_048_576 };

/** Milliseconds of "5 seconds", "1 minute", "24 hours", "3 days"; undefined for anything else. */
export function milliseconds(words: string): number | undefined {
  const parts = /^([1-9]\d{0,5}) (second|minute|hour|day)s?$/.exec(words);
  return product(parts?.[1], MILLISECONDS[parts?.[2] ?? '']);
}

/** Bytes of "256 KB", "4 MB"; undefined for anything else. */
export function bytes(words: string): number | undefined {
  const parts = /^([1-9]\d{0,8}) (bytes|KB|MB)$/.exec(words);
  return product(parts?.[1], BYTES[parts?.[2] ?? '']);
}

/** "60 an hour", "150 a day", with or without a comma between thousands; undefined for anything else. */
export function rate(words: string): Rate | undefined {
  const parts = /^([1-9][\d,]{0,9}) (?:an (hour)|a (day))$/.exec(words);
  const most = product(parts?.[1]?.replaceAll(',', ''), 1);
  if (parts === null || most === undefined) return undefined;
  return { most, per: parts[2] === 'hour' ? 'hour' : 'day' };
}

function product(count: string | undefined, each: number | undefined): number | undefined {
  return count === undefined || each === undefined ? undefined : Number(count) * each;
}
