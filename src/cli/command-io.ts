/** Where a command writes: results to `out` (standard output), everything else to `err` (standard error). */

export interface CommandIo {
  out(text: string): void;
  err(text: string): void;
  /** True where `err` is a terminal, so that a progress bar makes sense. */
  readonly errIsTerminal: boolean;
}
