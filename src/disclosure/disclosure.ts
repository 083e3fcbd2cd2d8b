/** The field filter: compiles what may leave into a filter over the bytes of an answer. Pure. */
import { AnswerFilter } from './answer-filter.ts';
import type { AnswerReader } from './answer-reader.ts';
import { CsvReader } from './csv-reader.ts';
import { compileEnvelope, type Envelope } from './envelope.ts';
import { EnvelopeReader } from './envelope-reader.ts';
import { Findings } from './findings.ts';
import { JsonRecords } from './json-records.ts';
import { DEEPEST } from './layout.ts';
import { NdjsonReader } from './ndjson-reader.ts';
import { compilePlan } from './plan.ts';
import { RecordFilter } from './record-filter.ts';
import type { AnswerFormat, Disclosure, DisclosureRules, RevealInputs } from './rules.ts';
import { Workspace } from './workspace.ts';

/** Filtering is synchronous and leaves nothing here between two calls, so all answers of a thread share it. */
const space = new Workspace();
/** The longest record that there may be room for, in bytes: a unit of release, not a download. */
const LONGEST = 16 * 2 ** 20;

/**
 * Compiles the rules once; each answer is then one session.
 *
 * @throws {TypeError} for rules that no answer can be held to: a name with a lone surrogate, or limits out of range.
 */
export function compileDisclosure(rules: DisclosureRules): Disclosure {
  if (!(Number.isSafeInteger(rules.mostDepth) && rules.mostDepth >= 1 && rules.mostDepth <= DEEPEST)) {
    throw new TypeError(`the most depth is 1 to ${DEEPEST}`);
  }
  const { mostRecordBytes } = rules;
  if (!(Number.isSafeInteger(mostRecordBytes) && mostRecordBytes >= 2 && mostRecordBytes <= LONGEST)) {
    throw new TypeError(`the most bytes of a record are a whole number from 2 to ${LONGEST}`);
  }
  const plan = compilePlan(rules);
  const envelope = compileEnvelope(rules);
  const filter = new RecordFilter(plan, space, new Findings(plan));
  return {
    start(inputs, screen, format = 'json') {
      const findings = new Findings(plan, screen);
      const reader = readerOf(format, { envelope, filter, findings, inputs });
      return new AnswerFilter(space, reader, findings, mostRecordBytes);
    },
  };
}

interface ReaderParts {
  readonly envelope: Envelope;
  readonly filter: RecordFilter;
  readonly findings: Findings;
  readonly inputs: RevealInputs;
}

function readerOf(format: AnswerFormat, { envelope, filter, findings, inputs }: ReaderParts): AnswerReader {
  if (format === 'csv') return new CsvReader(space, findings, inputs, envelope.mostRecordBytes);
  const jsonRecords = new JsonRecords(envelope, space, filter, findings, inputs);
  return format === 'ndjson' ? new NdjsonReader(jsonRecords) : new EnvelopeReader(envelope, jsonRecords);
}
