/** Operations that a caller or the provider could take for one another. */
import type { Operation, TemplateSegment } from '../../domain/dataset.ts';
import type { PolicyDocument } from './policy-document.ts';

/** Records a mistake for two operations with one name in a URL, or with one method and template. */
export function refuseTwins(document: PolicyDocument, operations: readonly Operation[]): void {
  for (const [place, operation] of operations.entries()) {
    for (const earlier of operations.slice(0, place)) {
      const at = ['operations', operation.name];
      if (earlier.slug === operation.slug) {
        document.mistakenKey(at, `\`${earlier.name}\` has the same name in a URL`, 'give it another name');
      }
      if (earlier.method === operation.method && isSameTemplate(earlier.template, operation.template)) {
        document.mistake(
          [...at, 'request'],
          `\`${earlier.name}\` has the same request`,
          'ask another path, or make one operation of the two',
        );
      }
    }
  }
}

function isSameTemplate(one: readonly TemplateSegment[], other: readonly TemplateSegment[]): boolean {
  return (
    one.length === other.length && one.every((segment, at) => isSameSegment(segment, other[at] ?? segment))
  );
}

/** Lookups stand for each other, whatever their names: a path does not tell them apart. */
function isSameSegment(one: TemplateSegment, other: TemplateSegment): boolean {
  if ('lookup' in one) return 'lookup' in other;
  return 'literal' in other && one.literal === other.literal;
}
