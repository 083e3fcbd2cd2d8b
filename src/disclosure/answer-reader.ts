/** What reads the records of one answer out of windows of its bytes, whatever the format. */

export interface AnswerReader {
  /** Records found whole so far that may leave. */
  readonly records: number;
  /** True where the answer may end here, if nothing of it is left to read. */
  readonly done: boolean;
  /** True where the answer is whole and its only record was screened. */
  readonly isScreened: boolean;
  /** What stands for the end of the answer behind its last bytes, where a format lets the last line go without an end. */
  readonly ending: Uint8Array;
  /**
   * Reads on at `from` in the window and keeps what may leave. `waiting` bytes were kept in earlier windows.
   *
   * @returns the position of the first piece that is not whole yet.
   * @throws {NotFilterable}
   */
  read(from: number, waiting: number): number;
}
