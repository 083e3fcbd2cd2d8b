/** What changes of the fields that leave: which are added, which taken away, which are shown in another way. */
import type { AgreedField } from '../../domain/agreement.ts';
import { formatFieldPath } from '../../encoding/field-path.ts';
import { showInWords } from '../explaining/show-in-words.ts';
import { oneLine } from '../pages/phrases.ts';
import { byName, same } from './diff-values.ts';
import type { AspectChange, ChangeEffect } from './policy-change.ts';

/** One line a field, by its path with the elements that it picks. */
export function diffAgreedFields(
  was: readonly AgreedField[],
  now: readonly AgreedField[],
): readonly AspectChange[] {
  return byName(byPath(was), byPath(now), (path, before, after) => {
    if (before === undefined) return after === undefined ? [] : [added(path, after)];
    if (after === undefined) return [{ effect: 'gives less', words: `takes away ${named(path, before)}` }];
    return [...shownOtherwise(path, before, after), ...readOtherwise(path, before, after)];
  });
}

function byPath(fields: readonly AgreedField[]): ReadonlyMap<string, AgreedField> {
  return new Map(fields.map((field) => [formatFieldPath(field.path), field]));
}

function added(path: string, field: AgreedField): AspectChange {
  return { effect: 'gives more', words: `adds ${named(path, field)} (${showInWords(field)})` };
}

/** "National Insurance number, `party.person.nino`". */
function named(path: string, { field }: AgreedField): string {
  return `${oneLine(field.means)}, \`${path}\``;
}

function shownOtherwise(path: string, was: AgreedField, now: AgreedField): AspectChange[] {
  if (same(was.show, now.show)) return [];
  const words = `shows ${named(path, now)}, ${showInWords(now)}; before: ${showInWords(was)}`;
  return [{ effect: showEffect(was, now), words }];
}

function showEffect(was: AgreedField, now: AgreedField): ChangeEffect {
  if (now.show.as === 'in full') return 'gives more';
  return was.show.as === 'in full' ? 'gives less' : 'changes';
}

/** A reveal reads a value by its kind, so another kind shows something else. */
function readOtherwise(path: string, was: AgreedField, now: AgreedField): AspectChange[] {
  if (same(was.field.kind, now.field.kind)) return [];
  return [
    {
      effect: 'changes',
      words: `reads ${named(path, now)}, as ${now.field.kind.name}; before: as ${was.field.kind.name}`,
    },
  ];
}
