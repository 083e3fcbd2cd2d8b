/** What stands around the records of an answer: the way to them, and the few names beside them that may leave. */
import { quote } from './plan.ts';
import type { DisclosureRules } from './rules.ts';

export type WrapperKind = 'total' | 'page number' | 'page size';

export interface EnvelopeName {
  readonly name: string;
  /** In UTF-8 between quotes, as it stands in JSON without escapes. */
  readonly quoted: Uint8Array;
}

export interface Envelope {
  readonly many: boolean;
  readonly way: readonly EnvelopeName[];
  readonly wrapper: readonly (EnvelopeName & { readonly kind: WrapperKind })[];
  readonly mostRecordBytes: number;
  readonly mostDepth: number;
}

/** Compiles the part of the rules that speaks of what stands outside the records. */
export function compileEnvelope(rules: DisclosureRules): Envelope {
  return {
    many: rules.answer === 'many records',
    way: rules.recordPath.map((name) => ({ name, quoted: quote(name) })),
    wrapper: Array.from(rules.wrapper, ([name, kind]) => ({ name, quoted: quote(name), kind })),
    mostRecordBytes: rules.mostRecordBytes,
    mostDepth: rules.mostDepth,
  };
}
