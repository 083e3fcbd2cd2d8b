/** A whole gateway whose kerbside agreement a test has changed, and short ways to ask it. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isBodyOfLeaf } from '../../src/audit-log/proving/receipt.ts';
import { sha256 } from '../../src/encoding/sha256.ts';
import {
  json,
  type TokenFacts,
  type WholeGateway,
  type WholeGatewayOptions,
  wholeGateway,
} from './whole-gateway.ts';

export const OFFICER: TokenFacts = { system: 'westhaven-parking-app', person: 'staff-9001', roles: ['CEO'] };

export const ASKING: Readonly<Record<string, string>> = {
  'exchange-purpose': 'parking enforcement',
  'exchange-reason': 'badge on display',
  'exchange-case-reference': 'PCN-0001',
};

/** What a change of a policy file writes in place of what. */
export type FileChange = readonly [file: string, find: string, write: string];

export const KERBSIDE = 'agreements/DSA-2026-014-v3-blue-badge-kerbside.yaml';
export const WESTHAVEN = 'organisations/westhaven-district-council.yaml';

export interface Asked {
  readonly status: number;
  /** Last part of the problem's type, or `released`. */
  readonly code: string;
  readonly headers: Headers;
  readonly text: string;
}

/** True where the answer's receipt, salt and text prove that an entry of its exchange commits to it. */
export function isProved(
  { headers, text }: Pick<Asked, 'headers' | 'text'>,
  leaves: readonly Record<string, unknown>[],
): boolean {
  const exchange = headers.get('exchange-id');
  const salt = headers.get('audit-salt');
  const leaf = leaves.findLast((one) => one['exchange'] === exchange && one['kind'] !== 'sent');
  if (salt === null || leaf === undefined || leaf['bytes'] !== Buffer.byteLength(text)) return false;
  return isBodyOfLeaf(sha256(text), salt, String(leaf['body']));
}

/** Starts a gateway on changed files; the provider answers every badge with itself. */
export function askingGateway(
  changes: readonly FileChange[],
  options: WholeGatewayOptions = {},
): Promise<WholeGateway> {
  const policies = (folder: string): void => {
    for (const [file, find, write] of changes) {
      const text = readFileSync(join(folder, file), 'utf8');
      if (!text.includes(find)) throw new Error(`${file} does not hold ${find}`);
      writeFileSync(
        join(folder, file),
        text.replace(find, () => write),
      );
    }
  };
  return wholeGateway({ ...options, policies }).then((gateway) => {
    gateway.answerWith(eachBadge);
    return gateway;
  });
}

/** The badge that was asked for, of a holder of its own. */
export const eachBadge: Parameters<WholeGateway['answerWith']>[0] = (request, response, body) => {
  const badgeNumber = /[A-Z0-9]{6}$/.exec(request.url ?? '')?.[0] ?? '';
  json({ data: { badgeNumber, statusCode: 'ISSUED' } })(request, response, body);
};

/** Asks for one badge. */
export async function askBadge(
  gateway: WholeGateway,
  {
    badge = 'ZZ9Z01',
    who = OFFICER,
    headers = ASKING,
    token,
  }: {
    readonly badge?: string;
    readonly who?: TokenFacts;
    readonly headers?: Readonly<Record<string, string>>;
    readonly token?: string;
  } = {},
): Promise<Asked> {
  const authorization = `Bearer ${token ?? (await gateway.token(who))}`;
  const response = await fetch(`${gateway.url}/blue-badges/badges/${badge}`, {
    headers: { ...headers, authorization },
  });
  const text = await response.text();
  const code = response.ok ? 'released' : String(Object(JSON.parse(text)).type).replace('/problems/', '');
  return { status: response.status, code, headers: response.headers, text };
}
