/** How a field is shown (docs/formats/reveals.md): an agreement says it, and the field filter does it. */

export type Show =
  | {
      readonly as:
        | 'in full'
        | 'initials'
        | 'year'
        | 'over 18'
        | 'first half'
        | 'last 4 characters'
        | 'matching code'
        | 'bound to this agreement';
    }
  | {
      readonly as: 'age band' | 'band';
      /** Where each band begins, rising; what is less than the first is a band too. Whole years, or the field's unit. */
      readonly bands: readonly number[];
    }
  | {
      /** The values that mean each word; without lists, whether there is a value. */
      readonly as: 'yes or no';
      readonly yesWhen?: readonly string[];
      readonly notYetWhen?: readonly string[];
    }
  | {
      readonly as: 'in other words';
      /** What is said of each value. */
      readonly words: ReadonlyMap<string, string>;
      /** What is said of every other value, and of none; without it such a value fails the record. */
      readonly anythingElse?: string;
    };
