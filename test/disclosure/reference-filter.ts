/** The field filter once more, slow and by the meaning of each rule: what the quick one is compared with. */

import type {
  AgreedLeaf,
  DisclosureRules,
  FoundSubject,
  RecordCondition,
  RevealInputs,
  Screen,
  Screened,
  SubjectPath,
} from '../../src/disclosure/rules.ts';
import type { FieldPath } from '../../src/encoding/field-path.ts';
import { type LosslessObject, type LosslessValue, parseLossless, Refused, textOf } from './lossless-json.ts';

export interface ReferenceAnswer {
  readonly text: string;
  readonly records: number;
  readonly fields: readonly string[];
  readonly withheld: number;
  readonly undeclared: ReadonlyMap<string, number>;
  readonly subjects: readonly FoundSubject[];
  readonly screened: Screened;
}

/** The names from the record to a value, each with the object through which the way went on, if it did. */
type Trail = readonly { readonly name: string; readonly through: LosslessObject | undefined }[];

/** What is left of a value, and how many members of it did not leave. */
interface Left {
  readonly text: string | undefined;
  readonly withheld: number;
}

/** The whole answer, or `refused`. */
export function referenceFilter(
  bytes: Uint8Array,
  rules: DisclosureRules,
  inputs: RevealInputs,
  screen?: Screen,
  format: 'json' | 'ndjson' = 'json',
): ReferenceAnswer | 'refused' {
  try {
    const reference = new Reference(rules, inputs, screen);
    if (format === 'ndjson') return reference.lines(bytes);
    return reference.answer(parseLossless(bytes, rules.mostDepth));
  } catch (error) {
    if (error instanceof Refused) return 'refused';
    throw error;
  }
}

export class Reference {
  readonly rules: DisclosureRules;
  readonly inputs: RevealInputs;
  readonly fields = new Set<AgreedLeaf>();
  readonly undeclared = new Map<string, number>();
  readonly subjects: FoundSubject[] = [];
  readonly met = new Set<RecordCondition>();
  readonly people: Screened['people'][number][] = [];
  readonly screen: Screen | undefined;
  conditions = 0;
  withheld = 0;
  records = 0;

  constructor(rules: DisclosureRules, inputs: RevealInputs, screen?: Screen) {
    this.screen = screen;
    this.rules = rules;
    this.inputs = inputs;
  }

  answer(root: LosslessValue): ReferenceAnswer {
    const text = this.envelope(root, this.rules.recordPath);
    return this.facts(this.rules.answer === 'one record' && this.records === 0 ? '' : text);
  }

  /** One object to a line. */
  lines(bytes: Uint8Array): ReferenceAnswer {
    const lines = decoded(bytes).split('\n');
    if (lines.at(-1) === '') lines.pop();
    const { mostDepth } = this.rules;
    const kept = lines.flatMap((line) => this.record(parseLossless(Buffer.from(line), mostDepth)));
    return this.facts(kept.map((text) => `${text}\n`).join(''));
  }

  facts(text: string): ReferenceAnswer {
    const { rules, records, withheld, undeclared, subjects, conditions, people } = this;
    const fields = rules.agreed.filter((leaf) => this.fields.has(leaf)).map(({ name }) => name);
    const screened = { conditions, people };
    return { text, records, fields: [...new Set(fields)], withheld, undeclared, subjects, screened };
  }

  envelope(value: LosslessValue, way: readonly string[]): string {
    const [step, ...further] = way;
    if (step === undefined) return this.recordsAt(value);
    if (value.kind !== 'object') throw new Refused();
    for (const member of value.members) {
      this.refuseLong(member.nameText);
      if (member.name !== step) this.refuseLong(member.value.text);
    }
    const onTheWay = value.members.filter(({ name }) => name === step);
    if (onTheWay.length !== 1) throw new Refused();
    if (further.length > 0) {
      return `{${onTheWay.map(({ nameText, value }) => `${nameText}:${this.envelope(value, further)}`)}}`;
    }
    return this.holder(value, step);
  }

