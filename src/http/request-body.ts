/** Reads a request body whole and bounded (RFC 9112 section 6). */
import type { IncomingMessage } from 'node:http';
import { GatewayError } from '../domain/gateway-error.ts';
import type { AskedBadly } from '../exchange/ports.ts';

const NOTHING = Buffer.alloc(0);

/**
 * Resolves to the body, empty where there is none. A body that announces more than `mostBytes` is refused unread, one
 * that turns out longer as soon as it does, and one with trailers at its end. Sends nothing: who wants a client to go
 * on (100 Continue) says so before calling this, and only to a client that is known. After a refusal the rest of the
 * body stands unread, so the connection must not be used again.
 *
 * @throws {GatewayError} `caller-gone` where the client goes away before the end.
 */
export function readBody(request: IncomingMessage, mostBytes: number): Promise<Buffer | AskedBadly> {
  const announced = request.headers['content-length'];
  if (announced !== undefined && Number(announced) > mostBytes) {
    return Promise.resolve({ refused: 'body-invalid' });
  }
  if (announced === '0' || (announced === undefined && !('transfer-encoding' in request.headers))) {
    return Promise.resolve(NOTHING);
  }
  return collectBody(request, mostBytes);
}

function collectBody(request: IncomingMessage, mostBytes: number): Promise<Buffer | AskedBadly> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    const onData = (chunk: Buffer): void => {
      bytes += chunk.length;
      if (bytes > mostBytes) return finish({ refused: 'body-invalid' });
      chunks.push(chunk);
    };
    const onEnd = (): void =>
      finish(request.rawTrailers.length > 0 ? { refused: 'header-invalid' } : Buffer.concat(chunks, bytes));
    const onGone = (): void => {
      stop();
      reject(new GatewayError('caller-gone', 'the caller went away before the end of its request'));
    };
    const finish = (result: Buffer | AskedBadly): void => {
      stop();
      resolve(result);
    };
    const stop = (): void => {
      request.off('data', onData).off('end', onEnd).off('error', onGone).off('close', onGone).pause();
      request.on('error', ignore);
    };
    if (request.destroyed) return onGone();
    request.on('data', onData).on('end', onEnd).on('error', onGone).on('close', onGone);
  });
}

/** A client that goes away after it was answered is no error. */
function ignore(): void {}
