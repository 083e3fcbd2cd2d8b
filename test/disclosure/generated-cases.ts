/** Random rules, answers that nearly fit them, and ways to cut the answers into chunks, for fast-check. */
import fc from 'fast-check';
import type { AnswerFormat, DisclosureRules } from '../../src/disclosure/rules.ts';
import { type FieldPath, formatFieldPath, type PathStep } from '../../src/encoding/field-path.ts';
import type { Show } from '../../src/encoding/show.ts';
import { csvFor } from './generated-csv.ts';

export interface FilterCase {
  readonly rules: DisclosureRules;
  readonly format: AnswerFormat;
  readonly answer: Buffer;
  /** A record with one of these identifiers is screened; undefined where there is no screen. */
  readonly screened: readonly string[] | undefined;
  /** Sizes of the chunks, over and over. */
  readonly chunks: readonly number[];
  /** Most records of each take, over and over. */
  readonly takes: readonly number[];
}

const NAMES = ['a', 'b', 'c', 'use', 'a.b', 'é', '__proto__', 'constructor', 'name with spaces', "it's"];
const VALUES = ['home', 'old', 'Ines Marlowe', 'ZZ99 3VZ', '1951-02-11', '😀é', ''];

type Shape = 'leaf' | { readonly [name: string]: Shape };

const name = fc.constantFrom(...NAMES);
const shape: fc.Arbitrary<Shape> = fc.letrec<{ shape: Shape; parent: Shape }>((tie) => ({
  shape: fc.oneof(
    { depthSize: 'small', maxDepth: 3 },
    { weight: 2, arbitrary: fc.constant('leaf' as const) },
    tie('parent'),
  ),
  parent: fc
    .uniqueArray(fc.tuple(name, tie('shape')), { minLength: 1, maxLength: 4, selector: ([it]) => it })
    .map((members) => Object.assign(Object.create(null), fromEntries(members))),
})).parent;

function fromEntries(members: readonly (readonly [string, Shape])[]): Shape {
  const object: Record<string, Shape> = Object.create(null);
  for (const [member, below] of members) object[member] = below;
  return object;
}

function leavesOf(below: Shape, way: readonly string[] = []): string[][] {
  if (below === 'leaf') return [[...way]];
  return Object.keys(below).flatMap((member) => leavesOf(below[member] ?? 'leaf', [...way, member]));
}

const show: fc.Arbitrary<Show> = fc.oneof(
  { weight: 2, arbitrary: fc.constant<Show>({ as: 'in full' }) },
  {
    weight: 3,
    arbitrary: fc.constantFrom<Show>(
      { as: 'initials' },
      { as: 'year' },
      { as: 'first half' },
      { as: 'last 4 characters' },
      { as: 'bound to this agreement' },
      { as: 'matching code' },
      { as: 'over 18' },
      { as: 'age band', bands: [0, 16, 17, 18, 65] },
      { as: 'age band', bands: [76] },
      { as: 'band', bands: [-1, 0, 2] },
      {
        as: 'in other words',
        words: new Map([
          [' home', 'in'],
          ['1', 'one'],
        ]),
      },
      { as: 'in other words', words: new Map([['old', 'in']]), anythingElse: 'out of "it"' },
      { as: 'yes or no' },
      { as: 'yes or no', yesWhen: ['home', '1'], notYetWhen: ['old'] },
      { as: 'yes or no', notYetWhen: ['old', ' home '] },
    ),
  },
);

