/** What a call to an upstream keeps to, where its place is, whom it is for, and how it is sent. */
import type { GoneSignal } from '../../exchange/ports.ts';
import type { Deadlines } from './deadlines.ts';

/** What a call keeps to. */
export interface CallRules {
  /** Most milliseconds from the request's arrival to the headers, and without a byte of the body while one is wanted. */
  readonly timeoutMs: number;
  /** Most milliseconds from the request's arrival to the last byte. */
  readonly wholeMs: number;
  readonly largestAnswerBytes: number;
  /** True where the gateway signs in with a credential of its own, so that 401 means that it failed. */
  readonly signsIn: boolean;
  readonly deadlines: Deadlines;
}

/** The call's place among all that are with one upstream. */
export interface CallPlace {
  /** The upstream is well. */
  answered(): void;
  /** It is not, and wants to be left alone for so many seconds. */
  failed(restSeconds?: number): void;
  /** The place is needed no more. */
  leave(): void;
}

/** Whom a call is for. */
export interface CallAsked {
  /** Aborted when the caller goes away. */
  readonly signal: GoneSignal;
  /** When the request arrived, by `performance.now()`: deadlines count from then. */
  readonly arrivedMs: number;
  /** Told when the request is sent a second time. */
  readonly onSentAgain?: (() => void) | undefined;
}

/** How a call is sent. */
export interface CallSending {
  readonly first: () => void;
  /** Undefined where it must not be sent a second time, whatever becomes of the first. */
  readonly again: (() => void) | undefined;
}
