/** Which leaves an agreement lets leave, and how each is shown (docs/formats/agreement.md, docs/formats/field-paths.md). */
import type { AgreedField } from '../../domain/agreement.ts';
import type { Dataset, Field } from '../../domain/dataset.ts';
import { whatIsTold } from '../../domain/what-is-told.ts';
import type { FieldPath } from '../../encoding/field-path.ts';
import { covers, formatFieldPath, withoutEqualities } from '../../encoding/field-path.ts';
import type { AgreementFile } from './agreement-schema.ts';
import { readShow, type SeenField } from './agreement-show.ts';
import { leavesBeneath, pathsOf, readPath } from './dataset-fields.ts';
import { didYouMean } from './nearest-word.ts';
import type { DocumentPath, PolicyDocument } from './policy-document.ts';

interface Listed {
  readonly at: DocumentPath;
  readonly path: FieldPath;
  readonly text: string;
  readonly leaves: readonly Field[];
  readonly entry: SeenField;
}

/**
 * The agreed leaves in the order of the file: parents expanded, `they must never see` taken out.
 * INVARIANT: what no line of `they may see` names, or what a line of `they must never see` or of `show: not at all` names,
 * is not among them.
 */
export function readAgreedFields(
  document: PolicyDocument,
  file: AgreementFile,
  dataset: Dataset,
): readonly AgreedField[] {
  const named = readListed(document, dataset, 'they may see', file.what['they may see']);
  const may = named.filter((listed) => !isNotShown(listed));
  const never = [
    ...named.filter(isNotShown),
    ...readListed(document, dataset, 'they must never see', file.what['they must never see'] ?? []),
  ];
  refuseTheVerySame(document, may, never);
  const agreed = may.flatMap((listed) =>
    listed.leaves.flatMap((field) => agreedField(document, listed, field, never)),
  );
  refuseTwice(document, agreed);
  if (agreed.length === 0 && document.mistakes.length === 0) {
    document.mistake(
      ['what', 'they may see'],
      'nothing is left that they may see',
      'name at least one field',
    );
  }
  return agreed.map(({ path, field, show }) => ({ path, field, show }));
}

function readListed(
  document: PolicyDocument,
  dataset: Dataset,
  key: 'they may see' | 'they must never see',
  entries: AgreementFile['what']['they may see'],
): Listed[] {
  return entries.flatMap((one, place) => {
    const entry = typeof one === 'string' ? { field: one } : one;
    const at = ['what', key, place, ...(typeof one === 'string' ? [] : ['field'])];
    const path = readPath(document, at, entry.field);
    if (path === undefined) return [];
    const leaves = leavesBeneath(withoutEqualities(path), dataset.fields);
    if (leaves.length === 0) {
      const what = `\`${entry.field}\` is not a field of \`${dataset.id}\``;
      document.mistake(at, what, didYouMean(entry.field, pathsOf(dataset)));
      return [];
    }
    if (!picksByFields(document, at, path, dataset)) return [];
    return [{ at, path, text: formatFieldPath(path), leaves, entry }];
  });
}

/** True where every `[key=…]` names a declared member of the elements. */
function picksByFields(
  document: PolicyDocument,
  at: DocumentPath,
  path: FieldPath,
  { id, fields }: Dataset,
): boolean {
  return path.every(({ where }, depth) => {
    if (where === undefined) return true;
    const picked = formatFieldPath([...withoutEqualities(path.slice(0, depth + 1)), { name: where.key }]);
    if (fields.has(picked)) return true;
    const what = `\`[${where.key}=…]\` picks by \`${picked}\`, which is not a field of \`${id}\``;
    document.mistake(at, what, didYouMean(picked, fields.keys()));
    return false;
  });
}

/** Such a line takes out of a parent what stands beneath it, as `they must never see` does. */
function isNotShown({ entry }: Listed): boolean {
  return entry.show === 'not at all';
}

function refuseTheVerySame(document: PolicyDocument, may: readonly Listed[], never: readonly Listed[]): void {
  for (const listed of never) {
    const { text, at } = listed;
    if (!may.some((other) => other.text === text)) continue;
    if (isNotShown(listed)) {
      document.mistake(at, `\`${text}\` is shown and not shown at all`, 'keep one of the two lines');
      continue;
    }
    const what = `\`${text}\` stands under \`they may see\` and under \`they must never see\``;
    document.mistake(at, what, 'keep it in one of the two lists');
  }
}

interface Found extends AgreedField {
  readonly at: DocumentPath;
}

function agreedField(
  document: PolicyDocument,
  listed: Listed,
  field: Field,
  never: readonly Listed[],
): Found[] {
  const path = [...listed.path, ...field.path.slice(listed.path.length)];
  for (const other of never) {
    const relation = relationOf(other.path, path);
    if (relation === 'covers') return [];
    if (relation === 'partly') {
      const what = `\`${other.text}\` takes a part out of \`${listed.text}\``;
      document.mistake(
        other.at,
        what,
        `write under \`they may see\` the elements they may see, such as \`${exampleOf(other.path)}\``,
      );
      return [];
    }
  }
  if (field.sensitivity === 'never share') {
    const beneath = listed.path.length < field.path.length ? `, beneath \`${listed.text}\`,` : '';
    const what = `\`${field.name}\`${beneath} is never shared`;
    document.mistake(
      listed.at,
      what,
      `take it out${beneath === '' ? '' : ', or name it under `they must never see`'}`,
    );
    return [];
  }
  const show = readShow(document, listed.at, listed.entry, field);
  for (const { sensitivity, values } of whatIsTold({ field, show })) {
    if (sensitivity !== 'never share') continue;
    const what = `\`${field.name}\` would tell ${values.map((it) => `\`${it}\``).join(' or ')}, which is never shared`;
    document.mistake(listed.at, what, 'show it `in other words` that other values have too');
  }
  return [{ at: listed.at, path, field, show }];
}

type Relation = 'apart' | 'covers' | 'partly';

/** What of the elements at `path` the elements at `above` are: none, all, or it depends on the element. */
function relationOf(above: FieldPath, path: FieldPath): Relation {
  if (!covers(above, path)) return 'apart';
  let relation: Relation = 'covers';
  for (const [depth, { where }] of above.entries()) {
    if (where === undefined) continue;
    const picked = path[depth]?.where;
    if (picked === undefined || picked.key !== where.key) relation = 'partly';
    else if (picked.equals !== where.equals) return 'apart';
  }
  return relation;
}

function exampleOf(path: FieldPath): string {
  return formatFieldPath(
    path.map(({ name, where }) =>
      where === undefined ? { name } : { name, where: { ...where, equals: '…' } },
    ),
  );
}

function refuseTwice(document: PolicyDocument, agreed: readonly Found[]): void {
  const byName = Map.groupBy(agreed, ({ field }) => field.name);
  for (const [name, those] of byName) {
    for (const [place, one] of those.entries()) {
      const clash = those
        .slice(0, place)
        .some(
          (earlier) =>
            relationOf(earlier.path, one.path) !== 'apart' || relationOf(one.path, earlier.path) !== 'apart',
        );
      if (clash) document.mistake(one.at, `\`${name}\` is listed twice`, 'name it once');
    }
  }
}
