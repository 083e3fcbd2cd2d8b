/** Short ways to say rules, and to run an answer through the filter, for tests. */
import assert from 'node:assert/strict';
import { compileDisclosure } from '../../src/disclosure/disclosure.ts';
import {
  type AnswerFormat,
  type DisclosureRules,
  NotFilterable,
  type Part,
  type RevealInputs,
  type Screen,
} from '../../src/disclosure/rules.ts';
import { parseFieldPath } from '../../src/encoding/field-path.ts';
import type { Show } from '../../src/encoding/show.ts';

export interface ShortRules
  extends Partial<Omit<DisclosureRules, 'declared' | 'agreed' | 'subjects' | 'conditions' | 'wrapper'>> {
  readonly declared?: readonly string[];
  /** In full, unless it says how else. */
  readonly agreed?: readonly (string | readonly [path: string, show: Show])[];
  /** The text of the path is the namespace, and who it is to the record. */
  readonly subjects?: readonly string[];
  /** Path and the values of which it must hold one. */
  readonly conditions?: Readonly<Record<string, readonly string[]>>;
  readonly wrapper?: Readonly<Record<string, 'total' | 'page number' | 'page size'>>;
  readonly normalise?: (text: string) => string | undefined;
}

/** One record at the root, unless the rules say otherwise. What is agreed is declared. */
export function rulesOf(short: ShortRules): DisclosureRules {
  const {
    declared = [],
    agreed = [],
    subjects = [],
    conditions = {},
    wrapper = {},
    normalise = (text) => text,
    ...more
  } = short;
  return {
    answer: 'one record',
    recordPath: [],
    mostRecordBytes: 1000,
    mostDepth: 16,
    ...more,
    declared: declared.map(parseFieldPath),
    agreed: agreed.map((leaf) => {
      const [name, show]: readonly [string, Show] =
        typeof leaf === 'string' ? [leaf, { as: 'in full' }] : leaf;
      return { name, path: parseFieldPath(name), show, kind: name, normalise };
    }),
    subjects: subjects.map((name) => ({ who: name, path: parseFieldPath(name), namespace: name, normalise })),
    conditions: Object.entries(conditions).map(([name, among]) => ({
      path: parseFieldPath(name),
      among: new Set(among),
      normalise,
    })),
    wrapper: new Map(Object.entries(wrapper)),
  };
}

/** A day, and stand-ins for what is made with keys, from which it can be told what was made of what. */
export const INPUTS: RevealInputs = {
  today: '2026-11-23',
  bind: (value) => `bound ${value}`,
  matchingCode: (namespace, value) => `code of ${namespace} ${value}`,
};

export type Facts = Omit<Part, 'bytes'> & { readonly text: string };

/** How an answer comes, where that matters. */
export interface Arrival {
  readonly chunk?: number;
  readonly format?: AnswerFormat;
  readonly screen?: Screen;
}

/** The whole answer in one part, written in chunks of so many bytes. */
export function filtered(
  short: ShortRules,
  answer: string | Uint8Array,
  { chunk = 1_000_000, format = 'json', screen }: Arrival = {},
): Facts {
  const bytes = Buffer.from(answer);
  const session = compileDisclosure(rulesOf(short)).start(INPUTS, screen, format);
  for (let at = 0; at < bytes.length; at += chunk) session.write(bytes.subarray(at, at + chunk));
  session.end();
  const { bytes: left, ...facts } = session.take();
  return { text: left.toString('utf8'), ...facts };
}

/** What leaves, the same in one chunk and byte by byte. */
export function leaves(short: ShortRules, answer: string | Uint8Array, arrival: Arrival = {}): string {
  const { text } = filtered(short, answer, arrival);
  assert.equal(filtered(short, answer, { ...arrival, chunk: 1 }).text, text);
  return text;
}

/** Nothing leaves, in one chunk or byte by byte, and the message says why without a word of the answer. */
export function refuses(
  short: ShortRules,
  answer: string | Uint8Array,
  why: RegExp,
  format: AnswerFormat = 'json',
): void {
  for (const chunk of [1, 1_000_000]) {
    assert.throws(
      () => filtered(short, answer, { chunk, format }),
      (error) => error instanceof NotFilterable && why.test(error.message),
      `${Buffer.from(answer).toString('latin1').slice(0, 80)} in chunks of ${chunk}`,
    );
  }
}