/** Takes most texts, so that most reveals have something to show. */
const normalise = (text: string): string | undefined => (text === 'old ' ? undefined : text.trim());
/** For most reveals mostly what they can show: dates, postcodes, amounts, a name that is long enough. */
const fits: Partial<Record<Show['as'], readonly string[]>> = {
  initials: ['Ines Marlowe'],
  year: ['1951-02-11'],
  'over 18': ['2008-11-23', '2008-11-24', '2008-02-29', '1951-02-11'],
  'age band': ['1952-02-29', '2010-11-23', '2010-11-24', '2009-11-23', '2008-11-23', '2026-11-23'],
  band: ['-0.5', '-1', '-1.25', '0', '0.0', '1.999999999', '2', '172431'],
  'first half': ['ZZ99 3VZ'],
  'last 4 characters': ['long enough 😀'],
};
const normaliseFor = (as: Show['as'], strict: boolean) => (text: string) => {
  const normal = normalise(text);
  if (strict || normal === undefined) return normal;
  const those = fits[as] ?? [normal];
  return those[normal.length % those.length];
};

function withEqualities(
  way: readonly string[],
  picks: readonly (PathStep['where'] | undefined)[],
): FieldPath {
  return way.map((step, depth) => {
    const where = picks[depth];
    return where === undefined ? { name: step } : { name: step, where };
  });
}

const where = fc.option(
  fc.record({ key: fc.constantFrom('use', 'a', 'b'), equals: fc.constantFrom('home', 'old', '😀é') }),
  { nil: undefined, freq: 5 },
);
const picks = fc.array(where, { minLength: 4, maxLength: 4 });

function rulesOver(below: Shape): fc.Arbitrary<DisclosureRules> {
  const leaves = leavesOf(below);
  const leaf = fc.constantFrom(...leaves);
  const agreed = fc
    .record({ leaf, show, picks, strict: fc.boolean() })
    .map(({ leaf, show, picks, strict }) => {
      const path = withEqualities(leaf, picks);
      return {
        name: formatFieldPath(path),
        path,
        show,
        kind: 'some kind',
        normalise: normaliseFor(show.as, strict),
      };
    });
  const astray = fc.uniqueArray(name, { minLength: 1, maxLength: 2 });
  const subject = fc
    .record({ way: fc.oneof({ weight: 4, arbitrary: leaf }, astray), picks })
    .map(({ way, picks }) => ({
      who: `the one at ${way.length}`,
      path: withEqualities(way, picks),
      namespace: way.join('/'),
      normalise,
    }));
  const condition = fc
    .record({ leaf, among: fc.subarray([...VALUES, '1', 'true', '-0'], { minLength: 2 }) })
    .map(({ leaf, among }) => ({ path: withEqualities(leaf, []), among: new Set(among), normalise }));
  return fc.record({
    answer: fc.constantFrom('one record' as const, 'many records' as const),
    recordPath: fc.array(fc.constantFrom('data', 'a', 'é'), { maxLength: 2 }),
    declared: fc.constant(leaves.map((way) => withEqualities(way, []))),
    agreed: fc.array(agreed, { maxLength: 5 }),
    subjects: fc.array(subject, { maxLength: 2 }),
    conditions: fc.oneof({ weight: 3, arbitrary: fc.constant([]) }, fc.array(condition, { maxLength: 2 })),
    wrapper: fc.constant(
      new Map([
        ['total', 'total'],
        ['page', 'page number'],
        ['size', 'page size'],
      ] as const),
    ),
    mostRecordBytes: fc.oneof(
      { weight: 6, arbitrary: fc.constant(100_000) },
      fc.integer({ min: 2, max: 300 }),
    ),
    mostDepth: fc.oneof({ weight: 6, arbitrary: fc.constant(32) }, fc.integer({ min: 1, max: 8 })),
  });
}

const space = fc.oneof(
  { weight: 12, arbitrary: fc.constant('') },
  fc.constantFrom(' ', '\n', '\t', '\r\n', '    '),
);

/** A JSON string for a text, some characters escaped that need not be. */
function quoted(text: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return fc.record({ text, place: fc.integer({ min: -12, max: 3 }) }).map(({ text, place }) => {
    const plain = JSON.stringify(text);
    if (place < 0 || place >= text.length) return plain;
    const unit = text.charCodeAt(place).toString(16).padStart(4, '0');
    const start = JSON.stringify(text.slice(0, place)).slice(0, -1);
    return `${start}\\u${unit}${JSON.stringify(text.slice(place + 1)).slice(1)}`;
  });
}

