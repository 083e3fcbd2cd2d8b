/** Which terms an entry carries: read from its leaf for the index, and read again to judge what the index found. */
import { isObject } from '../../domain/leaf-shape.ts';
import type { SealedRow, SealedSubject } from '../sealing/sealed-row.ts';
import type { EntryFilter, EntryOutcome } from './entry-filter.ts';

/** Members of a leaf that are terms under their own name. */
const PLAIN = [
  'kind',
  'consumer',
  'provider',
  'system',
  'dataset',
  'purpose',
  'reason',
  'code',
  'role',
] as const;

type Leaf = Readonly<Record<string, unknown>>;

/**
 * The terms of a parsed leaf: texts of a name, a space and a value, such as "consumer westhaven-district-council". They hold
 * codes and names of systems and agreements, as the leaf does, and nothing of a person.
 */
export function termsOfLeaf(leaf: Leaf): readonly string[] {
  const terms: string[] = [];
  for (const name of PLAIN) add(terms, name, leaf[name]);
  const outcome = outcomeOf(leaf);
  if (outcome !== undefined) terms.push(`outcome ${outcome}`);
  // By whose identifiers the acting person is known: which tags somebody can have is read from here.
  if (isObject(leaf['auth'])) add(terms, 'issuer', leaf['auth']['issuer']);
  addOrganisations(terms, leaf);
  addAgreement(terms, leaf['agreement']);
  return terms;
}

/** The terms that an entry must carry, every one, to match the filter; its times and tags are no terms. */
export function termsOfFilter(filter: EntryFilter): readonly string[] {
  const terms: string[] = [];
  for (const name of PLAIN) add(terms, name, filter[name]);
  for (const name of ['outcome', 'organisation', 'party'] as const) add(terms, name, filter[name]);
  const { agreement } = filter;
  if (agreement !== undefined) terms.push(agreementTerm(agreement.id, agreement.version));
  return terms;
}

/** Whether the leaf is what the filter asks for, tags aside. A leaf without a readable instant is of no time. */
export function matchesFilter(leaf: Leaf, filter: EntryFilter): boolean {
  const terms = termsOfLeaf(leaf);
  if (!termsOfFilter(filter).every((term) => terms.includes(term))) return false;
  const { fromMs, toMs } = filter;
  if (fromMs === undefined && toMs === undefined) return true;
  const atMs = Date.parse(String(leaf['at']));
  return atMs >= (fromMs ?? Number.NEGATIVE_INFINITY) && atMs < (toMs ?? Number.POSITIVE_INFINITY);
}

/** How the exchange ended with this entry; undefined for an entry that ends none. */
export function outcomeOf(leaf: Leaf): EntryOutcome | undefined {
  const { kind } = leaf;
  if (kind === 'refused' || kind === 'failed') return kind;
  if (kind === 'recovered') return 'failed';
  return kind === 'released' && leaf['last'] === true ? 'released' : undefined;
}

/** Every tag that still stands in a sealed row: an erased subject has none. */
export function tagsOfRow({
  person,
  caseReference,
  asked,
  found,
  heldBack,
}: SealedRow): readonly Uint8Array[] {
  return [...tagsOfWhoAsked({ person, caseReference, asked }), ...found.flatMap(tagOf), ...heldBack];
}

/** The term of a row: which key made its tags, so that a search can say which keys it lacked. */
export function termsOfRow({ tagKey }: SealedRow): readonly string[] {
  return [`${TAG_KEY} ${tagKey}`];
}

/** The name of the term that says with which key the tags of a row were made. */
export const TAG_KEY = 'tag-key';

/** The tags that the later entries of an exchange carry too: acting person, case reference and whom was asked about. */
export function tagsOfWhoAsked({
  person,
  caseReference,
  asked,
}: Pick<SealedRow, 'person' | 'caseReference' | 'asked'>): readonly Uint8Array[] {
  const named = [person, caseReference].flatMap((one) => (one === undefined ? [] : [one.tag]));
  return [...named, ...asked.flatMap(tagOf)];
}

function tagOf(subject: SealedSubject): readonly Uint8Array[] {
  return 'tag' in subject ? [subject.tag] : [];
}

function addOrganisations(terms: string[], leaf: Leaf): void {
  const parties = new Set([leaf['consumer'], leaf['provider']]);
  for (const party of parties) add(terms, 'party', party);
  // Who stopped an agreement is an organisation too; `by` of other kinds is a commitment.
  const by = leaf['kind'] === 'policies' ? leaf['by'] : undefined;
  for (const organisation of new Set([...parties, leaf['organisation'], by]))
    add(terms, 'organisation', organisation);
}

/** Of an exchange the agreement is its id, version and hash; of other entries its id alone. */
function addAgreement(terms: string[], agreement: unknown): void {
  if (typeof agreement === 'string') terms.push(agreementTerm(agreement, undefined));
  if (!isObject(agreement)) return;
  const { id, version } = agreement;
  terms.push(agreementTerm(id, undefined), agreementTerm(id, version));
}

function agreementTerm(id: unknown, version: unknown): string {
  return version === undefined ? `agreement ${id}` : `agreement ${id} version ${version}`;
}

function add(terms: string[], name: string, value: unknown): void {
  if (typeof value === 'string' && value !== '') terms.push(termOf(name, value));
}

/** Most values of one name that are remembered. */
const MOST_REMEMBERED = 4096;
const known = new Map<string, Map<string, string>>();

/** The same text again and again for the same value: a text that was looked up before is looked up much quicker. */
function termOf(name: string, value: string): string {
  const ofName = known.get(name) ?? new Map<string, string>();
  const before = ofName.get(value);
  if (before !== undefined) return before;
  if (ofName.size >= MOST_REMEMBERED) ofName.clear();
  const term = `${name} ${value}`;
  known.set(name, ofName.set(value, term));
  return term;
}
