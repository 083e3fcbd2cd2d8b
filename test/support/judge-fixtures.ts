/** A small policy set, a caller and a request, made by hand: what tests of the judge start from and change. */
import type { Agreement } from '../../src/domain/agreement.ts';
import type { Asked, AskedOperation, AskedPath } from '../../src/domain/asked.ts';
import type { Caller } from '../../src/domain/caller.ts';
import type { Dataset, Lookup, Operation, TemplateSegment } from '../../src/domain/dataset.ts';
import { BOUND_REFERENCE, kindNamed, wholeNumberKind } from '../../src/domain/kind.ts';
import type { Organisation } from '../../src/domain/organisation.ts';
import type { PolicySet } from '../../src/domain/policy-set.ts';
import { policySet } from '../../src/domain/policy-set.ts';
import { AGREEMENT_WORDS, DATASET_WORDS, ORGANISATION_WORDS } from './sample-words.ts';

/** Within the dates of `agreement()`. */
export const NOON = Date.parse('2026-11-23T12:00:00Z');
export const REFERENCE = 'bound-to-agreement-and-system';

export function lookup(name: string, place: Lookup['in'], kind: string, aboutThePerson = true): Lookup {
  const found = kind === 'page' ? wholeNumberKind(1, 20) : kindNamed(kind);
  if (found === undefined) throw new Error(`no kind ${kind}`);
  return { name, in: place, kind: found, aboutThePerson };
}

/** `template` as in "/badges/{badge number}". */
export function operation(name: string, template: string, more: Partial<Operation> = {}): Operation {
  return {
    name,
    slug: name.replaceAll(' ', '-'),
    method: 'GET',
    template: segments(template),
    query: new Map(),
    body: new Map(),
    mustUse: [],
    answer: 'one record',
    recordPath: [],
    wrapper: new Map(),
    nothingFound: { status: 404 },
    successStatus: [200],
    mediaTypes: ['application/json'],
    ...more,
  };
}

function segments(template: string): TemplateSegment[] {
  return template
    .split('/')
    .slice(1)
    .map((text) => (text.startsWith('{') ? { lookup: text.slice(1, -1) } : { literal: text }));
}

const OPERATIONS = [
  operation('look up one badge', '/badges/{badge number}'),
  operation('search for badges', '/badges', {
    query: new Map([
      ['name', 'name'],
      ['postcode', 'postCode'],
      ['page', 'page[number]'],
    ]),
    mustUse: ['name', 'postcode'],
    answer: 'many records',
  }),
  operation('list every badge', '/badges/all'),
  operation('read a note', '/notes/{note}'),
  operation('count the notes', '/notes/count'),
  operation('check a family', '/checks', {
    method: 'POST',
    body: new Map([
      ['surname', 'data.lastName'],
      ['date of birth', 'data.dateOfBirth'],
      ['children', 'data.children'],
      ['consent', 'consent'],
    ]),
    mustUse: ['surname'],
  }),
  operation('follow a check', '/checks/{check}/status'),
];

const LOOKUPS = [
  lookup('badge number', 'path', 'blue badge number'),
  lookup('name', 'query', 'name'),
  lookup('postcode', 'query', 'postcode'),
  lookup('page', 'query', 'page', false),
  lookup('note', 'path', 'free text', false),
  lookup('surname', 'body', 'name'),
  lookup('date of birth', 'body', 'date'),
  lookup('children', 'body', 'whole number', false),
  lookup('consent', 'body', 'true or false', false),
  lookup('check', 'path', BOUND_REFERENCE, false),
];

export function dataset(more: Partial<Dataset> = {}): Dataset {
  return {
    id: 'blue-badges',
    title: 'Blue Badge records',
    provider: 'northmere',
    upstream: {
      address: 'http://127.0.0.1:1/base',
      signIn: { kind: 'none' },
      timeoutMs: 1000,
      largestAnswerBytes: 65_536,
      alwaysSend: new Map(),
    },
    testUpstream: undefined,
    operations: new Map(OPERATIONS.map((each) => [each.name, each])),
    lookups: new Map(LOOKUPS.map((each) => [each.name, each])),
    fields: new Map(),
    subjects: [],
    beingListedReveals: [],
    callersProveKey: false,
    words: DATASET_WORDS,
    ...more,
  };
}

