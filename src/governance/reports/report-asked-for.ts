/** What a report is asked for, read from lines of text: whose looks, or which case. No sentence repeats a value. */
import type { PolicySet } from '../../domain/policy-set.ts';

export interface StaffAskedFor {
  /** An acting person is told by the issuer that named them. */
  readonly issuers: readonly string[];
  readonly id: string;
}

export interface CaseAskedFor {
  readonly consumer: string;
  readonly id: string;
}

type Wrong = { readonly wrong: string };

/** `person: …`, and `organisation: …` or `issuer: …`, each on a line of its own. */
export function readStaff(text: string, { organisations }: PolicySet): StaffAskedFor | Wrong {
  const lines = valuesByName(text, ['person', 'organisation', 'issuer']);
  if ('wrong' in lines) return lines;
  const [id, ...more] = lines.get('person') ?? [];
  if (id === undefined || more.length > 0)
    return { wrong: 'write one line `person: …` with the identifier that the sign-in gives that person' };
  const issuers = [...(lines.get('issuer') ?? [])];
  for (const name of lines.get('organisation') ?? []) {
    const issuer = organisations.get(name)?.signIn?.issuer;
    if (issuer === undefined)
      return { wrong: 'no policy file has a sign-in of that organisation; write its id, or `issuer: …`' };
    issuers.push(issuer);
  }
  if (issuers.length === 0)
    return {
      wrong: 'write a line `organisation: …` with its id, or `issuer: …` with the address of its sign-in',
    };
  return { issuers: [...new Set(issuers)], id };
}

/** `organisation: …` and `case reference: …`, each on a line of its own. */
export function readCase(text: string): CaseAskedFor | Wrong {
  const lines = valuesByName(text, ['organisation', 'case reference']);
  if ('wrong' in lines) return lines;
  const [consumer, ...others] = lines.get('organisation') ?? [];
  const [id, ...more] = lines.get('case reference') ?? [];
  if (consumer === undefined || others.length > 0)
    return { wrong: 'write one line `organisation: …` with the id of the organisation whose case it is' };
  if (id === undefined || more.length > 0)
    return { wrong: 'write one line `case reference: …`, spelled as it was when they asked' };
  return { consumer, id };
}

function valuesByName(text: string, names: readonly string[]): Map<string, string[]> | Wrong {
  const values = new Map<string, string[]>();
  for (const [at, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue;
    const [, name = '', value = ''] = /^([^:]{1,60}):(.{1,1000})$/.exec(line.trim()) ?? [];
    const known = names.find((one) => one === name.trim().toLowerCase());
    if (known === undefined || value.trim() === '')
      return {
        wrong: `line ${at + 1} does not begin with ${names.map((one) => `\`${one}:\``).join(' or ')}`,
      };
    values.set(known, [...(values.get(known) ?? []), value.trim()]);
  }
  return values;
}
