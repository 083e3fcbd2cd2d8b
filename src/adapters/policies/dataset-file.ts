/** From a dataset file to the dataset (docs/formats/dataset.md). */
import type { AlwaysSent, Dataset, UpstreamAddress } from '../../domain/dataset.ts';
import { callersProveKey } from './dataset-callers.ts';
import { readFields, readSubjects } from './dataset-fields.ts';
import { readLookups } from './dataset-lookups.ts';
import { readOperations } from './dataset-operations.ts';
import type { DatasetFile } from './dataset-schema.ts';
import { datasetSchema } from './dataset-schema.ts';
import { didYouMean } from './nearest-word.ts';
import type { DocumentPath, PolicyDocument } from './policy-document.ts';
import { bytes, milliseconds } from './quantities.ts';
import { readBySchema } from './schema-mistakes.ts';

/** A dataset, and what only the checks of agreements need to know of it. */
export interface DeclaredDataset {
  readonly dataset: Dataset;
  /** Lookup → the field that it asks for, where the file ties them. */
  readonly fieldOfLookup: ReadonlyMap<string, string>;
  /** Operation → the lookups that find a person by themselves. */
  readonly findsBy: ReadonlyMap<string, readonly string[]>;
}

/** First segments of a path that the gateway keeps for itself. */
const RESERVED = ['log', 'catalogue', 'exchanges', 'problems'];
/** Headers that belong to the connection, to the gateway or to its credential. */
const NEVER_SENT =
  /^(?:authorization|proxy-.*|cookie|host|connection|keep-alive|te|trailer|transfer-encoding|upgrade|expect|content-.*|accept|accept-.*|forwarded|x-forwarded-.*|dpop)$/i;
const MOST_TIMEOUT_MS = 120_000;
const MOST_ANSWER_BYTES = 1_073_741_824;

/** The dataset, or undefined after recording in the document what is wrong. */
export function readDataset(
  document: PolicyDocument,
  organisations: { readonly known: ReadonlySet<string> },
): DeclaredDataset | undefined {
  const file = readBySchema(document, datasetSchema);
  if (file === undefined) return undefined;
  if (RESERVED.includes(file.dataset)) {
    document.mistake(
      ['dataset'],
      `\`${file.dataset}\` is a name that the gateway keeps for itself`,
      'choose another',
    );
  }
  if (!organisations.known.has(file.controller)) {
    const write = didYouMean(file.controller, organisations.known);
    document.mistake(['controller'], `there is no organisation \`${file.controller}\``, write);
  }
  refuseTestAtUpstream(document, file);
  const fields = readFields(document, file);
  const lookups = readLookups(document, file);
  const dataset: Dataset = {
    id: file.dataset,
    title: file.title,
    provider: file.controller,
    upstream: readUpstream(document, 'upstream', file.upstream),
    testUpstream: file['test upstream'] && readUpstream(document, 'test upstream', file['test upstream']),
    operations: readOperations(document, file, lookups),
    lookups,
    fields,
    subjects: readSubjects(document, file, fields),
    beingListedReveals: file['being listed reveals'] ?? [],
    callersProveKey: callersProveKey(file, fields),
    words: {
      description: file.description,
      about: file.about,
      modelledOn: file['modelled on'],
      openStandards: file['open standards'] ?? [],
      classification: file.classification,
    },
  };
  return { dataset, fieldOfLookup: fieldsOfLookups(document, file, dataset), findsBy: finders(file) };
}

function fieldsOfLookups(
  document: PolicyDocument,
  file: DatasetFile,
  { fields }: Dataset,
): ReadonlyMap<string, string> {
  const tied = new Map<string, string>();
  for (const [name, { field }] of Object.entries(file.lookups ?? {})) {
    if (field === undefined) continue;
    if (!fields.has(field)) {
      document.mistake(
        ['lookups', name, 'field'],
        `\`${field}\` is not a field of this dataset`,
        didYouMean(field, fields.keys()),
      );
    }
    tied.set(name, field);
  }
  return tied;
}

