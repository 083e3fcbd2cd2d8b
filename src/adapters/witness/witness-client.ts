/** Speaks to one witness over HTTP (C2SP tlog-witness v1.0.0): bounded in time and size, never redirected. */
import type { WitnessLine, WitnessReply } from '../../audit-log/witnessing/witness-asking.ts';
import { sha256 } from '../../encoding/sha256.ts';

/** As much of `fetch` as is needed; the one that is given goes only where the gateway's settings let it. */
export type WitnessFetch = (
  address: string,
  init: {
    readonly method: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly body?: string;
    readonly signal: AbortSignal;
  },
) => Promise<Response>;

const WITHIN_MS = 10_000;
/** 64 signature lines of the largest kind. */
const LARGEST_ANSWER = 256 * 1024;

/**
 * @param url submission prefix, without a slash at the end.
 * @param origin of the log.
 */
export function witnessLine(
  fetch: WitnessFetch,
  url: string,
  origin: string,
  withinMs = WITHIN_MS,
): WitnessLine {
  const call = async (address: string, method: string, body?: string): Promise<WitnessReply> => {
    const headers = { accept: 'text/plain', ...(body === undefined ? {} : { 'content-type': 'text/plain' }) };
    const signal = AbortSignal.timeout(withinMs);
    const answer = await fetch(address, { method, headers, signal, ...(body === undefined ? {} : { body }) });
    const text = await answer.text();
    if (text.length > LARGEST_ANSWER) throw new Error('its answer is too large');
    return { status: answer.status, body: text };
  };
  return {
    async ask(body) {
      try {
        return await call(`${url}/add-checkpoint`, 'POST', body);
      } catch (cause) {
        throw new Error(inWords(cause), { cause });
      }
    },
    async served() {
      const address = `${url}/${sha256(origin).toString('hex')}/checkpoint`;
      const answer = await call(address, 'GET').catch(() => undefined);
      return answer?.status === 200 ? answer.body : undefined;
    },
  };
}

/** Addresses and causes stay out: the sentence may stand where others read it. */
function inWords(cause: unknown): string {
  if (!(cause instanceof Error)) return 'it cannot be reached';
  if (cause.name === 'TimeoutError') return 'it did not answer in time';
  return cause.message === 'its answer is too large' ? cause.message : 'it cannot be reached';
}
