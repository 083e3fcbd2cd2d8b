/** The faces of reports: what is kept back stands in none that a person gets, and nothing from a file runs or works out. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import {
  REPORT_AUDIENCES,
  REPORT_FACES,
  staffAsFace,
  subjectAsFace,
} from '../../../src/governance/reports/report-faces.ts';
import type { StaffReport } from '../../../src/governance/reports/report-staff.ts';
import type { Access, SubjectReport } from '../../../src/governance/reports/report-subject.ts';

const NOW = Date.parse('2026-11-23T12:00:00Z');

function access(nth: number, more: Partial<Access> = {}): Access {
  return {
    exchange: `0000${nth}`,
    ...{ atMs: NOW + nth, when: '23 November 2026, 12:00' },
    consumer: { id: 'westhaven', name: `Westhaven ${nth}` },
    provider: { id: 'northmere', name: 'Northmere' },
    ...{ system: 'app', role: 'officer', purpose: `purpose ${nth}`, reason: 'because' },
    dataset: { id: 'blue-badges', name: 'Blue Badges' },
    operation: 'look up one badge',
    basis: { provider: 'public task', consumer: 'legal obligation' },
    agreement: { id: `DSA-2026-${100 + nth}`, version: 1, title: 'Title' },
    ...{ emergency: false, outcome: 'released', code: undefined, records: 1 },
    fields: [{ field: 'badgeNumber', means: 'Badge number' }],
    entries: [{ index: nth, leafHash: `hash${nth}`, kind: 'released' }],
    ...{ came: ['asked with'], staff: [] },
    ...more,
  };
}

function report(told: readonly Access[], kept: readonly Access[]): SubjectReport {
  const why = { until: '2027-03-31', exemption: 'crime and taxation', because: 'So.', decidedBy: 'R. Shah' };
  return {
    madeAtMs: NOW,
    log: {
      origin: 'log.example',
      entries: 10,
      checkpoint: { size: 9, root: 'root' },
      keysNotAtHand: ['2025h1'],
      deleted: true,
    },
    ...{ kinds: ['NHS number'], boundedTo: undefined, told },
    keptBack: kept.map((one) => ({ ...one, kept: { agreement: one.agreement?.id ?? '', ...why } })),
    ...{ asked: [], datasets: [], rightsTo: [] },
  };
}

test('INVARIANT: no face for the person changes by a byte for what is kept back', () => {
  fc.assert(
    fc.property(fc.nat(3), fc.nat(3), fc.constantFrom(...REPORT_FACES), (told, kept, face) => {
      const accesses = Array.from({ length: told }, (_, nth) => access(nth));
      const held = Array.from({ length: kept }, (_, nth) => access(50 + nth));
      assert.equal(
        subjectAsFace(report(accesses, held), 'subject', face),
        subjectAsFace(report(accesses, []), 'subject', face),
      );
      const note = subjectAsFace(report(accesses, held), 'officer', face);
      for (const one of held) assert.ok(note.includes(one.agreement?.id ?? ''), face);
    }),
  );
});

test('nothing that came from a file is markup in the HTML or a formula in the CSV', () => {
  const evil = '=HYPERLINK("https://x.example")<script>alert(1)</script>';
  const named = { id: evil, name: evil };
  const one = access(1, {
    ...{
      consumer: named,
      provider: named,
      dataset: named,
      purpose: evil,
      role: evil,
      system: evil,
      reason: evil,
    },
    ...{ operation: evil, code: evil, exchange: evil, staff: [evil], when: evil },
    fields: [{ field: evil, means: evil }],
    agreement: { id: evil, version: 1, title: evil },
  });
  const looks: StaffReport = {
    ...{ about: 'case', madeAtMs: NOW, log: report([], []).log, boundedTo: named, asked: [] },
    looks: [{ ...one, outside: evil }],
    byDay: [{ of: evil, looks: 1, refused: 0, nothingFound: 0 }],
    byPurpose: [{ of: evil, looks: 1, refused: 0, nothingFound: 0 }],
    ...{ emergencies: 0, outsideHours: 0, differentIdentifiers: 0, mostWithOne: 0, differentStaff: 0 },
  };
  const whole = (face: 'html' | 'csv') => [
    ...REPORT_AUDIENCES.map((audience) => subjectAsFace(report([one], [one]), audience, face)),
    staffAsFace(looks, face),
  ];
  for (const html of whole('html')) {
    assert.doesNotMatch(html, /<script/);
    assert.match(html, /<html lang="en-GB">/);
    assert.match(html, /<caption>/);
    assert.doesNotMatch(html, /src=|href=|<img|<link/);
  }
  for (const csv of whole('csv')) {
    const rows: string[][] = parse(csv);
    assert.ok(rows.length > 1);
    for (const cell of rows.flat()) assert.doesNotMatch(cell, /^[=+\-@]/);
  }
});

test('a report of nothing says so in every face', () => {
  for (const audience of REPORT_AUDIENCES)
    for (const face of REPORT_FACES) assert.ok(subjectAsFace(report([], []), audience, face).length > 10);
  const text = subjectAsFace(report([], []), 'subject', 'text').replace(/\s+/g, ' ');
  assert.match(text, /Nothing was found that can be told/);
});

test('bases of two parties that differ are told with whose they are', () => {
  const text = subjectAsFace(report([access(1)], []), 'subject', 'text').replace(/\s+/g, ' ');
  assert.match(text, /public task \(Northmere\); legal obligation \(Westhaven 1\)/);
});