function finders(file: DatasetFile): ReadonlyMap<string, readonly string[]> {
  return new Map(
    Object.entries(file.operations).map(([name, entry]) => [name, [entry['finds a person by'] ?? []].flat()]),
  );
}

/** INVARIANT: a rehearsal never reaches the provider's real server. */
function refuseTestAtUpstream(document: PolicyDocument, file: DatasetFile): void {
  const test = file['test upstream'];
  if (test === undefined || URL.parse(test.address)?.origin !== URL.parse(file.upstream.address)?.origin)
    return;
  document.mistake(
    ['test upstream', 'address'],
    'the test upstream is the upstream itself',
    'write the address of a server that holds invented people only',
  );
}

/** Which of the two upstreams of a dataset file is read. */
type UpstreamKey = 'upstream' | 'test upstream';

function readUpstream(
  document: PolicyDocument,
  at: UpstreamKey,
  file: DatasetFile['upstream'],
): UpstreamAddress {
  return {
    address: file.address.replace(/\/+$/, ''),
    signIn: readSignIn(document, at, file),
    timeoutMs: quantity(
      document,
      [at, 'timeout'],
      milliseconds(file.timeout),
      MOST_TIMEOUT_MS,
      '`5 seconds`',
    ),
    largestAnswerBytes: quantity(
      document,
      [at, 'largest answer'],
      bytes(file['largest answer']),
      MOST_ANSWER_BYTES,
      '`256 KB` or `4 MB`',
    ),
    ...(file['most at once'] === undefined ? {} : { mostAtOnce: file['most at once'] }),
    alwaysSend: readAlwaysSend(document, at, file['always send'] ?? {}),
  };
}

function quantity(
  document: PolicyDocument,
  at: DocumentPath,
  value: number | undefined,
  most: number,
  example: string,
): number {
  if (value !== undefined && value <= most) return value;
  const what =
    value === undefined ? 'this is not a number and a unit' : 'this is more than the gateway allows';
  document.mistake(at, what, `write ${example}`);
  return most;
}

function readSignIn(
  document: PolicyDocument,
  at: UpstreamKey,
  file: DatasetFile['upstream'],
): UpstreamAddress['signIn'] {
  const kind = file['sign in'];
  const needed = NEEDED_TO_SIGN_IN[kind];
  for (const key of ['secret', 'header', 'issuer', 'scope'] as const) {
    if (file[key] !== undefined && !needed.may.includes(key)) {
      document.mistakenKey([at, key], `signing in with \`${kind}\` uses no \`${key}\``, 'take the line out');
    }
    if (file[key] === undefined && needed.must.includes(key)) {
      document.mistakenKey(
        [at],
        `\`${key}\` is missing for signing in with \`${kind}\``,
        `add a line \`${key}: …\``,
      );
    }
  }
  const { secret = '', header = '', issuer = '', scope } = file;
  if (kind === 'none') return { kind };
  if (kind === 'api key') return { kind, secret, header };
  if (kind === 'client certificate') return { kind, secret };
  return { kind, secret, issuer, ...(scope === undefined ? {} : { scope }) };
}

const NEEDED_TO_SIGN_IN: Readonly<
  Record<DatasetFile['upstream']['sign in'], { must: readonly string[]; may: readonly string[] }>
> = {
  none: { must: [], may: [] },
  'api key': { must: ['secret', 'header'], may: ['secret', 'header'] },
  'client certificate': { must: ['secret'], may: ['secret'] },
  'oauth client credentials': { must: ['secret', 'issuer'], may: ['secret', 'issuer', 'scope'] },
};

function readAlwaysSend(
  document: PolicyDocument,
  upstream: UpstreamKey,
  headers: NonNullable<DatasetFile['upstream']['always send']>,
): ReadonlyMap<string, AlwaysSent> {
  const sent = new Map<string, AlwaysSent>();
  for (const [name, value] of Object.entries(headers)) {
    if (NEVER_SENT.test(name)) {
      const at = [upstream, 'always send', name];
      document.mistakenKey(at, `the header \`${name}\` is not a dataset's to set`, 'take the line out');
    }
    sent.set(name, typeof value === 'string' ? { kind: value } : { kind: 'constant', value: value.constant });
  }
  return sent;
}
