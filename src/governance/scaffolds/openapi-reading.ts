/** Reads an OpenAPI 3.0 or 3.1 document of somebody else's: its operations, their parameters, and every leaf of an answer. */

export interface Described {
  readonly [member: string]: unknown;
}

export interface FoundParameter {
  readonly name: string;
  readonly in: string;
  readonly required: boolean;
  readonly description: string;
  readonly schema: Described;
}

export interface FoundOperation {
  readonly method: string;
  readonly path: string;
  readonly id: string;
  readonly summary: string;
  readonly parameters: readonly FoundParameter[];
  /** Schema of the first answer of status 2xx in JSON; undefined where there is none. */
  readonly answer: Described | undefined;
}

/** A value that holds no further members, by the names on the way to it. */
export interface FoundLeaf {
  readonly path: readonly string[];
  readonly schema: Described;
}

const METHODS = ['get', 'post', 'put', 'patch', 'delete', 'head', 'options'];
/** Objects inside one another; what goes deeper only goes round in circles. */
const MOST_DEPTH = 8;

/**
 * Opens a file that a document refers to, by its path from the document's own folder; undefined where there is none. A
 * document is somebody else's, so whoever opens must not leave that folder.
 */
export type OpenReferred = (file: string) => unknown;

/** One document with the files that it refers to. */
export class OpenApiReading {
  readonly #root: Described;
  readonly #open: OpenReferred;
  readonly #opened = new Map<string, unknown>();

  constructor(root: Described, open: OpenReferred) {
    this.#root = root;
    this.#open = open;
  }

  /** Undefined for what is no OpenAPI 3 document. */
  static of(document: unknown, open: OpenReferred = () => undefined): OpenApiReading | undefined {
    if (!isDescribed(document) || !isDescribed(document['paths'])) return undefined;
    return /^3\.[01]\./.test(String(document['openapi'])) ? new OpenApiReading(document, open) : undefined;
  }

