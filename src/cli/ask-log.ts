/** Asks the running gateway about its log, over its operations address; what it refuses is told in its own words. */
import { isObject } from '../domain/leaf-shape.ts';
import { InputError } from './verify-verdict.ts';

export interface LogAddress {
  /** Operations address of the gateway, such as http://127.0.0.1:9443. */
  readonly operations: string;
  /** Proves who reads; without one the reader is unproved. */
  readonly token?: string | undefined;
}

/**
 * @param path below the address, such as `/log/proof/…`.
 * @param order sent as JSON with POST; undefined for GET.
 * @throws {InputError} where the gateway does not answer, or says why it will not.
 */
export async function askLog(
  { operations, token }: LogAddress,
  path: string,
  order?: object,
): Promise<Response> {
  const answer = await send(`${operations.replace(/\/+$/, '')}${path}`, token, order);
  if (answer.ok) return answer;
  throw new InputError(await reasonOf(answer));
}

async function send(
  address: string,
  token: string | undefined,
  order: object | undefined,
): Promise<Response> {
  const headers = {
    ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    ...(order === undefined ? {} : { 'content-type': 'application/json' }),
  };
  const body = order === undefined ? {} : { method: 'POST', body: JSON.stringify(order) };
  try {
    return await fetch(address, { headers, redirect: 'error', ...body });
  } catch (error) {
    throw new InputError(
      'the gateway does not answer: is it running, and is this its operations address (--operations)?',
      { cause: error },
    );
  }
}

async function reasonOf(answer: Response): Promise<string> {
  const told: unknown = await answer.json().catch(() => undefined);
  const detail = isObject(told) ? (told['detail'] ?? told['wrong']) : undefined;
  return typeof detail === 'string' ? detail : `the gateway answered ${answer.status}`;
}

/** The lines of an answer as they come, without their ends. @throws {InputError} where the answer breaks off. */
export async function* linesOf({ body }: Response): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let rest = '';
  for await (const piece of whole(body)) {
    const lines = (rest + decoder.decode(piece, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
  if (rest !== '') throw new InputError(BROKEN_OFF);
}

const BROKEN_OFF = 'the answer of the gateway broke off: what was written is not whole';

async function* whole(body: Response['body']): AsyncGenerator<Uint8Array> {
  const pieces = body?.[Symbol.asyncIterator]();
  for (;;) {
    const next = await pieces?.next().catch((error: unknown) => {
      throw new InputError(BROKEN_OFF, { cause: error });
    });
    if (next === undefined || next.done === true) return;
    yield next.value;
  }
}

/** A line of the log as the gateway sends it. */
export interface LogLine {
  readonly index: number;
  /** The exact text that was hashed. */
  readonly leaf: string;
  readonly leafHash: string;
  /** Proof in the format of C2SP tlog-proof, where it was asked for. */
  readonly proof: string | undefined;
}

/** Reads a line. @throws {InputError} where it is not one. */
export function readLogLine(text: string): LogLine {
  const line: unknown = JSON.parse(text);
  if (isObject(line)) {
    const { index, leaf, leaf_hash: leafHash, proof } = line;
    const proofIsText = proof === undefined || typeof proof === 'string';
    if (typeof index === 'number' && typeof leaf === 'string' && typeof leafHash === 'string' && proofIsText)
      return { index, leaf, leafHash, proof };
  }
  throw new InputError('the answer of the gateway is not a line of its log');
}
