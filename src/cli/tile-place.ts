/** Where a log's tiles are read from: a folder, or an address (C2SP tlog-tiles). */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { FetchPart } from '../audit-log/proving/tile-log.ts';
import { InputError } from './verify-verdict.ts';

/** 256 entries of at most 65,535 bytes with their lengths. */
const LARGEST_PART = 256 * (2 + 0xffff);
const WITHIN_MS = 30_000;

/**
 * @param place a folder, or the address that the log's `checkpoint` and `tile/` stand under.
 * @param token sent as a bearer token, where the log is not for everybody.
 * @throws {InputError} for an address that would carry the token in the clear to another machine.
 */
export function openTilePlace(place: string, token: string | undefined): FetchPart {
  if (!/^https?:\/\//.test(place)) return (path) => readPart(join(place, path));
  const url = URL.parse(place);
  if (url === null) throw new InputError('the address of the tiles is not an address');
  if (token !== undefined && url.protocol === 'http:' && !isLoopback(url.hostname))
    throw new InputError('a token is not sent over http:// to another machine: use https://');
  const base = place.replace(/\/+$/, '');
  return (path) => fetchPart(`${base}/${path}`, token);
}

async function readPart(file: string): Promise<Uint8Array | undefined> {
  try {
    return await readFile(file);
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR'))
      return undefined;
    throw new InputError('a tile cannot be read from the folder', { cause: error });
  }
}

async function fetchPart(address: string, token: string | undefined): Promise<Uint8Array | undefined> {
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
  let answer: Response;
  try {
    answer = await fetch(address, { headers, redirect: 'error', signal: AbortSignal.timeout(WITHIN_MS) });
  } catch (error) {
    throw new InputError('the log does not answer at the address named', { cause: error });
  }
  if (answer.status === 403 || answer.status === 404) return undefined;
  if (!answer.ok) throw new InputError(`the log answers ${answer.status}: ${meaningOf(answer.status)}`);
  return readWhole(answer);
}

async function readWhole({ body }: Response): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  for await (const piece of body ?? []) {
    bytes += piece.length;
    if (bytes > LARGEST_PART) throw new InputError('the log sends more than a tile can hold');
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}

function meaningOf(status: number): string {
  return status === 401 ? 'give a token with --token-file' : 'ask whoever runs it';
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '[::1]' || /^127(?:[.]\d+){3}$/.test(host);
}
