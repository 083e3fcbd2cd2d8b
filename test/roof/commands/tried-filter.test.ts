/** The gateway's filter for tries. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sampleAnswer } from '../../../src/governance/trying/sample-answer.ts';
import { openSampleReference } from '../../../src/governance/trying/sample-references.ts';
import { triedFilter } from '../../../src/roof/commands/tried-filter.ts';
import { NOON, sampleAgreement, sampleDataset } from '../../support/sample-policies.ts';
import { permitOf } from '../../support/tried-permit.ts';

test('what leaves is what the agreement says, and its references can be handed back', () => {
  const school = sampleAgreement('DSA-2026-041');
  const permit = permitOf(school, 'ask for a check');
  const session = triedFilter()(permit, 'hillcrest-school-office', NOON);
  session.write(Buffer.from(sampleAnswer(school, sampleDataset('school-meals-checks'), permit.operation)));
  session.end();
  const { data, links } = JSON.parse(session.take().bytes.toString());
  assert.equal(data.status, 'not yet');
  const opened = openSampleReference(links.get_EligibilityCheckStatus);
  assert.deepEqual([opened?.agreement, opened?.system], ['DSA-2026-041', 'hillcrest-school-office']);
});

test('an age is that of the day of the try', () => {
  const agreement = sampleAgreement('DSA-2026-014');
  const field = sampleDataset('blue-badges').fields.get('party.person.dob')!;
  const adult = { ...agreement, fields: [{ path: field.path, field, show: { as: 'over 18' as const } }] };
  const permit = permitOf(adult, 'look up one badge');
  const filter = triedFilter();
  const shown = (at: string) => {
    const session = filter(permit, 'westhaven-parking-app', Date.parse(at));
    session.write(Buffer.from('{"data":{"party":{"person":{"dob":"2008-06-15"}}}}'));
    session.end();
    return JSON.parse(session.take().bytes.toString()).data.party.person.dob;
  };
  assert.deepEqual([shown('2026-06-13T12:00:00Z'), shown('2026-06-17T12:00:00Z')], ['no', 'yes']);
});
