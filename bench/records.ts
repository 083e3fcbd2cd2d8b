/** The records that the benchmarks move: 24 leaves each, 8 of them agreed, about people who cannot exist. */
import { createHash } from 'node:crypto';
import { closeSync, openSync, writeSync } from 'node:fs';

/** The leaves that the agreements of `bench/policies` let leave. */
export const AGREED_LEAVES = [
  'account',
  'status',
  'band',
  'start',
  'person.given',
  'person.family',
  'address.postCode',
  'due',
] as const;

export interface BenchPerson {
  readonly nhsNumber: string;
  readonly account: string;
  readonly status: string;
  readonly band: string;
  readonly start: string;
  readonly end: string | null;
  readonly person: {
    readonly title: string;
    readonly given: string;
    readonly family: string;
    readonly born: string;
    readonly gender: string;
    readonly nino: string;
  };
  readonly address: {
    readonly street: string;
    readonly town: string;
    readonly postCode: string;
    readonly uprn: string;
  };
  readonly phone: string;
  readonly email: string;
  readonly restricted: boolean;
  readonly discount: string;
  readonly due: number;
  readonly arrears: number;
  readonly updated: string;
  readonly notes: string | null;
}

/** The same record as it may leave. */
export interface AgreedPerson {
  readonly account: string;
  readonly status: string;
  readonly band: string;
  readonly start: string;
  readonly person: { readonly given: string; readonly family: string };
  readonly address: { readonly postCode: string };
  readonly due: number;
}

const GIVEN = ['Ines', 'Tomos', 'Wren', 'Odalys', 'Bram', 'Sunniva', 'Caspian', 'Maren', 'Idris', 'Fenella'];
const FAMILY = [
  'Marlowe',
  'Ashdown',
  'Quillfeather',
  'Penhallow',
  'Thistlewood',
  'Okonjo-Vale',
  'Brackenbury',
];
const STREETS = ['Larch Rise', 'Kiln Lane', 'Harbour Row', 'Foundry Walk', 'Orchard Close'];
const STATUS = ['ACTIVE', 'CLOSED', 'PENDING'];
const LAST_LETTERS = 'ABDEFGHJLNPQRSTUWXYZ';

const nhsNumbers: string[] = [];

/** The n-th number of the range 999, which is kept for tests and never issued, with its check digit. */
export function nhsNumberOf(index: number): string {
  let next = nhsNumbers.length === 0 ? 999_000_000 : Number(nhsNumbers.at(-1)?.slice(0, 9)) + 1;
  while (nhsNumbers.length <= index) {
    const number = withCheckDigit(String(next));
    if (number !== undefined) nhsNumbers.push(number);
    next += 1;
  }
  return nhsNumbers[index] ?? '';
}

function withCheckDigit(nine: string): string | undefined {
  let sum = 0;
  for (let place = 0; place < 9; place += 1) sum += Number(nine[place]) * (10 - place);
  const check = (11 - (sum % 11)) % 11;
  return check === 10 ? undefined : `${nine}${check}`;
}

/** The n-th person; the same for every run. */
export function personOf(index: number, notes: string | null = null): BenchPerson {
  const given = pick(GIVEN, index);
  const family = pick(FAMILY, index * 3 + 1);
  return {
    nhsNumber: nhsNumberOf(index),
    account: `CT${String(index).padStart(7, '0')}`,
    status: pick(STATUS, index),
    band: pick(['A', 'B', 'C', 'D', 'E', 'F', 'G', 'H'], index * 5),
    start: `20${twoDigits(10 + (index % 16))}-04-01`,
    end: index % 4 === 0 ? `2026-${twoDigits(1 + (index % 12))}-28` : null,
    person: {
      title: pick(['Mx', 'Dr', 'Ms', 'Mr'], index),
      given: given,
      family: family,
      born: `19${twoDigits(40 + (index % 60))}-${twoDigits(1 + (index % 12))}-${twoDigits(1 + (index % 28))}`,
      gender: pick(['F', 'M', 'X'], index),
      nino: `QQ${String(100_000 + (index % 900_000))}C`,
    },
    address: {
      street: `${1 + (index % 180)} ${pick(STREETS, index)}`,
      town: 'Northmere',
      postCode: `ZZ99 ${index % 10}${pickLetter(index)}${pickLetter(index + 7)}`,
      uprn: String(990_000_000 + (index % 1_000_000)),
    },
    phone: `01632 960${String(index % 1000).padStart(3, '0')}`,
    email: `${given}.${index}@x.example`.toLowerCase(),
    restricted: index % 50 === 7,
    discount: pick(['SPD25', 'NONE', 'EXEMPT', 'CTR'], index),
    due: 90_000 + ((index * 37) % 190_000),
    arrears: (index * 13) % 70_000,
    updated: `2026-10-${twoDigits(1 + (index % 28))}`,
    notes,
  };
}

/** What of a person is agreed, in the order in which it comes. */
export function agreedPart(person: AgreedPerson): AgreedPerson {
  return {
    account: person.account,
    status: person.status,
    band: person.band,
    start: person.start,
    person: { given: person.person.given, family: person.person.family },
    address: { postCode: person.address.postCode },
    due: person.due,
  };
}

/** A body as the provider sends it, and as it must leave. */
export interface BenchBody {
  readonly whole: Buffer;
  readonly agreed: Buffer;
}

/** One record in exactly `bytes` bytes, made up with notes. */
export function oneRecord(bytes = 1024): BenchBody {
  const spare = bytes - Buffer.byteLength(JSON.stringify({ data: personOf(0, '') }));
  const words = 'Asked for a payment plan; agreed to twelve instalments by direct debit. ';
  const person = personOf(0, words.repeat(Math.ceil(spare / words.length)).slice(0, spare));
  return {
    whole: Buffer.from(JSON.stringify({ data: person })),
    agreed: Buffer.from(JSON.stringify({ data: agreedPart(person) })),
  };
}

/** A list of so many records. */
export function listOfRecords(count: number): BenchBody {
  const people = Array.from({ length: count }, (_, index) => personOf(index));
  return {
    whole: Buffer.from(JSON.stringify({ data: people })),
    agreed: Buffer.from(JSON.stringify({ data: people.map(agreedPart) })),
  };
}

/** Writes a list of at least `bytes` bytes to `file`; gives back how many it has, and what must leave of it. */
export function writeLongList(
  file: string,
  bytes: number,
): { readonly bytes: number; readonly records: number; readonly agreedSha256: string } {
  const descriptor = openSync(file, 'w');
  const agreed = createHash('sha256').update('{"data":[');
  let written = writeSync(descriptor, '{"data":[');
  let records = 0;
  while (written < bytes) {
    const people = Array.from({ length: 1000 }, (_, place) => personOf((records + place) % 500_000));
    const comma = records === 0 ? '' : ',';
    written += writeSync(descriptor, comma + JSON.stringify(people).slice(1, -1));
    agreed.update(comma + JSON.stringify(people.map(agreedPart)).slice(1, -1));
    records += people.length;
  }
  written += writeSync(descriptor, ']}');
  closeSync(descriptor);
  return { bytes: written, records, agreedSha256: agreed.update(']}').digest('hex') };
}

function pick<Value>(list: readonly Value[], index: number): Value {
  return list[index % list.length] as Value;
}

function pickLetter(index: number): string {
  return LAST_LETTERS[index % LAST_LETTERS.length] ?? 'A';
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0');
}
