/** H-1 to H-5: targets that name one thing to the judge and another to the provider. */
import { get, type WireCase, type WireSettings } from './wire-case.ts';

export function targetCases(settings: WireSettings): WireCase[] {
  const { target, line } = settings;
  const [, dataset = '', ...rest] = target.split('/');
  const bad = (name: string, ...targets: string[]) =>
    targets.map((each) => get(`${name} ${JSON.stringify(each)}`, settings, each));
  const climbs = [
    '%2e%2e',
    '..',
    '.',
    '%2e',
    '..%2f',
    '%252e%252e',
    '..;',
    '\\..\\',
    '%5c',
    '..%5c',
    '%2f',
    '%00',
    '.%00',
  ];
  return [
    ...bad(
      'H-1 an absolute target',
      `http://evil.test${target}`,
      `https://evil.test${target}`,
      'evil.test:443',
    ),
    ...bad(
      'H-2 an empty segment',
      `//evil.test${target}`,
      `/${target}`,
      `/${dataset}//${rest.join('/')}`,
      `${target}//`,
    ),
    ...climbs.flatMap((climb) =>
      bad(
        'H-3 a segment that climbs',
        `/${dataset}/${climb}/${rest.join('/')}`,
        `/${dataset}/${climb}`,
        `${target}/${climb}`,
      ),
    ),
    ...bad(
      'H-3 a segment that climbs',
      `/${climbs[0]}${target}`,
      `/x/..${target}`,
      `/./${dataset}/${rest.join('/')}`,
    ),
    get('H-4 a path in another spelling is sent in the one spelling', settings, respelt(target), {
      statuses: [200],
      forwarded: 1,
      line,
    }),
    get('H-5 a query does not stand in for the path', settings, `/${dataset}/private?path=${target}`, {
      statuses: [403],
    }),
    get('H-5 a parameter that is not listed', settings, `${target}?path=/status`, { statuses: [403] }),
    ...bad(
      'H-5 a fragment',
      `/${dataset}/private#${target}`,
      `${target}#`,
      `${target}%23/status`,
      `${target}%3fa=b`,
    ),
  ];
}

/** The same target with every other letter percent-encoded. */
function respelt(target: string): string {
  return target.replace(/[a-z0-9-]/gi, (letter, at: number) =>
    at % 2 === 0 ? letter : `%${letter.charCodeAt(0).toString(16)}`,
  );
}
