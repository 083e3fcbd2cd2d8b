/**
 * The members of a leaf of version 1 (docs/formats/leaf.md): the one closed list, by kind, with the shape of each value.
 * The writer renders what stands here, `verify` refuses what does not.
 *
 * Spellings: hashes of the tree and of batches (`sent`, `root`) are standard base64, commitments (`c`, `token`, `case`,
 * `body`) are base64url, hashes of files (`sha256`, `policies`) are lower-case hexadecimal, instants are ISO 8601 in UTC
 * with milliseconds.
 */
import { ENTRY_KINDS, type EntryKind } from './audit-entry.ts';
import {
  count,
  faultOfMembers,
  group,
  isObject,
  type LeafMember,
  type LeafMembers,
  type LeafShape,
  listOf,
  matching,
  members,
  oneOf,
  position,
  text,
  texts,
  yesOrNo,
} from './leaf-shape.ts';

/** Most bytes of a leaf. */
export const LARGEST_LEAF = 32 * 1024;

const code = matching('a code of small letters, digits and hyphens', '[a-z0-9]+(?:-[a-z0-9]+)*');
const uuid = matching(
  'a UUID in small letters',
  '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}',
);
const instant = matching(
  'an instant in UTC with milliseconds',
  '[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}[.][0-9]{3}Z',
);
const hash = matching('32 bytes in standard base64', '[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=');
const hex = matching('32 bytes in hexadecimal', '[0-9a-f]{64}');
const commitment = matching('32 bytes in base64url', '[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]');
const month = matching('a month', '[0-9]{4}-(?:0[1-9]|1[0-2])');
const commitments = listOf(commitment, 'a list of 32 bytes in base64url each');
const root = group({ count: must(count), root: must(hash) });
const counts = listOf(count, 'a list of whole numbers');
/** What was taken from the sealed row of an entry: places in the lists behind `asked` and `subjects`. */
const places = group({ asked: may(counts), found: may(counts) });

const tree = group({ size: must(count), root: must(hash) });
/** The log that this one goes on from: what the store held that was left of it, and what had been signed. */
const logBefore = group({ log: must(text), held: must(tree), signed: may(tree) });

const EVERY_KIND = {
  v: must(oneOf([1])),
  kind: must(oneOf(ENTRY_KINDS)),
  log: must(text),
  instance: must(text),
  epoch: must(uuid),
  seq: must(position),
  at: must(instant),
};

/** What an entry of the gateway's own says of the facts: those that it changed, and all that stand after it. */
const facts = group({
  count: must(count),
  dropped: may(commitments),
  put: may(commitments),
  sum: must(commitment),
});

const OF_THE_GATEWAY = { ...EVERY_KIND, facts: may(facts) };

/** Who read, reported or ordered, and about what: notes that seal names have these members. */
const NOTE = {
  ...OF_THE_GATEWAY,
  id: may(uuid),
  reader: may(commitment),
  assurance: may(oneOf(['proved', 'unproved'])),
  organisation: may(text),
  role: may(text),
  code: may(code),
  records: may(count),
  asked: may(root),
  case: may(commitment),
  entry: may(hash),
  agreement: may(text),
  dataset: may(text),
  filters: may(texts),
  first: may(count),
  size: may(count),
  month: may(month),
  /** Of a report: how many exchanges were kept back from the person, and under which agreements. */
  withheld: may(count),
  agreements: may(texts),
};

const EXCHANGE = {
  ...EVERY_KIND,
  exchange: must(uuid),
  provider: may(text),
  consumer: may(text),
  system: may(text),
  role: may(text),
  person: may(group({ c: must(commitment), assurance: must(oneOf(['proved', 'stated'])) })),
  auth: may(
    group({
      issuer: must(text),
      method: must(oneOf(['bearer', 'dpop', 'mtls'])),
      second_factor: must(yesOrNo),
      token: may(commitment),
    }),
  ),
  agreement: may(group({ id: must(text), version: must(position), sha256: must(hex) })),
  policies: may(hex),
  purpose: may(text),
  reason: may(text),
  case: may(commitment),
  basis: may(group({ provider: must(text), consumer: must(text) })),
  special: may(texts),
  emergency: may(yesOrNo),
  dataset: may(text),
  operation: may(text),
  lookups: may(texts),
  asked: may(root),
};

const ANSWER = {
  status: may(count),
  upstream: may(group({ status: may(count), ms: may(count), attempts: may(position) })),
  records: may(count),
  fields: may(texts),
  withheld: may(count),
  subjects: may(root),
  bytes: may(count),
  body: may(commitment),
};

const MEMBERS_BY_KIND: Readonly<Record<EntryKind, LeafMembers>> = {
  refused: members({
    ...EXCHANGE,
    ...ANSWER,
    code: must(code),
    after: must(oneOf(['request', 'decision', 'limit', 'fetch'])),
    limit: may(text),
    part: may(count),
    sent: may(hash),
  }),
  sent: members(EXCHANGE),
  released: members({ ...EXCHANGE, ...ANSWER, part: must(position), last: must(yesOrNo), sent: must(hash) }),
  failed: members({ ...EXCHANGE, ...ANSWER, code: must(code), part: may(count), sent: may(hash) }),
  recovered: members({ ...EXCHANGE, part: must(count), sent: must(hash) }),
  started: members({
    ...OF_THE_GATEWAY,
    beat: may(position),
    versions: must(group({ gateway: must(text), node: must(text), sqlite: may(text) })),
    policies: may(hex),
  }),
  stopped: members({ ...OF_THE_GATEWAY, code: may(code) }),
  heartbeat: members(OF_THE_GATEWAY),
  policies: members({
    ...OF_THE_GATEWAY,
    policies: must(hex),
    code: may(code),
    agreement: may(text),
    by: may(text),
  }),
  key: members({ ...OF_THE_GATEWAY, purpose: must(text), id: must(text), code: must(code) }),
  read: members(NOTE),
  report: members(NOTE),
  erased: members({ ...NOTE, places: may(places), root: may(hash) }),
  hold: members({ ...NOTE, by: may(commitment) }),
  'emergency-review': members({ ...OF_THE_GATEWAY, code: may(code), entry: may(hash) }),
  alarm: members({ ...NOTE, code: must(code), before: may(logBefore), witness: may(text) }),
  summary: members({
    ...OF_THE_GATEWAY,
    code: must(code),
    records: must(count),
    consumer: may(text),
    from: must(instant),
    to: must(instant),
  }),
};

/** The members that a leaf of this kind may hold, or undefined for an unknown kind. */
export function leafMembers(kind: unknown): LeafMembers | undefined {
  return typeof kind === 'string' && Object.hasOwn(MEMBERS_BY_KIND, kind)
    ? MEMBERS_BY_KIND[kind as EntryKind]
    : undefined;
}

/**
 * What is wrong with a parsed leaf, as the rest of a sentence that begins with the entry ("entry 17 is not of version 1"),
 * or undefined where it holds just what its kind may hold, in the order of RFC 8785. No value of the leaf stands in the words.
 */
export function leafFault(leaf: unknown): string | undefined {
  if (!isObject(leaf)) return 'is not a JSON object';
  if (leaf['v'] !== 1) return 'is not of version 1';
  const known = leafMembers(leaf['kind']);
  if (known === undefined) return 'is of a kind that is not known';
  return faultOfMembers(leaf, known);
}

function must(shape: LeafShape): LeafMember {
  return { shape, must: true };
}

function may(shape: LeafShape): LeafMember {
  return { shape, must: false };
}