const scalar = fc.oneof(
  { weight: 8, arbitrary: quoted(fc.constantFrom(...VALUES)) },
  { weight: 1, arbitrary: quoted(fc.string({ unit: 'grapheme', maxLength: 40 })) },
  {
    weight: 4,
    arbitrary: fc.constantFrom('0', '-0', '1.0', '1e400', '12345678901234567890', '-1.5E+2', '1'),
  },
  { weight: 3, arbitrary: fc.constantFrom('null', 'true', 'false') },
  { weight: 1, arbitrary: fc.constantFrom('"\\ud83d"', '"\\/\\b\\"\\\\"', '"\\ud83d\\ude00"') },
);

function list(value: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return fc
    .array(fc.tuple(space, value, space), { maxLength: 3 })
    .map((elements) => `[${elements.map((it) => it.join('')).join(',')}]`);
}

function object(members: fc.Arbitrary<readonly (readonly [string, string])[]>): fc.Arbitrary<string> {
  return fc.tuple(members, space, space, space).map(([written, before, middle, after]) => {
    const texts = written.map(([member, value]) => `${before}${member}${middle}:${before}${value}${after}`);
    return `{${texts.join(',')}${middle}}`;
  });
}

/** A value that nothing declares. */
const stray: fc.Arbitrary<string> = fc.letrec<{ stray: string }>((tie) => ({
  stray: fc.oneof(
    { depthSize: 'small', maxDepth: 4 },
    { weight: 6, arbitrary: scalar },
    list(tie('stray')),
    object(fc.array(fc.tuple(quoted(name), tie('stray')), { maxLength: 3 })),
  ),
})).stray;

function valueFor(below: Shape): fc.Arbitrary<string> {
  if (below === 'leaf') {
    return fc.oneof(
      { weight: 30, arbitrary: scalar },
      { weight: 4, arbitrary: list(scalar) },
      { weight: 1, arbitrary: list(list(scalar)) },
      { weight: 1, arbitrary: fc.constantFrom('[{}]', '{}', '{"a":1}') },
    );
  }
  const value = objectOf(below);
  return fc.oneof(
    { weight: 8, arbitrary: value },
    { weight: 6, arbitrary: list(value) },
    { weight: 1, arbitrary: list(fc.oneof(value, list(value), scalar)) },
    { weight: 1, arbitrary: stray },
  );
}

function objectOf(below: Exclude<Shape, 'leaf'>): fc.Arbitrary<string> {
  const declared = Object.keys(below).map((member) =>
    fc.option(fc.tuple(quoted(fc.constant(member)), valueFor(below[member] ?? 'leaf')), {
      nil: undefined,
      freq: 4,
    }),
  );
  const undeclared = fc.array(fc.tuple(quoted(fc.string({ maxLength: 3 })), stray), { maxLength: 2 });
  const use = fc.array(fc.tuple(quoted(fc.constant('use')), quoted(fc.constantFrom('home', 'old'))), {
    maxLength: 1,
  });
  const members = fc.tuple(fc.tuple(...declared), undeclared, use, fc.integer({ min: 0, max: 5 }));
  return object(
    members.map(([known, unknown, added, turn]) => {
      const extra = 'use' in below ? [] : added;
      const all = [...known.filter((it) => it !== undefined), ...unknown, ...extra];
      return [...all.slice(turn), ...all.slice(0, turn)];
    }),
  );
}

