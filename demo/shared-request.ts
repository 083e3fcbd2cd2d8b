/** A request of the walk-through in two forms that cannot differ: sent from here, and as a curl command to repeat it. */
import type { Wanted } from './token.ts';

export interface SharedRequest {
  readonly method: 'GET' | 'POST';
  readonly url: string;
  /** Whose token it carries. */
  readonly as: Wanted;
  readonly headers: Readonly<Record<string, string>>;
  /** JSON body, for POST. */
  readonly body?: string;
}

export interface Answered {
  readonly status: number;
  readonly headers: Headers;
  readonly body: string;
}

/** Sends it. */
export async function send(request: SharedRequest, token: string): Promise<Answered> {
  const answer = await fetch(request.url, {
    method: request.method,
    headers: {
      ...request.headers,
      ...(request.body === undefined ? {} : { 'Content-Type': 'application/json' }),
      Authorization: `Bearer ${token}`,
    },
    body: request.body ?? null,
    redirect: 'manual',
  });
  return { status: answer.status, headers: answer.headers, body: await answer.text() };
}

/**
 * The curl command for a POSIX shell in the project's folder.
 *
 * @param tokenCommand how to run the token command, such as `npm run -s demo:token --`.
 */
export function asCurl(request: SharedRequest, tokenCommand: string): string {
  const token = `"Authorization: Bearer $(${[tokenCommand, ...tokenArguments(request.as)].join(' ')})"`;
  const headers = Object.entries(request.headers).map(([name, value]) => quoted(`${name}: ${value}`));
  const body =
    request.body === undefined
      ? []
      : [`-H ${quoted('Content-Type: application/json')}`, `--data ${quoted(request.body)}`];
  const parts = [
    'curl -sS -i',
    `-H ${token}`,
    ...headers.map((header) => `-H ${header}`),
    ...body,
    quoted(request.url),
  ];
  return parts.join(' \\\n  ');
}

function tokenArguments({ as, who, system, at }: Wanted): string[] {
  const said = [
    ['--as', as],
    ['', who],
    ['--system', system],
    ['--at', at],
  ] as const;
  return said.flatMap(([option, value]) =>
    value === undefined ? [] : option === '' ? [quoted(value)] : [option, quoted(value)],
  );
}

/** One word for a POSIX shell. */
export function quoted(text: string): string {
  return /^[A-Za-z0-9_./:=-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