  /** The object that holds the records, with what may stand beside them. */
  holder(object: LosslessObject, step: string): string {
    const before: string[] = [];
    const totals: string[] = [];
    const after: string[] = [];
    let records: string | undefined;
    const seen = new Set<string>();
    for (const { name, nameText, value } of object.members) {
      const kind = this.rules.wrapper.get(name);
      if (name === step) {
        records = `${nameText}:${this.recordsAt(value)}`;
        continue;
      }
      if (kind === undefined) continue;
      if (seen.has(name)) throw new Refused();
      seen.add(name);
      if (!/^(0|[1-9]\d{0,14})$/.test(value.text)) continue;
      if (kind === 'total' && records === undefined) totals.push(nameText);
      else if (kind === 'total') after.push(`${nameText}:${this.records}`);
      else (records === undefined ? before : after).push(`${nameText}:${value.text}`);
    }
    const recounted = totals.map((nameText) => `${nameText}:${this.records}`);
    return `{${[...before, records ?? '', ...recounted, ...after].join(',')}}`;
  }

  recordsAt(value: LosslessValue): string {
    if (this.rules.answer === 'one record') return this.record(value).join('');
    if (value.kind !== 'array') throw new Refused();
    return `[${value.elements.flatMap((element) => this.record(element)).join(',')}]`;
  }

  /** What leaves of a record, or nothing: not even a count. */
  record(value: LosslessValue): string[] {
    if (value.kind !== 'object') throw new Refused();
    this.refuseLong(value.text);
    const own = new Reference(this.rules, this.inputs);
    own.records = this.records;
    const left = own.object(value, []);
    own.withheld = left.withheld;
    return this.takeOver(own) ? [left.text ?? '{}'] : [];
  }

  /** Adds what was found in one record, if it may leave. */
  takeOver(own: Reference): boolean {
    const meets = this.rules.conditions.every((condition) => own.met.has(condition));
    const subjects = own.subjects.map(({ namespace, id, who }) => ({ namespace, id, who }));
    const held = this.screen?.(subjects) === true;
    if (!meets) this.conditions += 1;
    if (held) this.people.push(...subjects);
    if (held || !meets) return false;
    this.records += 1;
    this.withheld += own.withheld;
    this.subjects.push(...own.subjects);
    for (const leaf of own.fields) this.fields.add(leaf);
    for (const [parent, count] of own.undeclared) this.countUndeclared(parent, count);
    return true;
  }

  countUndeclared(parent: string, count: number): void {
    this.undeclared.set(parent, (this.undeclared.get(parent) ?? 0) + count);
  }

  refuseLong(text: string): void {
    if (Buffer.byteLength(text) > this.rules.mostRecordBytes) throw new Refused();
  }

  /** `trail` leads to this object. */
  object(object: LosslessObject, trail: Trail): Left {
    const known = this.namesBelow(trail);
    const kept: string[] = [];
    let withheld = 0;
    for (const { name, nameText, value } of object.members) {
      const below = [...trail, { name, through: undefined }];
      if (this.isDeclared(trail) && !this.isDeclared(below)) {
        this.countUndeclared(nameOf(trail), 1);
      }
      if (!known.has(name)) {
        withheld += 1;
        continue;
      }
      if (object.members.filter((member) => member.name === name).length > 1) throw new Refused();
      const left = this.value(value, below);
      if (left.text !== undefined) kept.push(`${nameText}:${left.text}`);
      withheld += left.text === undefined ? 1 : left.withheld;
    }
    return { text: kept.length === 0 ? undefined : `{${kept.join(',')}}`, withheld };
  }

  value(value: LosslessValue, trail: Trail): Left {
    if (this.isLeaf(trail)) return this.leaf(value, trail);
    if (value.kind === 'object') return this.object(value, goThrough(trail, value));
    if (value.kind !== 'array') return { text: undefined, withheld: 0 };
    const elements = value.elements.map((element) => this.value(element, trail));
    const kept = elements.flatMap(({ text }) => text ?? []);
    const withheld = elements.reduce((sum, left) => sum + left.withheld, 0);
    return { text: kept.length === 0 ? undefined : `[${kept.join(',')}]`, withheld };
  }

