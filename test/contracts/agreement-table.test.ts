/** The table of every key of an agreement in docs/formats/agreement.md: whole, and true where it says enforced. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { parse } from 'yaml';
import { agreementSchema } from '../../src/adapters/policies/agreement-schema.ts';
import { schemaPaths } from '../support/schema-paths.ts';

const ROOT = join(import.meta.dirname, '../..');
const OWN = 'test/contracts/agreement-table.test.ts';
const read = (file: string): string => readFileSync(join(ROOT, file), 'utf8');

interface Row {
  readonly path: string;
  readonly key: string;
  readonly use: string;
  readonly evidence: string;
}

const rows: readonly Row[] = [
  ...read('docs/formats/agreement.md').matchAll(
    /^\| `([^`|]+)` \| [^|]+ \| ([^|]*) \| [^|]* \| (?:`([^`]+)`)? ?\|$/gm,
  ),
].map(([, path = '', use = '', evidence = '']) => ({
  path,
  key: path.split(' › ').at(-1) ?? '',
  use,
  evidence,
}));

test('every key of the schema stands in the table once, in its order, and nothing else does', () => {
  assert.deepEqual(
    rows.map(({ path }) => path),
    schemaPaths(agreementSchema),
  );
});

test('each row says what becomes of its key in words that the page explains', () => {
  const words = new Set(['checked', 'enforced', 'reported', 'refused', 'section', 'checked, reported']);
  for (const { path, use } of rows) assert.ok(words.has(use), `${path}: ${use}`);
  for (const word of ['checked', 'enforced', 'reported', 'refused', 'section'])
    assert.ok(read('docs/formats/agreement.md').includes(`**${word}**:`), word);
});

test('each row but a section names a test that is there and that names the key', () => {
  for (const { path, key, use, evidence } of rows) {
    if (use === 'section') continue;
    assert.ok(existsSync(join(ROOT, evidence)), `${path}: there is no ${evidence}`);
    const own = evidence === OWN;
    assert.ok(own || names(read(evidence), key), `${path}: ${evidence} does not name it`);
    assert.ok(!(own && use.includes('enforced')), `${path}: what is enforced needs a test of its own`);
  }
});

/** As a key, or as a text of its own. */
function names(text: string, key: string): boolean {
  return ['`', "'", '"'].some((quote) => text.includes(`${quote}${key}${quote}`)) || text.includes(`${key}:`);
}

/** Every key that a file may hold, in the ways of writing it that need most keys. */
const EVERY_KEY = `
format: data-sharing-agreement/1
agreement: DSA-2026-999
version: 1
under protocol: SP-2026-999
protocol version: 1
status: rehearsal
title: Title
summary: Summary
who:
  shared by: one
  shared with: other
  relationship: joint controllers
  document kind: two-way protocol
  processors: [{name: Name, does: Work, contract: C-1}]
  joint arrangement: https://one.example/joint
  part of: Both
why: {purpose: purpose, in our words: Words, benefit to people: Good, why personal data is needed: Need, less intrusive options considered: Less}
what:
  dataset: things
  about: [people]
  numbers: some
  they may: [look]
  they may ask using: [number]
  they may see: [plain, {field: f, show: in full, yes when: [a], not yet when: [b], words: {a: b}, anything else: c, bands: [1], because: So}]
  they may see around the records: [total]
  they must never see: [g]
  only records where: {council: NM}
law:
  regime: UK GDPR
  powers: [An Act]
  gateway: {section: S, objective: O}
  lawful basis:
    shared by: &basis {basis: consent, condition: crime, request reference: R, assessment reference: A, consent record: C, outside our public tasks: O}
    shared with: *basis
  special category data: {present: "yes", kinds: [health], explanation: E, condition: public health, schedule 1 condition: public health purposes, appropriate policy document: A, consent record: C, professional secrecy: P, safeguards: S}
  criminal offence data: {present: "yes", condition: judicial acts, appropriate policy document: A}
  duty of confidence: {satisfied: not owed, reference: R, decided by: D}
  compatible purpose: {assessed: Here}
people:
  privacy notices: {shared by: https://one.example, shared with: https://other.example}
  children: included
  decisions made by computer alone: {safeguards: S}
  rights requests to: a@one.example
  complaints to: b@one.example
  consultation held: "Yes"
  opt-out route: Write
  kept from the person's report: {until: 2027-03-31, exemption: crime and taxation, because: B, decided by: D}
assessment: {dpia: completed, dpia reference: D, dpia date: 2026-01-01, reason: R, remaining risk: low, consultation reference: C, signed by: S, risks: [{risk: R, measure: M, owner: O}]}
who may look:
  roles: [officer]
  systems: [system]
  acting person: not needed
  sign in: system account
  must give: [reason]
  reasons allowed: [because]
  when: at any time
  from: {place: P, shown by: {claim: c, is: [GB], networks: [192.0.2.0/24]}, reported: R}
  training in date: {shown by: {claim: c}, reported: R}
limits: {records in one answer: 1, checks by one person: 1 a day, checks by the organisation: 1 a day, different people looked up: 1 a day, bulk allowed: 1}
emergency access: {allowed for: [life], who may use it: [officer], widens: [w], never widens: [n], reviewed by: R, reviewed within: 1 day}
looking after it: {keep for: 1 day, then: delete, keep because: B, keep entries for: 6 years, passing it on: not allowed, stored in: UK, transfers: [{country: C, safeguard: adequacy regulations, data protection test: D, because: B}], security: [s], tell the other party of a breach within: 1 hour, accuracy: A, audit right: A}
health and care: {caldicott guardian approval: C, national data opt-out: applies, reason: R, security and protection toolkit: S}
dates: {starts: 2026-01-01, review by: 2026-02-01, ends: 2026-03-01, notice to end early: N, when it ends: W}
contacts: {shared by: a@one.example, shared with: b@other.example, data protection officers: [c@one.example], senior information risk owners: [d@one.example]}
signed: [{organisation: one, name: N, role: R, date: 2026-01-01}]
publish in the register: {withheld because: crime}
examples: [{name: N, as: officer, asks to: look, using: {number: "1"}, reason: because, case reference: C, answer: released, because: B, they see: {f: "1"}, they do not see: [g]}]
`;

test('every key is kept as it was written, for reports and for people', () => {
  const file: unknown = parse(EVERY_KEY);
  const kept = agreementSchema.safeParse(file);
  assert.deepEqual(kept.error?.issues ?? [], []);
  assert.deepEqual(kept.data, file);
  for (const path of schemaPaths(agreementSchema)) assert.ok(stands(file, path.split(' › ')), path);
});

/** Whether a path of keys leads somewhere; lists are passed through. */
function stands(value: unknown, [key, ...rest]: readonly string[]): boolean {
  if (key === undefined) return value !== undefined;
  if (Array.isArray(value)) return value.some((one) => stands(one, [key, ...rest]));
  if (typeof value !== 'object' || value === null) return false;
  return Object.hasOwn(value, key) && stands(Reflect.get(value, key), rest);
}
