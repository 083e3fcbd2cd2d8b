/** What the parties sign: an agreement's file and the disclosure that it expands to today (docs/formats/signatures.md). */
import type { Json } from '../encoding/canonical-json.ts';
import { formatFieldPath } from '../encoding/field-path.ts';
import type { Agreement } from './agreement.ts';
import type { Dataset, Operation } from './dataset.ts';
import type { Organisation } from './organisation.ts';

/** The format that the statement names, so that nothing else that is signed can be taken for one. */
export const STATEMENT_FORMAT = 'signed-agreement/1';

export type Statement = Readonly<Record<string, Json>>;

/**
 * The statement of one version of an agreement. Its canonical JSON is the payload that is signed.
 *
 * INVARIANT: what is signed is what flows. Whatever a dataset or an organisation file adds to an agreement stands here, so
 * that a change there is as visible as one in the agreement itself.
 */
export function agreementStatement(
  agreement: Agreement,
  dataset: Dataset,
  provider: Organisation,
  consumer: Organisation,
): Statement {
  const { id, version, sha256, title, examples, words, contact, signedByBoth, ...more } = agreement;
  const { signaturesBroken, signatureFaults, fields, operations, lookups, startsAtMs, endsAtMs, ...rules } =
    more;
  return {
    format: STATEMENT_FORMAT,
    agreement: id,
    version,
    file: sha256,
    'shared by': { organisation: provider.id, 'signing keys': fingerprints(provider) },
    'shared with': { ...whoSignsIn(consumer, agreement), 'signing keys': fingerprints(consumer) },
    dataset: dataset.id,
    upstream: dataset.upstream.address,
    starts: instant(startsAtMs),
    ends: instant(endsAtMs),
    operations: Object.fromEntries(
      operations.map((name) => [name, operationOf(dataset.operations.get(name))]),
    ),
    lookups: Object.fromEntries(lookups.map((name) => [name, lookupOf(dataset, name)])),
    fields: Object.fromEntries(
      fields.map(({ path, field, show }) => [
        formatFieldPath(path),
        { kind: field.kind.name, show: plain(show) },
      ]),
    ),
    // Whatever else an agreement comes to is signed too, so that a rule added later cannot be forgotten here.
    rules: saidIn({ ...rules, provider: undefined, consumer: undefined, dataset: undefined }),
  };
}

/** Rules that an agreement or an operation does not use are left out: one that a later version adds asks for no new signature. */
function saidIn(rules: object): Readonly<Record<string, Json>> {
  return Object.fromEntries(Object.entries(plainObject(rules)).filter(([, rule]) => saysSomething(rule)));
}

function saysSomething(rule: Json): boolean {
  if (rule === null || rule === false) return false;
  return typeof rule !== 'object' || Object.keys(rule).length > 0;
}

function fingerprints({ signingKeys }: Organisation): Json {
  return signingKeys.map(({ fingerprint }) => fingerprint).sort();
}

/** Who signs in how for the agreement: a consumer's issuer, clients and role names decide who may look. */
function whoSignsIn(
  consumer: Organisation,
  { systems, roles, secondFactor, place, training }: Agreement,
): Readonly<Record<string, Json>> {
  const clients = consumer.systems.filter(({ id }) => systems.includes(id));
  const names = [...(consumer.signIn?.roleNames ?? [])].filter(([, role]) => roles.includes(role));
  return {
    organisation: consumer.id,
    issuer: consumer.signIn?.issuer ?? null,
    'person is in': consumer.signIn?.personClaim ?? null,
    'role is in': consumer.signIn?.roleClaim ?? null,
    systems: Object.fromEntries(clients.map(({ id, clientId }) => [id, clientId])),
    'role names': Object.fromEntries(names),
    ...(secondFactor ? { 'second factor': plain(consumer.signIn?.secondFactor) } : {}),
    ...claimsOf(consumer, [place, training]),
  };
}

/** The claims that show a place or training: nothing where the agreement uses none. */
function claimsOf(
  { signIn }: Organisation,
  rules: readonly (Agreement['place'] | Agreement['training'])[],
): Readonly<Record<string, Json>> {
  const used = rules.flatMap((rule) => (rule?.shownBy.kind === 'claim' ? rule.shownBy.claim : []));
  if (used.length === 0) return {};
  const claims = used.map((name) => [name, signIn?.evidenceClaims.get(name) ?? null]);
  return { 'evidence claims': Object.fromEntries(claims) };
}

function operationOf(operation: Operation | undefined): Json {
  if (operation === undefined) return null;
  const { name, slug, method, template, wrapper, ...more } = operation;
  const path = template.map((part) => ('literal' in part ? part.literal : `{${part.lookup}}`)).join('/');
  return { ...saidIn(more), request: `${method} /${path}` };
}

function lookupOf({ lookups }: Dataset, name: string): Json {
  const lookup = lookups.get(name);
  if (lookup === undefined) return null;
  const { name: kind, inJson, ...bounds } = lookup.kind;
  return { ...plainObject(bounds), kind, in: lookup.in };
}

/** Dates far outside the calendar come only from files that are refused anyway. */
function instant(atMs: number): string {
  return Number.isFinite(atMs) ? new Date(atMs).toISOString() : 'never';
}

/** Any value of the domain as JSON: maps are objects, names are words with spaces, what is undefined is left out. */
export function plain(value: unknown): Json {
  if (value === null || value === undefined) return null;
  if (typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value);
  if (value instanceof Map)
    return Object.fromEntries([...value].map(([name, one]) => [String(name), plain(one)]));
  if (value instanceof Set) return [...value].map(plain);
  if (Array.isArray(value)) return value.map(plain);
  return typeof value === 'object' ? plainObject(value) : String(value);
}

function plainObject(value: object): Readonly<Record<string, Json>> {
  const members = Object.entries(value).filter(
    ([, member]) => member !== undefined && typeof member !== 'function',
  );
  return Object.fromEntries(members.map(([name, member]) => [inWords(name), plain(member)]));
}

/** `secondFactor` is written "second factor". */
function inWords(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}
