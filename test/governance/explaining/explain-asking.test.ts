/** What they may ask, who may look, how often, and in an emergency. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readHours } from '../../../src/domain/hours.ts';
import {
  explainAsking,
  explainEmergency,
  explainLimits,
  explainWhoMayLook,
} from '../../../src/governance/explaining/explain-asking.ts';
import { sampleAgreement, sampleDataset, wordsOf } from '../../support/sample-policies.ts';

const KERBSIDE = sampleAgreement('DSA-2026-014');

test('each operation says what must be given and what may be', () => {
  assert.match(
    wordsOf(explainAsking(KERBSIDE, sampleDataset('blue-badges'))),
    /^Look up one badge\. They must give: badge number\.$/m,
  );
  const search = wordsOf(explainAsking(sampleAgreement('DSA-2026-015'), sampleDataset('blue-badges')));
  assert.match(search, /They must give: name and postcode\. They may also give: page and page size\./);
  assert.match(search, /They get at most 20 records at a time\./);
});

test('roles, systems, sign-in, reasons and hours are all said', () => {
  const words = wordsOf(explainWhoMayLook(KERBSIDE));
  for (const said of [
    /civil enforcement officer\nparking supervisor/,
    /Each person must sign in/,
    /in a second way/,
    /They must use this system: westhaven-parking-app\./,
    /They may look at any time\./,
    /Each time they must give a reason and a case number\./,
    /badge on display\nappeal against a penalty charge/,
  ])
    assert.match(words, said);
});

test('where the system must prove a key that is said, and where it need not nothing is', () => {
  const dataset = sampleDataset('blue-badges');
  const said = /Each time, the system must also prove itself with a key that only it has\./;
  assert.match(wordsOf(explainWhoMayLook(KERBSIDE, dataset)), said);
  assert.doesNotMatch(wordsOf(explainWhoMayLook(KERBSIDE, { ...dataset, callersProveKey: false })), said);
});

test('hours, place and training are said, and what cannot be checked says that', () => {
  const words = wordsOf(
    explainWhoMayLook({
      ...KERBSIDE,
      hours: readHours('Monday to Friday, 08:00 to 18:00'),
      place: { place: 'United Kingdom', shownBy: { kind: 'reported' } },
      training: { shownBy: { kind: 'claim', claim: 'training' } },
      mustGive: { reason: false, caseReference: false, consentReference: true },
    }),
  );
  assert.match(words, /only look at these times: Monday to Friday, 08:00 to 18:00\./);
  assert.match(
    words,
    /from this place: United Kingdom\. The gateway cannot check that\. They have promised it\. They must have been trained/,
  );
  assert.equal(words.split('cannot check').length, 2);
  assert.match(words, /must give a note of where the person said yes\./);
});

test('limits are said for one person, for all, and for different people', () => {
  assert.match(
    wordsOf(explainLimits(KERBSIDE)),
    /One person may ask at most 60 times in an hour\. All of them together may ask at most 150 times in a day\./,
  );
  const limits = { ...KERBSIDE.limits, differentPeople: { most: 40, per: 'day' as const } };
  assert.match(
    wordsOf(explainLimits({ ...KERBSIDE, limits })),
    /They may see at most 40 different people in a day\./,
  );
  const none = { records: 1, byPerson: undefined, byOrganisation: undefined, differentPeople: undefined };
  assert.deepEqual(explainLimits({ ...KERBSIDE, limits: none }), []);
});

test('an emergency bends what the agreement says it may and nothing else', () => {
  assert.match(wordsOf(explainEmergency(KERBSIDE)), /The rules are the same in an emergency\./);
  const access = {
    'allowed for': ['immediate risk to life'],
    'who may use it': ['social worker'],
    widens: ['reasons allowed'],
    'never widens': ['they may see'],
    'reviewed by': 'caldicott guardian',
    'reviewed within': '1 working day',
  };
  const words = wordsOf(
    explainEmergency({ ...KERBSIDE, words: { ...KERBSIDE.words, 'emergency access': access } }),
  );
  for (const said of Object.values(access).flat()) assert.ok(words.includes(said), said);
});
