/** The operations of a dataset file (docs/formats/dataset.md). */
import { answerFormat } from '../../domain/answer-format.ts';
import type { Lookup, Operation, TemplateSegment } from '../../domain/dataset.ts';
import { readPath } from './dataset-fields.ts';
import type { DatasetFile, OperationFile } from './dataset-schema.ts';
import { didYouMean } from './nearest-word.ts';
import { refuseTwins } from './operation-twins.ts';
import type { DocumentPath, PolicyDocument } from './policy-document.ts';

/** The operations by name, their parts checked against the lookups. */
export function readOperations(
  document: PolicyDocument,
  file: DatasetFile,
  lookups: ReadonlyMap<string, Lookup>,
): ReadonlyMap<string, Operation> {
  const operations = new Map<string, Operation>();
  for (const [name, entry] of Object.entries(file.operations)) {
    const reader = new OperationReader(document, file, lookups, name, entry);
    operations.set(name, reader.read());
  }
  if (operations.size === 0) document.mistake(['operations'], 'there is no operation', 'write at least one');
  refuseTwins(document, [...operations.values()]);
  return operations;
}

/** One operation on its way from the file: what its parts need of one another. */
class OperationReader {
  readonly #document: PolicyDocument;
  readonly #file: DatasetFile;
  readonly #lookups: ReadonlyMap<string, Lookup>;
  readonly #name: string;
  readonly #entry: OperationFile;
  readonly #at: DocumentPath;

  constructor(
    document: PolicyDocument,
    file: DatasetFile,
    lookups: ReadonlyMap<string, Lookup>,
    name: string,
    entry: OperationFile,
  ) {
    this.#document = document;
    this.#file = file;
    this.#lookups = lookups;
    this.#name = name;
    this.#entry = entry;
    this.#at = ['operations', name];
  }