  get title(): string {
    return text(member(this.#root, 'info')['title']) ?? '';
  }

  get description(): string {
    return text(member(this.#root, 'info')['description']) ?? '';
  }

  get address(): string | undefined {
    const [first] = list(this.#root['servers']);
    return text(first?.['url']);
  }

  operations(): readonly FoundOperation[] {
    const paths = Object.entries(member(this.#root, 'paths'));
    return paths.flatMap(([path, item]) => {
      const shared = this.#followed(item);
      return METHODS.flatMap((method) => {
        const operation = this.#followed(shared[method]);
        return Object.keys(operation).length > 0 ? [this.#operation(method, path, operation, shared)] : [];
      });
    });
  }

  /** Every leaf below a schema; arrays are passed through. */
  leaves(schema: Described): readonly FoundLeaf[] {
    const found = new Map<string, FoundLeaf>();
    this.#walk(schema, [], new Set(), found);
    return [...found.values()];
  }

  /** The members of an object, or of the objects of an array, with references followed and alternatives laid together. */
  members(schema: Described): ReadonlyMap<string, Described> {
    const whole = this.#element(this.#followed(schema));
    const members = new Map<string, Described>();
    for (const part of this.#parts(whole)) {
      for (const [name, inner] of Object.entries(member(part, 'properties'))) {
        if (isDescribed(inner)) members.set(name, this.#followed(inner));
      }
    }
    return members;
  }

  isList(schema: Described): boolean {
    const followed = this.#followed(schema);
    return followed['type'] === 'array' || isDescribed(followed['items']);
  }

  #operation(method: string, path: string, operation: Described, shared: Described): FoundOperation {
    const parameters = [...list(shared['parameters']), ...list(operation['parameters'])].map((one) =>
      this.#parameter(this.#followed(one)),
    );
    return {
      method: method.toUpperCase(),
      path,
      id: text(operation['operationId']) ?? '',
      summary: text(operation['summary']) ?? '',
      parameters,
      answer: this.#answer(member(operation, 'responses')),
    };
  }

  #parameter(found: Described): FoundParameter {
    return {
      name: text(found['name']) ?? '',
      in: text(found['in']) ?? '',
      required: found['required'] === true,
      description: text(found['description']) ?? '',
      schema: this.#followed(found['schema']),
    };
  }

  #answer(responses: Described): Described | undefined {
    const status = Object.keys(responses).find((code) => /^2(?:\d\d|XX)$/i.test(code));
    const response = status === undefined ? {} : this.#followed(responses[status]);
    const types = Object.entries(member(response, 'content'));
    const json = types.find(([type]) => /^application\/(?:[a-z0-9.+-]*\+)?json/i.test(type))?.[1];
    return isDescribed(json) && isDescribed(json['schema']) ? this.#followed(json['schema']) : undefined;
  }

  #walk(
    schema: Described,
    path: readonly string[],
    above: ReadonlySet<Described>,
    found: Map<string, FoundLeaf>,
  ): void {
    const whole = this.#element(this.#followed(schema));
    // A schema inside itself, or one too deep, ends here: what it holds was met already.
    if (above.has(whole) || path.length > MOST_DEPTH) return;
    const members = this.members(whole);
    if (members.size === 0) {
      const name = JSON.stringify(path);
      if (path.length > 0 && !found.has(name)) found.set(name, { path, schema: whole });
      return;
    }
    const inside = new Set([...above, whole]);
    for (const [name, inner] of members) this.#walk(inner, [...path, name], inside, found);
  }

  #element(schema: Described): Described {
    return isDescribed(schema['items']) ? this.#element(this.#followed(schema['items'])) : schema;
  }

  /** The schema and all that it is made of. */
  #parts(schema: Described, depth = 0): readonly Described[] {
    const others = ['allOf', 'oneOf', 'anyOf'].flatMap((name) => list(schema[name]));
    if (depth > MOST_DEPTH) return [schema];
    return [schema, ...others.flatMap((one) => this.#parts(this.#element(this.#followed(one)), depth + 1))];
  }

  #followed(found: unknown, steps = 0): Described {
    if (!isDescribed(found)) return {};
    const reference = text(found['$ref']);
    if (reference === undefined || steps > MOST_DEPTH) return found;
    return this.#followed(this.#at(seenFromFirst('', reference)), steps + 1);
  }

  /** The pointer of a reference (RFC 6901 in a fragment) in this document, or in a file beside it. */
  #at(reference: string): unknown {
    const [file = '', pointer = ''] = reference.split('#', 2);
    const names = pointer.split('/').slice(1).map(unescaped);
    return names.reduce<unknown>(
      (value, name) => (isDescribed(value) && Object.hasOwn(value, name) ? value[name] : {}),
      file === '' ? this.#root : this.#file(file),
    );
  }

  #file(file: string): unknown {
    if (!this.#opened.has(file)) this.#opened.set(file, referringFrom(file, this.#open(file)));
    return this.#opened.get(file);
  }
}

/** What a file holds, with each of its references written as it is seen from the first document. */
function referringFrom(file: string, value: unknown): unknown {
  if (Array.isArray(value)) return value.map((one) => referringFrom(file, one));
  if (!isDescribed(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [
      name,
      name === '$ref' && typeof inner === 'string' ? seenFromFirst(file, inner) : referringFrom(file, inner),
    ]),
  );
}

function seenFromFirst(file: string, reference: string): string {
  const [path = '', pointer = ''] = reference.split('#', 2);
  const steps = path === '' ? file.split('/') : [...file.split('/').slice(0, -1), ...path.split('/')];
  const whole: string[] = [];
  for (const step of steps) {
    if (step === '..' && whole.length > 0 && whole.at(-1) !== '..') whole.pop();
    else if (step !== '.' && step !== '') whole.push(step);
  }
  return `${whole.join('/')}#${pointer}`;
}

/** A name in a JSON pointer; one that cannot be decoded stands for itself. */
function unescaped(name: string): string {
  const plain = name.replaceAll('~1', '/').replaceAll('~0', '~');
  try {
    return decodeURIComponent(plain);
  } catch {
    return plain;
  }
}

function member(found: Described, name: string): Described {
  const value = Object.hasOwn(found, name) ? found[name] : undefined;
  return isDescribed(value) ? value : {};
}

function list(value: unknown): readonly Described[] {
  return Array.isArray(value) ? value.filter(isDescribed) : [];
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function isDescribed(value: unknown): value is Described {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