export function agreement(more: Partial<Agreement> = {}): Agreement {
  return {
    id: 'DSA-2026-014',
    version: 1,
    sha256: 'ab'.repeat(32),
    protocol: undefined,
    title: 'Checking Blue Badges',
    provider: 'northmere',
    consumer: 'westhaven',
    purpose: 'parking enforcement',
    dataset: 'blue-badges',
    operations: OPERATIONS.map(({ name }) => name).filter(
      (name) => !['list every badge', 'count the notes'].includes(name),
    ),
    lookups: LOOKUPS.map(({ name }) => name).filter((name) => name !== 'page'),
    fields: [],
    rowConditions: [],
    wrapper: [],
    roles: ['parking officer', 'parking supervisor'],
    systems: ['parking-app'],
    person: 'proved by the sign-in',
    secondFactor: true,
    mustGive: { reason: true, caseReference: true, consentReference: false },
    reasonsAllowed: ['badge on display', 'appeal'],
    hours: undefined,
    place: undefined,
    training: undefined,
    emergency: undefined,
    optOutApplies: false,
    keptFromReport: undefined,
    limits: { records: 1, byPerson: undefined, byOrganisation: undefined, differentPeople: undefined },
    startsAtMs: Date.parse('2026-04-01T00:00:00+01:00'),
    endsAtMs: Date.parse('2028-04-01T00:00:00+01:00'),
    signedByBoth: true,
    signaturesBroken: false,
    signatureFaults: [],
    rehearsal: false,
    basis: { provider: 'public task', consumer: 'public task' },
    specialCategories: ['health'],
    keepFor: '28 days',
    onwardSharing: 'not allowed',
    contact: { name: 'Parking lead' },
    examples: [],
    words: AGREEMENT_WORDS,
    ...more,
  };
}

export function organisation(id: string, active = true): Organisation {
  return {
    id,
    name: id,
    publicAuthority: true,
    active,
    dataProtectionOfficer: { name: 'P. Lewis' },
    code: undefined,
    signIn: undefined,
    systems: [],
    signingKeys: [],
    words: ORGANISATION_WORDS,
  };
}

export function policies(
  agreements: readonly Agreement[] = [agreement()],
  more: { organisations?: readonly Organisation[]; datasets?: readonly Dataset[] } = {},
): PolicySet {
  return policySet(
    more.organisations ?? ['northmere', 'westhaven', 'eastmoor'].map((id) => organisation(id)),
    more.datasets ?? [dataset(), dataset({ id: 'council-tax' })],
    agreements,
    'cd'.repeat(32),
  );
}

export function caller(more: Partial<Caller> = {}): Caller {
  return {
    organisation: 'westhaven',
    system: 'parking-app',
    actsForNamedPerson: 'always',
    person: { id: 'w.hughes', assurance: 'proved' },
    roles: ['parking officer'],
    issuer: 'https://login.westhaven.example',
    method: 'bearer',
    senderProved: false,
    secondFactor: true,
    tokenId: 'token-1',
    expiresAtMs: NOON + 60_000,
    ...more,
  };
}

export function path(text: string, more: Partial<AskedPath> = {}): AskedPath {
  return {
    kind: 'path',
    method: 'GET',
    segments: text.split('/').slice(1),
    query: new Map(),
    body: new Map(),
    ...more,
  };
}

export function ask(name: string, lookups: Readonly<Record<string, string>>): AskedOperation {
  return { kind: 'ask', operation: name, lookups: new Map(Object.entries(lookups)) };
}

export function asked(more: Partial<Asked> = {}): Asked {
  return {
    dataset: 'blue-badges',
    target: path('/badges/ZZ9Z01'),
    purpose: 'parking enforcement',
    reason: 'badge on display',
    caseReference: 'PCN-0001',
    emergency: undefined,
    statedPerson: undefined,
    callerReference: undefined,
    ...more,
  };
}

/** Opens `REFERENCE` alone, as one that DSA-2026-014 gave to parking-app. */
export function openReference(text: string) {
  if (text !== REFERENCE) return undefined;
  return { agreement: 'DSA-2026-014', system: 'parking-app', value: 'check-77' };
}
