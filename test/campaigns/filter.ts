/** Compares the field filter with the reference filter over many generated answers: `npm run campaign:filter -- COUNT SEED`. */
import { randomInt } from 'node:crypto';
import fc from 'fast-check';
import type { AnswerFormat } from '../../src/disclosure/rules.ts';
import { assertFiltersAgree } from '../disclosure/agreement-of-filters.ts';
import { casesOf } from '../disclosure/generated-cases.ts';

const ANSWERS = 100_000;
const BATCH = 1000;
const FORMATS: readonly AnswerFormat[] = ['json', 'ndjson', 'csv'];

/** Runs a batch from its own seed and says how many of its answers were released. */
function runBatch(format: AnswerFormat, seed: number, answers: number): number {
  let released = 0;
  fc.assert(
    fc.property(casesOf(format), (it) => {
      if (assertFiltersAgree(it) === 'released') released += 1;
    }),
    { numRuns: answers, seed },
  );
  return released;
}

function main(): void {
  const answers = Number(process.argv[2] ?? ANSWERS);
  const firstSeed = Number(process.argv[3] ?? randomInt(2 ** 31));
  process.stdout.write(
    `field filter against reference filter, ${answers} answers of each format, first seed ${firstSeed}\n`,
  );
  for (const format of FORMATS) runFormat(format, firstSeed, answers);
}

function runFormat(format: AnswerFormat, firstSeed: number, answers: number): void {
  let done = 0;
  let released = 0;
  for (let seed = firstSeed; done < answers; seed += 1) {
    const batch = Math.min(BATCH, answers - done);
    released += runBatch(format, seed, batch);
    done += batch;
    if (process.stderr.isTTY) process.stderr.write(`\r${done} of ${answers}`);
  }
  if (process.stderr.isTTY) process.stderr.write('\n');
  const refused = done - released;
  process.stdout.write(
    `${done} answers of ${format}: ${released} released and ${refused} refused by both, 0 differences\n`,
  );
}

main();