/** One object to a line, mostly. */
function linesFor(below: Shape): fc.Arbitrary<string> {
  const line = fc
    .tuple(space, below === 'leaf' ? stray : objectOf(below), space, fc.integer({ min: 0, max: 20 }))
    .map(([before, text, after, astray]) => {
      const whole = `${before}${text}${after}`;
      return astray === 0 ? whole : whole.replaceAll(/[\r\n]/g, '\t');
    });
  const noLine = fc.constantFrom('', ' ', 'null', '[]', '{} {}');
  const lines = fc.array(fc.oneof({ weight: 30, arbitrary: line }, noLine), { maxLength: 4 });
  return fc
    .tuple(lines, fc.constantFrom('\n', '\r\n'), fc.boolean())
    .map(([all, end, isLastEnded]) => all.join(end) + (isLastEnded && all.length > 0 ? end : ''));
}

function answerFor(rules: DisclosureRules, below: Shape): fc.Arbitrary<string> {
  const record = below === 'leaf' ? stray : objectOf(below);
  let answer =
    rules.answer === 'one record' ? record : fc.oneof({ weight: 20, arbitrary: list(record) }, stray);
  for (const step of rules.recordPath.toReversed()) {
    const beside = fc.uniqueArray(
      fc.tuple(
        fc.oneof(
          { weight: 8, arbitrary: fc.constantFrom('"total"', '"page"', '"size"', '"p\\u0061ge"') },
          quoted(fc.string({ maxLength: 3 })),
        ),
        fc.oneof({ weight: 4, arbitrary: fc.constantFrom('0', '17', '1.5', '-1') }, stray),
      ),
      { maxLength: 3, selector: ([it]) => it },
    );
    answer = object(
      fc
        .tuple(beside, quoted(fc.constant(step)), answer, fc.integer({ min: 0, max: 3 }))
        .map(([others, member, value, place]) => [
          ...others.slice(0, place),
          [member, value],
          ...others.slice(place),
        ]),
    );
  }
  return fc.tuple(space, answer, space).map((texts) => texts.join(''));
}

/** Now and then a byte is changed, added or taken away, or the end is cut off. */
const damage = fc.oneof(
  { weight: 12, arbitrary: fc.constant((bytes: Buffer) => bytes) },
  fc
    .record({ at: fc.nat(), kind: fc.constantFrom('change', 'add', 'take', 'cut'), byte: fc.nat(255) })
    .map(({ at, kind, byte }) => (bytes: Buffer) => {
      const place = bytes.length === 0 ? 0 : at % bytes.length;
      const rest = bytes.subarray(kind === 'add' ? place : place + 1);
      if (kind === 'cut') return bytes.subarray(0, place);
      const middle = kind === 'take' ? [] : [byte];
      return Buffer.concat([bytes.subarray(0, place), Buffer.from(middle), rest]);
    }),
);

const chunks = fc.oneof(
  fc.constant([1]),
  fc.constant([100_000]),
  fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 5 }),
);
const takes = fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 1, maxLength: 4 });

const screened = fc.option(fc.subarray(['home', 'old', '1', 'Ines Marlowe'], { minLength: 1 }), {
  nil: undefined,
});

/** Cases of one format. */
export function casesOf(format: AnswerFormat): fc.Arbitrary<FilterCase> {
  return shape
    .chain((below) => rulesOver(below).map((rules) => ({ below, rules })))
    .chain(({ below, rules: any }) => {
      // Only JSON has answers of one record, and a way to the records.
      const rules: DisclosureRules =
        format === 'json' ? any : { ...any, answer: 'many records', recordPath: [] };
      return fc.record({
        rules: fc.constant(rules),
        text: textFor(format, rules, below),
        damage,
        chunks,
        takes,
        screened,
      });
    })
    .map(({ text, damage, ...more }) => ({ format, answer: damage(Buffer.from(text, 'utf8')), ...more }));
}

function textFor(format: AnswerFormat, rules: DisclosureRules, below: Shape): fc.Arbitrary<string> {
  if (format === 'csv') return csvFor(rules, VALUES);
  return format === 'ndjson' ? linesFor(below) : answerFor(rules, below);
}