  read(): Operation {
    const entry = this.#entry;
    const method = entry.request.startsWith('POST ') ? 'POST' : 'GET';
    const template = this.#template(entry.request.slice(method.length + 1));
    const sent = this.#sentNames();
    const operation: Operation = {
      name: this.#name,
      slug: slugOf(this.#name),
      method,
      ...this.#onlyReads(method),
      template,
      query: this.#sentIn('query', sent),
      body: this.#sentIn('body', sent),
      mustUse: this.#mustUse(template, sent),
      answer: entry.answer,
      recordPath: this.#recordPath(),
      wrapper: new Map(Object.entries(entry['around the records'] ?? {})),
      nothingFound: this.#nothingFound(),
      successStatus: [entry['success is'] ?? 200].flat(),
      mediaTypes: this.#mediaTypes(),
    };
    this.#checkWhole(operation);
    this.#checkAskForm(operation);
    return operation;
  }

  #onlyReads(method: 'GET' | 'POST'): Pick<Operation, 'onlyReads'> {
    if (this.#entry['only reads'] === undefined) return {};
    if (method === 'GET') {
      this.#document.mistakenKey([...this.#at, 'only reads'], 'a GET only reads anyway', 'take the line out');
    }
    return { onlyReads: true };
  }

  #template(path: string): TemplateSegment[] {
    const segments = path.slice(1).split('/');
    if (path === '/') return [];
    return segments.map((segment) => this.#segment(segment));
  }

  #segment(segment: string): TemplateSegment {
    const at = [...this.#at, 'request'];
    const lookup = /^\{(.+)\}$/.exec(segment)?.[1];
    if (lookup === undefined) {
      if (!/^[A-Za-z0-9._~$:@-]+$/.test(segment) || /^\.\.?$/.test(segment)) {
        this.#document.mistake(
          at,
          `\`${segment}\` cannot be a part of a path`,
          'write plain names with single slashes between them',
        );
      }
      return { literal: segment };
    }
    const declared = this.#lookup(at, lookup);
    if (declared !== undefined && declared.in !== 'path') {
      this.#document.mistake(
        at,
        `the lookup \`${lookup}\` stands in the path`,
        `write \`in: path\` at \`${lookup}\``,
      );
    }
    return { lookup };
  }

  /** Lookup → the provider's name for it, for the query and the body. */
  #sentNames(): ReadonlyMap<string, string> {
    const listed = this.#entry['may use'] ?? [];
    if (!Array.isArray(listed)) return new Map(Object.entries(listed));
    return new Map(listed.map((name) => [name, this.#file.lookups?.[name]?.['send as'] ?? name]));
  }

  #sentIn(where: 'query' | 'body', sent: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
    const at = [...this.#at, 'may use'];
    const those = new Map<string, string>();
    for (const [name, providersName] of sent) {
      const lookup = where === 'query' ? this.#lookup(at, name) : this.#lookups.get(name);
      if (lookup?.in === 'path' && where === 'query') {
        this.#document.mistake(
          at,
          `the lookup \`${name}\` belongs in the path`,
          `write it in \`request\`, or write \`in: query\` at \`${name}\``,
        );
      }
      if (lookup?.in !== where) continue;
      if ([...those.values()].includes(providersName)) {
        this.#document.mistake(
          at,
          `two lookups are sent as \`${providersName}\``,
          'send each under a name of its own',
        );
      }
      those.set(name, providersName);
    }
    return those;
  }

  #mustUse(template: readonly TemplateSegment[], sent: ReadonlyMap<string, string>): string[] {
    const inPath = template.flatMap((segment) => ('lookup' in segment ? [segment.lookup] : []));
    const must = this.#entry['must use'] ?? [];
    for (const [place, name] of must.entries()) {
      if (sent.has(name) || inPath.includes(name)) continue;
      this.#document.mistake(
        [...this.#at, 'must use', place],
        `\`${name}\` must be used but may not`,
        `name it in \`may use\` as well`,
      );
    }
    return [...new Set([...inPath, ...must])];
  }

  #recordPath(): string[] {
    const text = this.#entry['record is at'];
    if (text === undefined) return [];
    const at = [...this.#at, 'record is at'];
    const path = readPath(this.#document, at, text) ?? [];
    if (path.some((step) => step.where !== undefined)) {
      this.#document.mistake(
        at,
        'the place of the record holds `[…=…]`',
        'write names with dots between them',
      );
    }
    return path.map((step) => step.name);
  }

  #nothingFound(): Operation['nothingFound'] {
    const said = this.#entry['nothing found is'];
    const many = this.#entry.answer === 'many records';
    if (said === 'an empty list' && !many) {
      this.#document.mistake(
        [...this.#at, 'nothing found is'],
        'an answer of one record cannot be an empty list',
        'write the status, such as `404`',
      );
    }
    if (typeof said === 'number') return { status: said };
    return many ? 'an empty list' : { status: 404 };
  }

  #mediaTypes(): readonly string[] {
    const types = this.#entry['answer media types'] ?? ['application/json'];
    for (const [place, type] of types.entries()) {
      const at = [...this.#at, 'answer media types', place];
      const format = answerFormat(type);
      if (format === undefined) {
        this.#document.mistake(
          at,
          `\`${type}\` is not enforced by this version`,
          'write `application/json`, a type that ends in `+json`, `application/x-ndjson`, `application/jsonl` or `text/csv`',
        );
      } else if (format !== 'json' && this.#entry.answer === 'one record') {
        this.#document.mistake(
          at,
          `\`${type}\` holds a list, and this answer is one record`,
          'write `application/json` or a type that ends in `+json`',
        );
      }
    }
    return types;
  }

  #checkWhole(operation: Operation): void {
    if (operation.answer === 'many records' && operation.mustUse.length === 0) {
      this.#document.mistakenKey(
        this.#at,
        `\`${this.#name}\` could be asked with nothing and give every record`,
        'name in `must use` what an asker must give',
      );
    }
    if (operation.method === 'GET' && operation.body.size > 0) {
      this.#document.mistake(
        [...this.#at, 'may use'],
        'a GET request has no body',
        'ask with these lookups in the query, or by POST',
      );
    }
    const found = operation.nothingFound;
    if (found !== 'an empty list' && operation.successStatus.includes(found.status)) {
      this.#document.mistake(
        [...this.#at, 'nothing found is'],
        `${found.status} cannot mean both a record and none`,
        'write another status',
      );
    }
    for (const name of [this.#entry['finds a person by'] ?? []].flat()) {
      const used = operation.mustUse.includes(name) || operation.query.has(name) || operation.body.has(name);
      const at = [...this.#at, 'finds a person by'];
      if (this.#lookup(at, name) !== undefined && !used) {
        this.#document.mistake(
          at,
          `\`${name}\` is not a lookup of this operation`,
          'name one that it may use',
        );
      }
    }
  }

  /** `POST /{dataset}/ask/{operation}` is the gateway's own form. */
  #checkAskForm({ method, template: [first] }: Operation): void {
    const isAsk = first !== undefined && 'literal' in first && first.literal === 'ask';
    if (!isAsk || method !== 'POST') return;
    const what = 'the gateway keeps POST requests beneath `ask` for itself';
    this.#document.mistake([...this.#at, 'request'], what, 'add the part before it to the address');
  }

  #lookup(at: DocumentPath, name: string): Lookup | undefined {
    const lookup = this.#lookups.get(name);
    if (lookup === undefined) {
      this.#document.mistake(
        at,
        `\`${name}\` is not a lookup of this dataset`,
        didYouMean(name, this.#lookups.keys()),
      );
    }
    return lookup;
  }
}

/** The name in a URL: "look up one badge" is "look-up-one-badge". */
function slugOf(name: string): string {
  return name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
}
