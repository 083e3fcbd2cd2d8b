/** From an agreement to the rules of the field filter: what may leave of one operation's answer. */
import type { AgreedLeaf, DisclosureRules, RecordCondition, SubjectPath } from '../disclosure/rules.ts';
import type { Agreement, RowCondition } from '../domain/agreement.ts';
import type { Dataset, Operation, SubjectReference, WrapperKind } from '../domain/dataset.ts';
import { formatFieldPath } from '../encoding/field-path.ts';

const MOST_RECORD_BYTES = 262_144;
const MOST_DEPTH = 32;

/**
 * The rules for the answers of `operation` under `agreement`.
 * INVARIANT: only what the agreement lists is in `agreed` and `wrapper`; what only the dataset declares is withheld.
 */
export function compileRules(agreement: Agreement, dataset: Dataset, operation: Operation): DisclosureRules {
  return {
    answer: operation.answer,
    recordPath: operation.recordPath,
    declared: [...dataset.fields.values()].map((field) => field.path),
    agreed: agreement.fields.map(
      ({ path, field, show }): AgreedLeaf => ({
        name: field.name,
        path,
        show,
        kind: field.kind.name,
        normalise: field.kind.normalise,
      }),
    ),
    subjects: dataset.subjects.map((subject) => subjectPath(subject, dataset)),
    conditions: agreement.rowConditions.map(recordCondition),
    wrapper: agreedWrapper(agreement, operation),
    mostRecordBytes: MOST_RECORD_BYTES,
    mostDepth: MOST_DEPTH,
  };
}

function subjectPath({ who, path, namespace }: SubjectReference, dataset: Dataset): SubjectPath {
  const field = dataset.fields.get(formatFieldPath(path));
  return { who, path, namespace, normalise: field?.kind.normalise ?? ((text) => text) };
}

function recordCondition({ field, among }: RowCondition): RecordCondition {
  return { path: field.path, among: new Set(among), normalise: field.kind.normalise };
}

function agreedWrapper(agreement: Agreement, operation: Operation): ReadonlyMap<string, WrapperKind> {
  return new Map([...operation.wrapper].filter(([name]) => agreement.wrapper.includes(name)));
}
