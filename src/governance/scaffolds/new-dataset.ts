/** A dataset file to begin with, from an OpenAPI document: every field there, and not one of them shown until somebody says so. */
import type { Sensitivity } from '../../domain/dataset.ts';
import { formatFieldPath } from '../../encoding/field-path.ts';
import { oneLine } from '../pages/phrases.ts';
import { type GuessedKind, guessKind, guessSensitivity, inPlainWords } from './guessed-field.ts';
import {
  type Described,
  type FoundOperation,
  type FoundParameter,
  OpenApiReading,
  type OpenReferred,
} from './openapi-reading.ts';

export interface NewDataset {
  readonly id: string;
  readonly title: string;
  readonly description: string;
  readonly address: string | undefined;
  readonly operations: readonly NewOperation[];
  readonly lookups: ReadonlyMap<string, NewLookup>;
  readonly fields: ReadonlyMap<string, NewField>;
  /** What the document offers and the file leaves out: "POST /v1/payments", and why. */
  readonly leftOut: readonly { readonly what: string; readonly because: string }[];
}

export interface NewOperation {
  readonly name: string;
  /** "GET /v1/payments/{payment id}". */
  readonly request: string;
  /** Lookup → the provider's own name for it. */
  readonly mayUse: ReadonlyMap<string, string>;
  readonly answer: 'one record' | 'many records';
  readonly recordIsAt: string | undefined;
  readonly around: ReadonlyMap<string, 'total' | 'page number' | 'page size'>;
}

export interface NewLookup extends GuessedKind {
  readonly in: 'path' | 'query';
  readonly sensitivity: Sensitivity;
}

export interface NewField extends GuessedKind {
  readonly means: string;
  readonly sensitivity: Sensitivity;
}

/** Undefined where the document is not OpenAPI 3, or offers nothing that can be read. */
export function newDataset(document: unknown, id: string, open?: OpenReferred): NewDataset | undefined {
  const reading = OpenApiReading.of(document, open);
  if (reading === undefined) return undefined;
  const scaffold = new Scaffold(reading);
  for (const operation of reading.operations()) scaffold.take(operation);
  if (scaffold.operations.length === 0) return undefined;
  return {
    id,
    title: oneLine(reading.title),
    description: firstSentence(reading.description),
    address: reading.address,
    operations: scaffold.operations,
    lookups: scaffold.lookups,
    fields: scaffold.fields,
    leftOut: scaffold.leftOut,
  };
}

/** Names under which APIs put their records beside counts and links. */
const RECORDS = [
  'results',
  'data',
  'items',
  'records',
  'entries',
  'entry',
  'notifications',
  'templates',
  'value',
];
const AROUND: ReadonlyMap<string, 'total' | 'page number' | 'page size'> = new Map([
  ['total', 'total'],
  ['page', 'page number'],
  ['page size', 'page size'],
]);

class Scaffold {
  readonly operations: NewOperation[] = [];
  readonly lookups = new Map<string, NewLookup>();
  readonly fields = new Map<string, NewField>();
  readonly leftOut: { what: string; because: string }[] = [];
  readonly #reading: OpenApiReading;

  constructor(reading: OpenApiReading) {
    this.#reading = reading;
  }

