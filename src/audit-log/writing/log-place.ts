/** Where entries are written: one log, one instance of the gateway, one run of it. */

export interface LogPlace {
  /** Origin of the log: first line of its checkpoints (C2SP tlog-checkpoint). */
  readonly origin: string;
  /** Stable name of the gateway, from its configuration. */
  readonly instance: string;
  /** UUID of this run; `seq` counts from 1 within it. */
  readonly epoch: string;
}