  leaf(value: LosslessValue, trail: Trail): Left {
    const scalars = scalarsOf(value);
    for (const subject of this.rules.subjects) {
      if (leadsTo(subject.path, trail)) this.find(subject, scalars);
    }
    for (const condition of this.rules.conditions) {
      if (!leadsTo(condition.path, trail)) continue;
      const values = scalars.filter(({ text }) => text !== 'null').map(textOf);
      if (values.some((text) => isAmong(condition, text))) this.met.add(condition);
    }
    const agreed = this.rules.agreed.find(({ path }) => leadsTo(path, trail));
    if (agreed === undefined) return { text: undefined, withheld: 0 };
    this.fields.add(agreed);
    return { text: this.shown(value, agreed), withheld: 0 };
  }

  find({ namespace, who, normalise }: SubjectPath, scalars: readonly LosslessValue[]): void {
    for (const scalar of scalars) {
      if (scalar.kind !== 'string' && scalar.kind !== 'number') continue;
      const text = textOf(scalar);
      const id = normalise(text) ?? text.normalize('NFC');
      if (text !== '') this.subjects.push({ namespace, id, who, record: this.records + 1 });
    }
  }

  shown(value: LosslessValue, leaf: AgreedLeaf): string {
    if (value.kind === 'array') return `[${value.elements.map((it) => this.shown(it, leaf)).join(',')}]`;
    const { show } = leaf;
    if (show.as === 'in full') {
      textOf(value);
      return value.text;
    }
    if (value.text === 'null') {
      if (show.as === 'yes or no') return '"no"';
      const isSaid = show.as === 'in other words' && show.anythingElse !== undefined;
      return isSaid ? JSON.stringify(show.anythingElse) : 'null';
    }
    const text = textOf(value);
    const lists = show.as === 'yes or no' && (show.yesWhen !== undefined || show.notYetWhen !== undefined);
    if (show.as === 'yes or no' && !lists && (text === '' || value.text === 'false')) return '"no"';
    const normal = leaf.normalise(text);
    if (normal === undefined) throw new Refused();
    return JSON.stringify(this.revealed(normal, leaf));
  }

  revealed(value: string, { show, kind, normalise }: AgreedLeaf): string {
    const listed = (list: readonly string[] | undefined) =>
      list?.some((it) => (normalise(it) ?? it) === value) === true;
    switch (show.as) {
      case 'yes or no':
        if (show.yesWhen === undefined && show.notYetWhen === undefined) return 'yes';
        return listed(show.yesWhen) ? 'yes' : listed(show.notYetWhen) ? 'not yet' : 'no';
      case 'initials': {
        const words = value.normalize('NFC').split(/\s/);
        const firsts = words.flatMap((word) => word.match(/\p{L}\p{M}*/u)?.[0] ?? []);
        if (firsts.length === 0) throw new Refused();
        return firsts.join(' ');
      }
      case 'year':
        if (!/^\d\d\d\d-\d\d-\d\d$/.test(value)) throw new Refused();
        return value.slice(0, 4);
      case 'first half':
        if (!/^[A-Z]+\d+ \d[A-Z][A-Z]$/.test(value)) throw new Refused();
        return value.split(' ')[0] ?? '';
      case 'last 4 characters':
        if ([...value].length <= 8) throw new Refused();
        return [...value].slice(-4).join('');
      case 'bound to this agreement':
        return this.inputs.bind(value);
      case 'matching code':
        return this.inputs.matchingCode(kind, value);
      case 'over 18':
        return this.birthdaysOf(value) >= 18 ? 'yes' : 'no';
      case 'age band': {
        const age = this.birthdaysOf(value);
        return bandOf(show.bands, age, (from, next) =>
          next === from + 1 ? `${from}` : `${from} to ${next - 1}`,
        );
      }
      case 'band':
        if (!/^-?\d{1,15}(\.\d+)?$/.test(value)) throw new Refused();
        return bandOf(show.bands, Number(value), (from, next) => `${from} to under ${next}`);
      case 'in other words': {
        const found = [...show.words].findLast(([it]) => (normalise(it) ?? it) === value)?.[1];
        const word = found ?? show.anythingElse;
        if (word === undefined) throw new Refused();
        return word;
      }
      case 'in full':
        return value;
    }
  }

