/** How many durable writes a second the disk takes: the ground under every figure of a durable log. */
import { closeSync, fdatasyncSync, openSync, unlinkSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { percentile } from './statistics.ts';

/** Appends 4 KiB and calls fdatasync, again and again for `seconds`, in `folder`. */
export function durableWrites(
  folder: string,
  seconds = 1,
): { readonly perSecond: number; readonly p99Ms: number } {
  const file = join(folder, 'durable-writes');
  const descriptor = openSync(file, 'w');
  const page = Buffer.alloc(4096, 1);
  const times: number[] = [];
  const until = performance.now() + seconds * 1000;
  while (performance.now() < until) {
    const begun = performance.now();
    writeSync(descriptor, page);
    fdatasyncSync(descriptor);
    times.push(performance.now() - begun);
  }
  closeSync(descriptor);
  unlinkSync(file);
  times.sort((left, right) => left - right);
  return { perSecond: times.length / seconds, p99Ms: percentile(times, 0.99) };
}
