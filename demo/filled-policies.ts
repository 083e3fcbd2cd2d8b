/** A copy of the policy files with the addresses of this demo in place of the ones that stand there for show. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Document, parseDocument, Scalar } from 'yaml';

export interface Addresses {
  /** Exact `iss` of an organisation, or undefined where the demo starts no issuer for it. */
  issuerOf(organisation: string): string | undefined;
  /** The gateway. */
  readonly audience: string;
  /** Upstream of a dataset, or undefined where the demo starts none for it. */
  upstreamOf(dataset: string): UpstreamPlace | undefined;
}

export interface UpstreamPlace {
  readonly address: string;
  /** Who hands out the upstream's tokens. */
  readonly tokenIssuer: string;
}

const KINDS = ['organisations', 'datasets', 'protocols', 'agreements'] as const;

/** Copies every policy file from one folder to another and fills in the addresses. Nothing else is changed but that a token is enough. */
export function fillPolicies(from: string, to: string, addresses: Addresses): void {
  for (const kind of KINDS) {
    mkdirSync(join(to, kind), { recursive: true });
    for (const name of readdirSync(join(from, kind)).filter((file) => /\.ya?ml$/.test(file))) {
      const text = readFileSync(join(from, kind, name), 'utf8');
      writeFileSync(
        join(to, kind, name),
        kind === 'organisations' || kind === 'datasets' ? filled(text, addresses) : text,
      );
    }
  }
}

function filled(text: string, addresses: Addresses): string {
  const document = parseDocument(text);
  const changed = fillOrganisation(document, addresses) || fillDataset(document, addresses);
  // What needs no filling in stays byte for byte.
  return changed ? document.toString({ lineWidth: 0 }) : text;
}

function fillOrganisation(document: Document, { issuerOf, audience }: Addresses): boolean {
  const issuer = issuerOf(String(document.get('organisation')));
  if (issuer === undefined || !document.has('sign in')) return false;
  document.setIn(['sign in', 'issuer'], issuer);
  document.setIn(['sign in', 'audience'], audience);
  return true;
}

function fillDataset(document: Document, { upstreamOf }: Addresses): boolean {
  askForNoKey(document);
  const place = upstreamOf(String(document.get('dataset')));
  if (place === undefined || !document.has('upstream')) return true;
  document.setIn(['upstream', 'address'], place.address);
  if (document.hasIn(['upstream', 'issuer'])) document.setIn(['upstream', 'issuer'], place.tokenIssuer);
  return true;
}

const WHY_NO_KEY =
  ' In the demo a token is enough, so that each step can be repeated with curl. Take this line out, and callers prove a key.';

/** What the samples hold is special category data, for which callers prove a key unless the file says otherwise. */
function askForNoKey(document: Document): void {
  const key = new Scalar('callers must prove their key');
  key.commentBefore = WHY_NO_KEY;
  document.delete(key.value);
  document.add(document.createPair(key, 'no'));
}
