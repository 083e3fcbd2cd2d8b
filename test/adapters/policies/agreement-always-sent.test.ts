/** Every header that a dataset always sends has a value under every agreement. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readPolicyFiles } from '../../../src/adapters/policies/policy-files.ts';
import {
  type Change,
  changedText,
  DISCHARGE,
  PATIENTS,
  policyFile,
  samplesWith,
} from '../../support/changed-policies.ts';

const COUNCIL = 'organisations/northmere-city-council.yaml';
const NO_CODE: Change = ['  ons code: E08999901\n  local authority code: NMERE\n', ''];
const ALSO_ROLE: Change = ['X-Request-ID: exchange id', 'X-Request-ID: exchange id\n    X-Role: role'];
const NO_CODE_SENT: Change = ['    NHSD-End-User-Organisation-ODS: consumer code\n', ''];
const SYSTEM_ONLY: readonly Change[] = [
  ['  roles: [social worker, occupational therapist]\n', ''],
  ['acting person: proved by the sign-in', 'acting person: not needed'],
  ['sign in: work account with a second factor', 'sign in: system account'],
  ['checks by one person: 30 an hour, ', ''],
];
const REHEARSAL: Change = ['version: 1\n', 'version: 1\nstatus: rehearsal\n'];
/** A test server that wants the role, beside a real one that does not. */
const TEST_UPSTREAM: Change = [
  '\noperations:',
  `
test upstream:
  address: https://demographics-test.internal.northmere-hospital.example/FHIR/R4
  sign in: none
  timeout: 5 seconds
  largest answer: 256 KB
  always send:
    X-Role: role

operations:`,
];

const WITHOUT_CODE =
  "`patient-demographics` is asked with the consumer's code, and `northmere-city-council` has none";
const WITHOUT_ROLE =
  '`patient-demographics` is asked with the role of whoever looks, and a system that acts for nobody has none';

/** What is wrong with the discharge agreement after changes of the files around it. */
function mistakes(changes: Readonly<Record<string, readonly Change[]>>): string[] {
  const changed = Object.entries(changes).map(([file, list]) => policyFile(file, changedText(file, ...list)));
  const files = samplesWith(DISCHARGE).map(
    (file) => changed.find(({ folder, name }) => folder === file.folder && name === file.name) ?? file,
  );
  return readPolicyFiles(files).mistakes.map(({ what }) => what);
}

test('a consumer without a code cannot be told to a provider that asks for it', () => {
  assert.deepEqual(mistakes({ [COUNCIL]: [NO_CODE] }), [WITHOUT_CODE]);
  assert.deepEqual(mistakes({ [COUNCIL]: [NO_CODE], [PATIENTS]: [NO_CODE_SENT] }), []);
});

test('a system that acts for nobody cannot ask a provider that wants a role', () => {
  assert.deepEqual(mistakes({ [PATIENTS]: [ALSO_ROLE], [DISCHARGE]: SYSTEM_ONLY }), [WITHOUT_ROLE]);
  assert.deepEqual(mistakes({ [DISCHARGE]: SYSTEM_ONLY }), []);
  assert.deepEqual(mistakes({ [PATIENTS]: [ALSO_ROLE] }), []);
});

test('a rehearsal is judged by what the test server is sent, and nothing else is', () => {
  const around = { [PATIENTS]: [TEST_UPSTREAM, NO_CODE_SENT] };
  assert.deepEqual(mistakes({ ...around, [DISCHARGE]: [...SYSTEM_ONLY, REHEARSAL] }), [WITHOUT_ROLE]);
  assert.deepEqual(mistakes({ ...around, [DISCHARGE]: SYSTEM_ONLY }), []);
  const coded = { [PATIENTS]: [TEST_UPSTREAM], [COUNCIL]: [NO_CODE] };
  assert.deepEqual(mistakes({ ...coded, [DISCHARGE]: [REHEARSAL] }), []);
});