  /** Counts birthdays one by one; a calendar moves 29 February to 1 March where the year has none. */
  birthdaysOf(born: string): number {
    const [year, month, day] = born.split('-').map(Number);
    const today = Date.parse(this.inputs.today);
    if (year === undefined || month === undefined || day === undefined) throw new Refused();
    if (!/^\d{4}-\d\d-\d\d$/.test(born) || Date.UTC(year, month - 1, day) > today) throw new Refused();
    let birthdays = 0;
    while (Date.UTC(year + birthdays + 1, month - 1, day) <= today) birthdays += 1;
    return birthdays;
  }

  get declaredPaths(): FieldPath[] {
    const { declared, agreed, conditions } = this.rules;
    return [...declared, ...[...agreed, ...conditions].map(({ path }) => path)];
  }

  get allPaths(): FieldPath[] {
    return [...this.declaredPaths, ...this.rules.subjects.map(({ path }) => path)];
  }

  /** Declared, or on the way to what is declared. */
  isDeclared(trail: Trail): boolean {
    return trail.length === 0 || this.declaredPaths.some((path) => startsWith(path, trail));
  }

  isLeaf(trail: Trail): boolean {
    return this.allPaths.some((path) => path.length === trail.length && startsWith(path, trail));
  }

  /** The names that matter in an object here: the next on any way, and those that an equality looks at. */
  namesBelow(trail: Trail): Set<string> {
    const names = new Set<string>();
    for (const path of this.allPaths) {
      if (!startsWith(path, trail)) continue;
      const next = path[trail.length];
      if (next !== undefined) names.add(next.name);
      const where = path[trail.length - 1]?.where;
      if (where !== undefined) names.add(where.key);
    }
    return names;
  }
}

export function isAmong({ among, normalise }: RecordCondition, text: string): boolean {
  const value = normalise(text);
  return value !== undefined && among.has(value);
}

/** @throws {Refused} for bytes that are not UTF-8. */
export function decoded(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new Refused();
  }
}

function goThrough(trail: Trail, through: LosslessObject): Trail {
  return trail.map((step, depth) => (depth === trail.length - 1 ? { name: step.name, through } : step));
}

function startsWith(path: FieldPath, trail: Trail): boolean {
  return trail.length <= path.length && trail.every(({ name }, depth) => path[depth]?.name === name);
}

/** True where the path ends where the trail ends, and all its equalities hold on the way. */
function leadsTo(path: FieldPath, trail: Trail): boolean {
  if (path.length !== trail.length || !startsWith(path, trail)) return false;
  return path.every(({ where }, depth) => {
    if (where === undefined) return true;
    return trail[depth]?.through?.members.some(
      ({ name, value }) => name === where.key && value.kind === 'string' && value.string === where.equals,
    );
  });
}

function scalarsOf(value: LosslessValue): LosslessValue[] {
  if (value.kind === 'object') throw new Refused();
  return value.kind === 'array' ? value.elements.flatMap(scalarsOf) : [value];
}

function bandOf(
  starts: readonly number[],
  value: number,
  between: (from: number, next: number) => string,
): string {
  const reached = starts.filter((start) => start <= value);
  const from = reached.at(-1);
  const next = starts[reached.length];
  if (from === undefined) return `under ${starts[0]}`;
  return next === undefined ? `${from} or over` : between(from, next);
}

function nameOf(trail: Trail): string {
  const plain = (name: string) => (/^[^.[\]=' ]+$/.test(name) ? name : `'${name.replaceAll("'", "''")}'`);
  return trail.map(({ name }) => plain(name)).join('.');
}
