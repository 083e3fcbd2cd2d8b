/** The door: the only code that writes an exchange's answer to the caller, and only against a receipt. */
import type { ServerResponse } from 'node:http';
import type { Agreement } from '../domain/agreement.ts';
import { GatewayError } from '../domain/gateway-error.ts';
import { DurableReceipt } from '../domain/receipt.ts';
import { type Sha256Stream, sha256Stream } from '../encoding/sha256.ts';
import type { Door, ProblemFacts, ReleasedPart } from '../exchange/ports.ts';
import { problemBytes, problemStatus } from './problem.ts';
import { challenges } from './www-authenticate.ts';

export interface ReplySettings {
  /** Headers of every answer, as a flat list of names and values. */
  readonly standing: readonly string[];
  /** Whom to ring where no agreement says it. */
  readonly operatorContact: string;
  /** Where the protected resource metadata stands (RFC 9728 section 5.1). */
  readonly resourceMetadata: string;
}

/** Up to here a copy of the body costs less than a second write. */
const ONE_WRITE_BYTES = 8 * 1024;

/** Writes one answer to one response. */
export class ExchangeReply implements Door {
  readonly #response: ServerResponse;
  readonly #settings: ReplySettings;
  #exchange = '';
  #nonce: string | undefined;
  #digest: Sha256Stream | undefined;

  constructor(response: ServerResponse, settings: ReplySettings) {
    this.#response = response;
    this.#settings = settings;
  }

  begin(exchange: string): void {
    this.#exchange = exchange;
  }

  offerNonce(nonce: string): void {
    this.#nonce = nonce;
  }

  release(part: ReleasedPart, receipt: DurableReceipt): Promise<void> | void {
    mustBeGenuine(receipt);
    if (this.#response.destroyed)
      throw new GatewayError('caller-gone', 'the caller went away before a part left');
    if (part.first && part.last) return this.#whole(part, receipt);
    return this.#stream(part, receipt);
  }

  refuse(problem: ProblemFacts, receipt: DurableReceipt, agreement?: Agreement): void {
    mustBeGenuine(receipt);
    const headers = this.#receiptHeaders(receipt);
    if (agreement !== undefined) headers.push(...dutyHeaders(agreement));
    this.#problem(problem, headers);
  }

  unavailable(problem: ProblemFacts): void {
    this.#problem({ ...problem, contact: undefined }, [
      'Exchange-Id',
      this.#exchange,
      ...this.#nonceHeader(),
    ]);
  }

  cut(): void {
    this.#response.destroy();
  }

  problemBytes(problem: ProblemFacts): Buffer {
    return problemBytes({ ...problem, contact: problem.contact ?? this.#settings.operatorContact });
  }

  status(problem: ProblemFacts): number {
    return problemStatus(problem.code);
  }

  #whole(part: ReleasedPart, receipt: DurableReceipt): void {
    const headers = [
      ...this.#settings.standing,
      ...this.#receiptHeaders(receipt),
      ...dutyHeaders(part.agreement),
    ];
    headers.push('Content-Type', part.mediaType, 'Content-Length', String(part.bytes.length));
    headers.push('Content-Digest', `sha-256=:${part.bodySha256.toString('base64')}:`);
    this.#response.writeHead(part.status, headers);
    // Head and body go in one write where both are one text. Latin-1 has a character for every byte and gives it back.
    if (part.bytes.length <= ONE_WRITE_BYTES) this.#response.end(part.bytes.toString('latin1'), 'latin1');
    else this.#response.end(part.bytes);
  }

  /** The first part's receipt is in the header; digest and last receipt follow as trailers (RFC 9110 section 6.5). */
  #stream(part: ReleasedPart, receipt: DurableReceipt): Promise<void> | void {
    const response = this.#response;
    if (part.first) {
      this.#digest = sha256Stream();
      const headers = [
        ...this.#settings.standing,
        ...this.#receiptHeaders(receipt),
        ...dutyHeaders(part.agreement),
      ];
      headers.push('Content-Type', part.mediaType, 'Trailer', 'Content-Digest, Audit-Receipt, Audit-Salt');
      response.writeHead(part.status, headers);
    }
    this.#digest?.update(part.bytes);
    const room = part.bytes.length === 0 || response.write(part.bytes);
    if (part.last) {
      response.addTrailers([
        ['Content-Digest', `sha-256=:${this.#digest?.digest().toString('base64') ?? ''}:`],
        ['Audit-Receipt', receipt.header()],
        ['Audit-Salt', receipt.bodySalt ?? ''],
      ]);
      response.end();
      return;
    }
    if (!room) return drained(response);
  }

  #problem(problem: ProblemFacts, headers: string[]): void {
    const response = this.#response;
    if (response.headersSent || response.destroyed) return this.cut();
    const bytes = this.problemBytes(problem);
    const status = problemStatus(problem.code);
    const all = [...this.#settings.standing, ...headers];
    all.push('Content-Type', 'application/problem+json', 'Content-Length', String(bytes.length));
    if (problem.retryAfterSeconds !== undefined) all.push('Retry-After', String(problem.retryAfterSeconds));
    for (const asked of challenges(problem.code, problem, this.#settings.resourceMetadata))
      all.push('WWW-Authenticate', asked);
    // What was not read of the request must not be taken for the next one: end the connection with the answer.
    if (status === 400 || status >= 500 || !response.req.complete) all.push('Connection', 'close');
    response.writeHead(status, all);
    response.end(bytes);
  }

  #receiptHeaders(receipt: DurableReceipt): string[] {
    const headers = ['Exchange-Id', this.#exchange, 'Audit-Receipt', receipt.header()];
    if (receipt.bodySalt !== undefined) headers.push('Audit-Salt', receipt.bodySalt);
    if (this.#nonce !== undefined) headers.push(...this.#nonceHeader());
    return headers;
  }

  #nonceHeader(): readonly string[] {
    return this.#nonce === undefined ? [] : ['DPoP-Nonce', this.#nonce];
  }
}

const dutiesByAgreement = new WeakMap<Agreement, readonly string[]>();

/** What the receiver must do with what it got (formats §5). */
function dutyHeaders(agreement: Agreement): readonly string[] {
  let headers = dutiesByAgreement.get(agreement);
  if (headers === undefined) {
    headers = [
      'Sharing-Agreement',
      `${agreement.id}; version=${agreement.version}`,
      'Keep-For',
      toHeaderText(agreement.keepFor),
      'Onward-Sharing',
      toHeaderText(agreement.onwardSharing),
    ];
    dutiesByAgreement.set(agreement, headers);
  }
  return headers;
}

/** Words of a policy file as a header may carry them: printable ASCII (RFC 9110 section 5.5). */
function toHeaderText(words: string): string {
  return words.replaceAll(/[^\x21-\x7e]+/g, ' ').trim();
}

function mustBeGenuine(receipt: DurableReceipt): void {
  // INVARIANT: released is a subset of durable, whatever the type checker was told.
  if (!DurableReceipt.isGenuine(receipt))
    throw new GatewayError('internal-error', 'an answer without a durable receipt');
}

function drained(response: ServerResponse): Promise<void> {
  return new Promise((resolve, reject) => {
    const finish = (): void => {
      response.off('drain', onDrain);
      response.off('close', onClose);
    };
    const onDrain = (): void => {
      finish();
      resolve();
    };
    const onClose = (): void => {
      finish();
      reject(new GatewayError('caller-gone', 'the caller went away in the middle of an answer'));
    };
    response.on('drain', onDrain);
    response.on('close', onClose);
  });
}
