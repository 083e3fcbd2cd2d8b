/** What people read in policy files, at its shortest: for agreements, datasets and organisations made by hand. */
import type { AgreementWords } from '../../src/domain/agreement-words.ts';
import type { DatasetWords } from '../../src/domain/dataset.ts';
import type { OrganisationWords } from '../../src/domain/organisation.ts';

export const DATASET_WORDS: DatasetWords = {
  description: 'Every record there is.',
  about: 'invented people',
  modelledOn: undefined,
  openStandards: [],
  classification: undefined,
};

export const ORGANISATION_WORDS: OrganisationWords = {
  kind: 'council',
  address: 'Town Hall',
  nation: 'England',
  identifiers: new Map(),
  seniorInformationRiskOwner: undefined,
  caldicottGuardian: undefined,
  outOfHoursBreachContact: undefined,
};

export const AGREEMENT_WORDS: AgreementWords = {
  agreement: 'DSA-2026-014',
  version: 1,
  title: 'Checking Blue Badges',
  summary: 'Parking officers check whether a badge is current.',
  who: { 'shared by': 'northmere', 'shared with': 'westhaven', relationship: 'separate controllers' },
  why: { purpose: 'parking enforcement', 'in our words': 'To find misused badges.' },
  what: {
    dataset: 'blue-badges',
    about: ['Blue Badge holders'],
    'they may': ['look up one badge'],
    'they may ask using': ['badge number'],
    'they may see': ['badgeNumber'],
  },
  law: {
    regime: 'UK GDPR',
    powers: ['Traffic Management Act 2004, Part 6'],
    'lawful basis': { 'shared by': 'public task', 'shared with': 'public task' },
    'special category data': { present: 'none' },
    'criminal offence data': { present: 'none' },
    'duty of confidence': 'not owed',
  },
  people: {
    'privacy notices': {
      'shared by': 'https://northmere.example/privacy',
      'shared with': 'https://westhaven.example/privacy',
    },
    children: 'may be included',
    'decisions made by computer alone': 'none',
    'rights requests to': 'rights@northmere.example',
    'complaints to': 'complaints@northmere.example',
  },
  assessment: {
    dpia: 'completed',
    'dpia reference': 'DPIA-2025-118',
    'dpia date': '2025-11-04',
    'remaining risk': 'low',
  },
  'who may look': {
    roles: ['parking officer'],
    systems: ['parking-app'],
    'acting person': 'proved by the sign-in',
    'sign in': 'work account with a second factor',
  },
  limits: { 'checks by the organisation': '150 a day' },
  'emergency access': 'not allowed',
  'looking after it': {
    'keep for': '28 days',
    // biome-ignore lint/suspicious/noThenProperty: the word of the format, never awaited.
    then: 'delete',
    'keep because': 'A driver has 28 days to challenge a penalty charge.',
    'passing it on': 'not allowed',
    'stored in': 'United Kingdom',
    'tell the other party of a breach within': '24 hours',
  },
  dates: {
    starts: '2026-04-01',
    'review by': '2027-03-01',
    ends: '2028-03-31',
    'notice to end early': '30 days',
    'when it ends': 'delete everything',
  },
  contacts: {
    'shared by': 'parking.lead@northmere.example',
    'shared with': 'enforcement.manager@westhaven.example',
    'data protection officers': ['dpo@northmere.example'],
  },
  'publish in the register': true,
};
