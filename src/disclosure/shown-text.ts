/** The text that a reveal shows of one value (docs/formats/reveals.md), whatever the format that the value came in. */
import type { AgreedUse } from './plan-node.ts';
import { NotFilterable, type RevealInputs } from './rules.ts';

/**
 * The text to show of a value that is not shown in full.
 *
 * @param text of the value as it came, or undefined where there is none; some reveals have an answer to that.
 * @param isThere whether the value is neither empty nor false.
 * @throws {NotFilterable} for a value that is not of the kind that the reveal needs.
 */
export function shownText(
  use: AgreedUse,
  text: string | undefined,
  isThere: boolean,
  inputs: RevealInputs,
): string {
  const value = text === undefined ? undefined : use.normalise(text);
  const isNothing = text === undefined || (use.asksPresence && !isThere);
  const shown = isNothing ? use.whenNull : value === undefined ? undefined : use.reveal?.(value, inputs);
  if (!shown?.isWellFormed()) throw new NotFilterable('a value is not of the kind that its reveal needs');
  return shown;
}
