/** A dataset: a provider's API, what can be asked of it, with what, and every field that comes back. */
import type { FieldPath } from '../encoding/field-path.ts';
import type { Show } from '../encoding/show.ts';
import type { Kind } from './kind.ts';

export interface Dataset {
  readonly id: string;
  readonly title: string;
  /** Organisation id of the provider. */
  readonly provider: string;
  readonly upstream: UpstreamAddress;
  /** Where rehearsals go; a rehearsal never reaches `upstream`. */
  readonly testUpstream: UpstreamAddress | undefined;
  readonly operations: ReadonlyMap<string, Operation>;
  readonly lookups: ReadonlyMap<string, Lookup>;
  /** Declared leaf fields by the text of their path (no equalities in it). */
  readonly fields: ReadonlyMap<string, Field>;
  /** Identifiers of the people that a record is about, found in every record, withheld fields included. */
  readonly subjects: readonly SubjectReference[];
  readonly beingListedReveals: readonly string[];
  /** True where a token alone does not do: the sender proves a key on every request. */
  readonly callersProveKey: boolean;
  readonly words: DatasetWords;
}

/** What a dataset file says for people and for exports. */
export interface DatasetWords {
  readonly description: string;
  /** Whom the records are about, in the plural: "Blue Badge holders". */
  readonly about: string;
  readonly modelledOn: string | undefined;
  readonly openStandards: readonly string[];
  readonly classification: string | undefined;
}

export interface UpstreamAddress {
  /** Scheme, host, port and base path; no query, no trailing slash. */
  readonly address: string;
  readonly signIn:
    | { readonly kind: 'none' }
    | { readonly kind: 'api key'; readonly secret: string; readonly header: string }
    /** Mutual TLS alone: the gateway shows its certificate at every connection. */
    | { readonly kind: 'client certificate'; readonly secret: string }
    | {
        readonly kind: 'oauth client credentials';
        readonly secret: string;
        readonly issuer: string;
        readonly scope?: string;
      };
  readonly timeoutMs: number;
  /** Most bytes of one answer. */
  readonly largestAnswerBytes: number;
  /** Most requests that are with the provider at one time; undefined for the gateway's own bound. */
  readonly mostAtOnce?: number;
  /** Header name → value, from a closed set (formats §4). */
  readonly alwaysSend: ReadonlyMap<string, AlwaysSent>;
}

export type AlwaysSent =
  | { readonly kind: 'constant'; readonly value: string }
  | { readonly kind: 'exchange id' | 'consumer code' | 'role' };

export interface Operation {
  /** Plain words, as an agreement writes it: "look up one badge". */
  readonly name: string;
  /** The name in a URL: "look-up-one-badge". */
  readonly slug: string;
  readonly method: 'GET' | 'POST';
  /** True where a POST changes nothing at the provider, by the word of the dataset's file; a GET never does. */
  readonly onlyReads?: boolean;
  readonly template: readonly TemplateSegment[];
  /** Lookup name → parameter name at the provider, for those in the query. */
  readonly query: ReadonlyMap<string, string>;
  /** Lookup name → member name (dots go down) at the provider, for those in the body. */
  readonly body: ReadonlyMap<string, string>;
  readonly mustUse: readonly string[];
  readonly answer: 'one record' | 'many records';
  /** Names from the root of the answer to the record, or to the array of records; empty: the root itself. */
  readonly recordPath: readonly string[];
  /** Names beside the records, outside any record, that an agreement may list: what each is. */
  readonly wrapper: ReadonlyMap<string, WrapperKind>;
  readonly nothingFound: { readonly status: number } | 'an empty list';
  /** Status codes that carry records. */
  readonly successStatus: readonly number[];
  /** Media types of the answer, lower case, without parameters. */
  readonly mediaTypes: readonly string[];
}

export type WrapperKind = 'total' | 'page number' | 'page size';

export type TemplateSegment = { readonly literal: string } | { readonly lookup: string };

export interface Lookup {
  readonly name: string;
  readonly in: 'path' | 'query' | 'body';
  readonly kind: Kind;
  readonly aboutThePerson: boolean;
}

export interface Field {
  /** Text of the path, as `formatFieldPath` writes it. */
  readonly name: string;
  readonly path: FieldPath;
  readonly means: string;
  readonly kind: Kind;
  readonly sensitivity: Sensitivity;
  readonly reveals: readonly string[];
  /** Values that say more, or less, of a person than the field does; what stands here holds for them in its place. */
  readonly values: ReadonlyMap<string, FieldValue>;
  readonly mayBeShownAs: readonly RevealName[];
}

export interface FieldValue {
  readonly means: string;
  readonly sensitivity: Sensitivity;
  readonly reveals: readonly string[];
}

/** From what says least of a person to what is never shared. */
export const SENSITIVITIES = [
  'ordinary',
  'personal',
  'identifying',
  'contact',
  'financial',
  'child',
  'special category',
  'criminal offence',
  'never share',
] as const;
export type Sensitivity = (typeof SENSITIVITIES)[number];

export type RevealName = Show['as'];

/** Every reveal; `bound to this agreement` is for references that only the asker may use again. */
export const REVEALS: readonly RevealName[] = [
  'in full',
  'initials',
  'year',
  'age band',
  'over 18',
  'first half',
  'last 4 characters',
  'yes or no',
  'in other words',
  'matching code',
  'band',
  'bound to this agreement',
];

export interface SubjectReference {
  /** Who this is to the record: "holder", "parent". */
  readonly who: string;
  readonly path: FieldPath;
  /** Namespace of the identifier: the kind of its field, e.g. "NHS number". */
  readonly namespace: string;
}
