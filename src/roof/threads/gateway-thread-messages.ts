/** What the first thread of the gateway and its further threads say to one another. */
import type { MessagePort } from 'node:worker_threads';
import type { CountedMetrics } from '../../adapters/telemetry/metrics.ts';
import type { LogPlace } from '../../audit-log/writing/log-place.ts';
import type { Config } from '../../config.ts';
import type { RenewedTls } from '../settings/tls-upkeep.ts';

export interface GatewayThreadData {
  readonly config: Config;
  readonly place: LogPlace;
  readonly newestAtMs: number;
  /** The port that the first thread listens on already. */
  readonly port: number;
  /** A port of the one writer. */
  readonly writer: MessagePort;
  /** Memory of the first thread's `WitnessBound`. */
  readonly bound: SharedArrayBuffer;
}

export interface ToGatewayThread {
  readonly id: number;
  /** `look`: take up now what was entered last; `renew`: go by `renewed` from now on. */
  readonly ask: 'look' | 'renew' | 'metrics' | 'close';
  readonly renewed?: RenewedTls;
}

export type FromGatewayThread =
  | { readonly type: 'listening' }
  | { readonly type: 'answer'; readonly id: number; readonly metrics?: CountedMetrics }
  /** Nothing can be served by this thread any more. */
  | { readonly type: 'failed'; readonly message: string };