  take(operation: FoundOperation): void {
    const what = `${operation.method} ${operation.path}`;
    const leave = (because: string): void => void this.leftOut.push({ what, because });
    // A POST may be a search, and may as well move money: only a person can tell, so it is named and left out.
    if (operation.method !== 'GET') return leave('it may change something; only reading can be shared');
    if (/(?:^|\/)auth(?:$|\/)/.test(operation.path)) return leave('it takes part in signing in or paying');
    if (operation.answer === undefined) return leave('its answer is not described as JSON');
    const segments = operation.path.split('/').slice(1);
    if (segments.some((segment) => segment.includes('{') && !/^\{[^{}]+\}$/.test(segment)))
      return leave('a part of its path mixes names and values');
    if (this.#reading.leaves(operation.answer).length === 0)
      return leave('the fields of its answer are not described');
    this.#add(operation, operation.answer);
  }

  #add(operation: FoundOperation, answer: Described): void {
    const { at, around, isList } = this.#records(answer);
    const record = at === undefined ? answer : (this.#reading.members(answer).get(at) ?? answer);
    const mayUse = new Map<string, string>();
    for (const parameter of operation.parameters) {
      if (parameter.in === 'query') mayUse.set(this.#lookup(parameter, 'query'), parameter.name);
    }
    this.operations.push({
      name: this.#nameOf(operation),
      request: `GET ${this.#template(operation)}`,
      mayUse,
      answer: isList ? 'many records' : 'one record',
      recordIsAt: at === undefined ? undefined : formatFieldPath([{ name: at }]),
      around,
    });
    this.#addFields(record);
  }

  #addFields(record: Described): void {
    for (const { path, schema } of this.#reading.leaves(record)) {
      const name = formatFieldPath(path.map((step) => ({ name: step })));
      if (this.fields.has(name)) continue;
      const words = path.map(inPlainWords).join(' ');
      const description =
        typeof schema['description'] === 'string' ? firstSentence(schema['description']) : '';
      const last = inPlainWords(path.at(-1) ?? '');
      this.fields.set(name, {
        means: description === '' ? words : description,
        sensitivity: guessSensitivity(words),
        ...guessKind(last, schema),
      });
    }
    this.#refuseLeavesAbove();
  }

  /** Two answers may disagree on whether a name holds a value or more names: the deeper ones stay. */
  #refuseLeavesAbove(): void {
    const names = [...this.fields.keys()];
    for (const name of names) {
      if (names.some((other) => other.startsWith(`${name}.`))) this.fields.delete(name);
    }
  }

  /** Where the records stand: in the answer itself, or under a name beside counts and links. */
  #records(answer: Described): {
    at: string | undefined;
    isList: boolean;
    around: ReadonlyMap<string, 'total' | 'page number' | 'page size'>;
  } {
    if (this.#reading.isList(answer)) return { at: undefined, isList: true, around: new Map() };
    const members = this.#reading.members(answer);
    const lists = [...members].filter(
      ([, schema]) => this.#reading.isList(schema) && this.#reading.members(schema).size > 0,
    );
    const at = RECORDS.find((name) => lists.some(([list]) => list === name));
    if (at === undefined) return { at: undefined, isList: false, around: new Map() };
    const around = [...members.keys()].flatMap((name) => {
      const kind = AROUND.get(inPlainWords(name));
      return kind === undefined ? [] : [[name, kind] as const];
    });
    return { at, isList: true, around: new Map(around) };
  }

  #template({ path, parameters }: FoundOperation): string {
    return path.replaceAll(/\{([^{}]+)\}/g, (_whole, name: string) => {
      const known = parameters.find((one) => one.in === 'path' && one.name === name);
      const parameter = known ?? { name, in: 'path', required: true, description: '', schema: {} };
      return `{${this.#lookup(parameter, 'path')}}`;
    });
  }

  /** Takes the parameter up as a lookup and gives its name; the same name in another place gets a name of its own. */
  #lookup({ name, schema }: FoundParameter, place: 'path' | 'query'): string {
    const words = plainName(inPlainWords(name), 'lookup');
    const taken = this.lookups.get(words);
    const own = taken === undefined || taken.in === place ? words : `${words} in the ${place}`;
    const guessed = guessKind(words, schema);
    // What stands in a path needs a kind with a shape.
    const kind: GuessedKind =
      place === 'path' && guessed.kind === 'free text' ? { kind: 'reference' } : guessed;
    if (!this.lookups.has(own))
      this.lookups.set(own, { in: place, sensitivity: guessSensitivity(words), ...kind });
    return own;
  }

  #nameOf({ summary, id, path }: FoundOperation): string {
    const words = plainName(inPlainWords(firstSentence(summary) || id || path), 'operation')
      .slice(0, 70)
      .trim();
    const taken = this.operations.filter(({ name }) => name === words || name.startsWith(`${words} `)).length;
    return taken === 0 ? words : `${words} ${taken + 1}`;
  }
}

/** Letters first, and something in any case. */
function plainName(words: string, instead: string): string {
  const plain = words.replace(/^[^a-z]+/, '');
  return plain.length < 2 ? `${instead} ${plain}`.trim() : plain;
}

function firstSentence(words: string): string {
  const line = oneLine(words.replaceAll(/<[^>]*>|[*`_#]/g, ' '));
  return (/^(.{1,160}?[.!?])(?:\s|$)/.exec(line)?.[1] ?? line.slice(0, 160)).replace(/[.!?]$/, '').trim();
}
