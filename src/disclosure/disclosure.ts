/** The field filter: compiles what may leave into a filter over the bytes of an answer (RFC 8259). Pure. */
import { AnswerFilter } from './answer-filter.ts';
import { compileEnvelope } from './envelope.ts';
import { EnvelopeReader } from './envelope-reader.ts';
import { Findings } from './findings.ts';
import { DEEPEST } from './layout.ts';
import { compilePlan } from './plan.ts';
import { RecordFilter } from './record-filter.ts';
import type { Disclosure, DisclosureRules } from './rules.ts';
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
    start(bind) {
      const findings = new Findings(plan);
      const reader = new EnvelopeReader(envelope, space, filter, findings, bind);
      return new AnswerFilter(space, reader, findings, mostRecordBytes);
    },
  };
}
