/** The examples of an agreement file: what they may name, so that they can be run as tests (docs/formats/agreement.md). */
import type { AgreedField, Agreement, Example } from '../../domain/agreement.ts';
import type { Dataset } from '../../domain/dataset.ts';
import { BOUND_REFERENCE } from '../../domain/kind.ts';
import { REFUSALS, reasonInWords } from '../../domain/reason.ts';
import { covers, withoutEqualities } from '../../encoding/field-path.ts';
import type { AgreementFile } from './agreement-schema.ts';
import { leavesBeneath, pathsOf, readPath } from './dataset-fields.ts';
import { didYouMean } from './nearest-word.ts';
import type { PolicyDocument } from './policy-document.ts';

type FileExample = AgreementFile['examples'][number];

/** The examples as the domain has them; at least one that releases and one that refuses. */
export function readExamples(document: PolicyDocument, file: AgreementFile): readonly Example[] {
  for (const answer of ['released', 'refused'] as const) {
    if (file.examples.some((example) => example.answer === answer)) continue;
    document.mistake(['examples'], `no example is ${answer}`, `add one with \`answer: ${answer}\``);
  }
  return file.examples.map((example) => ({
    name: example.name,
    as: example.as,
    asksTo: example['asks to'],
    using: new Map(Object.entries(example.using)),
    reason: example.reason,
    caseReference: example['case reference'],
    answer: example.answer,
    because: example.because,
    theySee: new Map(Object.entries(example['they see'] ?? {})),
    theyDoNotSee: example['they do not see'] ?? [],
  }));
}

/** Checks what the examples name against the dataset, and released ones against the agreement. */
export function checkExamples(
  document: PolicyDocument,
  file: AgreementFile,
  agreement: Agreement,
  dataset: Dataset,
): void {
  for (const [place, example] of file.examples.entries()) {
    const checker = new ExampleChecker(document, example, place, agreement, dataset);
    checker.checkAsking();
    checker.checkUsing();
    checker.checkSeen();
    if (example.answer === 'released') checker.checkReleased();
    else checker.checkRefused();
  }
}

/** One example and all that it is checked against. */
class ExampleChecker {
  readonly #example: FileExample;
  readonly #agreement: Agreement;
  readonly #dataset: Dataset;
  readonly #document: PolicyDocument;
  readonly #place: number;

  constructor(
    document: PolicyDocument,
    example: FileExample,
    place: number,
    agreement: Agreement,
    dataset: Dataset,
  ) {
    this.#document = document;
    this.#example = example;
    this.#place = place;
    this.#agreement = agreement;
    this.#dataset = dataset;
  }

  checkAsking(): void {
    const operation = this.#example['asks to'];
    const known = this.#dataset.operations;
    if (known.has(operation)) return;
    this.#mistake(
      'asks to',
      `\`${operation}\` is not an operation of \`${this.#dataset.id}\``,
      didYouMean(operation, known.keys()),
    );
  }

  checkUsing(): void {
    for (const [name, value] of Object.entries(this.#example.using)) {
      const lookup = this.#dataset.lookups.get(name);
      if (lookup === undefined) {
        this.#mistake(
          'using',
          `\`${name}\` is not a lookup of \`${this.#dataset.id}\``,
          didYouMean(name, this.#dataset.lookups.keys()),
        );
        continue;
      }
      // A bound reference is made when the example runs, so no file can hold one.
      const checked = this.#example.answer === 'released' && lookup.kind.name !== BOUND_REFERENCE;
      if (!checked || lookup.kind.normalise(value) !== undefined) continue;
      this.#mistake(
        'using',
        `\`${value}\` is not of the kind \`${lookup.kind.name}\``,
        'write a value of that kind that cannot be issued to anybody',
      );
    }
  }

  checkSeen(): void {
    for (const name of Object.keys(this.#example['they see'] ?? {})) {
      const agreed = this.#agreement.fields.some(({ field }) => field.name === name);
      if (!agreed)
        this.#mistake(
          'they see',
          `\`${name}\` is not among the agreed fields`,
          didYouMean(name, this.#agreedNames()),
        );
    }
    for (const text of this.#example['they do not see'] ?? []) {
      const path = readPath(this.#document, this.#at('they do not see'), text);
      if (path === undefined) continue;
      if (leavesBeneath(withoutEqualities(path), this.#dataset.fields).length === 0) {
        this.#mistake(
          'they do not see',
          `\`${text}\` is not a field of \`${this.#dataset.id}\``,
          didYouMean(text, pathsOf(this.#dataset)),
        );
      }
      const seen = this.#agreement.fields.find((field: AgreedField) => covers(path, field.path));
      if (seen !== undefined && this.#example.answer === 'released') {
        this.#mistake(
          'they do not see',
          `they may see \`${seen.field.name}\``,
          'take it out, or take it out of `they may see`',
        );
      }
    }
  }

  checkReleased(): void {
    const { as, reason } = this.#example;
    const { roles, person, operations, mustGive, reasonsAllowed, lookups } = this.#agreement;
    if (person !== 'not needed' && !roles.includes(as)) {
      this.#mistake('as', `\`${as}\` may not look, so this cannot be released`, didYouMean(as, roles));
    }
    const asked = this.#example['asks to'];
    if (this.#dataset.operations.has(asked) && !operations.includes(asked)) {
      this.#mistake(
        'asks to',
        'this operation is not agreed, so this cannot be released',
        didYouMean(asked, operations),
      );
    }
    for (const name of Object.keys(this.#example.using)) {
      if (lookups.includes(name) || !this.#dataset.lookups.has(name)) continue;
      this.#mistake(
        'using',
        `asking with \`${name}\` is not agreed, so this cannot be released`,
        didYouMean(name, lookups),
      );
    }
    if (mustGive.reason && (reason === undefined || !reasonsAllowed.includes(reason))) {
      this.#mistake(
        'reason',
        'the reason is not among the reasons allowed, so this cannot be released',
        didYouMean(reason ?? '', reasonsAllowed),
      );
    }
    if (mustGive.caseReference && this.#example['case reference'] === undefined) {
      this.#mistake('case reference', 'a case reference must be given', 'add `case reference:`');
    }
  }

  checkRefused(): void {
    const { because } = this.#example;
    const known = REFUSALS.map(reasonInWords);
    if (because !== undefined && known.includes(because)) return;
    const what =
      because === undefined
        ? 'nothing says why this is refused'
        : `\`${because}\` is not a reason of the gateway`;
    this.#mistake(
      'because',
      what,
      because === undefined ? 'add `because:`, such as `role not agreed`' : didYouMean(because, known),
    );
  }

  #agreedNames(): string[] {
    return this.#agreement.fields.map(({ field }) => field.name);
  }

  #at(key: string): (string | number)[] {
    return ['examples', this.#place, key];
  }

  #mistake(key: string, what: string, write: string): void {
    this.#document.mistake(this.#at(key), what, write);
  }
}
