/**
 * References bound to an agreement and a system, for trying an agreement out: they open only what was bound here, and no
 * key is needed to make one. The gateway's own are sealed with its keys.
 */
import type { OpenReference } from '../../domain/judge-lookups.ts';
import { fromBase64url, toBase64url } from '../../encoding/base64.ts';
import { sha256Hex } from '../../encoding/sha256.ts';

const MARK = 'tried-out.';

/** A reference that `openSampleReference` opens again. */
export function bindSampleReference(agreement: string, system: string, value: string): string {
  return `${MARK}${toBase64url(Buffer.from(JSON.stringify([agreement, system, value])))}`;
}

/** What was bound, or undefined for any other text. */
export const openSampleReference: OpenReference = (reference) => {
  if (!reference.startsWith(MARK)) return undefined;
  const bytes = fromBase64url(reference.slice(MARK.length));
  if (bytes === undefined) return undefined;
  const [agreement, system, value] = partsOf(bytes.toString());
  if (agreement === undefined || system === undefined || value === undefined) return undefined;
  return { agreement, system, value };
};

function partsOf(text: string): readonly string[] {
  try {
    const parts: unknown = JSON.parse(text);
    return Array.isArray(parts) && parts.every((part) => typeof part === 'string') ? parts : [];
  } catch {
    return [];
  }
}

/** A matching code for a try: the same for the same value under one agreement, and no code of any gateway. */
export function sampleMatchingCode(agreement: string, namespace: string, value: string): string {
  return `sample-code-${sha256Hex(JSON.stringify([agreement, namespace, value])).slice(0, 16)}`;
}
