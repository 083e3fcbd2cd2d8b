/** Kinds of value: what a lookup or a field may hold, and its one normal spelling. */

export interface Kind {
  readonly name: string;
  /** The value in its one spelling (spaces and case settled), or undefined where it is not of this kind. */
  readonly normalise: (text: string) => string | undefined;
}
