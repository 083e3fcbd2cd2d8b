/** The fault campaign: every fault of the audit log's store and head file, and of the kernel calls below them; prints a table. */
import { parseArgs } from 'node:util';
import { canInject, kernelFaults, tryKernelFault } from './kernel-faults.ts';
import { storeFaults, tryStoreFault } from './store-faults.ts';

interface Tried {
  /** What was made to fail, and how: a row of the table. */
  readonly row: string;
  readonly ended: string;
  readonly acknowledged: number;
  readonly violations: readonly string[];
}

/** A part of the list, spread evenly over all of it. */
function spread<Item>(items: readonly Item[], most: number): readonly Item[] {
  if (items.length <= most) return items;
  return Array.from({ length: most }, (_, nth) => items[Math.floor((nth * items.length) / most)]).filter(
    (item) => item !== undefined,
  );
}

/** Tries so many faults of the store, spread over all. */
export async function tryStoreFaults(most: number, say: (done: number) => void): Promise<Tried[]> {
  const tried: Tried[] = [];
  for (const fault of spread(storeFaults(), most)) {
    const { ended, acknowledged, violations } = await tryStoreFault(fault);
    tried.push({ row: `${fault.of}: ${fault.method} ${fault.how}`, ended, acknowledged, violations });
    say(tried.length);
  }
  return tried;
}

/** Tries so many faults of the kernel, spread over all, two at a time. */
export async function tryKernelFaults(most: number, say: (done: number) => void): Promise<Tried[]> {
  const left = [...spread(await kernelFaults(), most)];
  const tried: Tried[] = [];
  const work = async (): Promise<void> => {
    for (let fault = left.shift(); fault !== undefined; fault = left.shift()) {
      const { ended, acknowledged, violations } = await tryKernelFault(fault);
      const row = `kernel: ${fault.call} of ${fault.file === '' ? 'the folder' : fault.file}, ${fault.way}`;
      tried.push({ row, ended, acknowledged, violations });
      say(tried.length);
    }
  };
  await Promise.all([work(), work()]);
  return tried;
}

/** One row for each sort of fault: how often it was tried and how the log ended. */
export function faultTable(tried: readonly Tried[]): string {
  const rows = Map.groupBy(tried, ({ row }) => row);
  const lines = [...rows].map(([row, all]) => {
    const ends = Object.entries(Object.groupBy(all, ({ ended }) => ended));
    return `${row.padEnd(52)} ${ends.map(([end, of]) => `${end} ${of?.length}`).join(', ')}`;
  });
  const wrong = tried.flatMap(({ row, violations }) => violations.map((why) => `VIOLATION ${row}: ${why}`));
  const acknowledged = tried.reduce((sum, one) => sum + one.acknowledged, 0);
  return [
    ...lines,
    `${tried.length} faults; ${acknowledged} entries were acknowledged under them`,
    ...(wrong.length === 0 ? ['every acknowledged entry is there, and every log verifies'] : wrong),
  ].join('\n');
}

if (import.meta.main) {
  const { values } = parseArgs({ options: { most: { type: 'string', default: '2000' } } });
  const most = Number(values.most);
  const say = (what: string) => (done: number) => {
    if (done % 50 === 0) process.stderr.write(`${what}: ${done}\n`);
  };
  const tried = await tryStoreFaults(most, say('store'));
  if (canInject()) tried.push(...(await tryKernelFaults(most, say('kernel'))));
  else process.stderr.write('strace cannot run here: no fault of the kernel was tried\n');
  process.stdout.write(`${faultTable(tried)}\n`);
  process.exit(tried.some(({ violations }) => violations.length > 0) ? 1 : 0);
}
