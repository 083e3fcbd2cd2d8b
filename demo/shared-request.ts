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
  /** The token is bound to a key, which is proved; or to a key that the sender does not have. */
  readonly key?: 'proved' | 'stolen token';
}

export interface Answered {
  readonly status: number;
  readonly headers: Headers;
  readonly body: string;
}

/** Sends it. @param authorization the headers that say who asks. */
export async function send(
  request: SharedRequest,
  authorization: Readonly<Record<string, string>>,
): Promise<Answered> {
  const answer = await fetch(request.url, {
    method: request.method,
    headers: {
      ...request.headers,
      ...(request.body === undefined ? {} : { 'Content-Type': 'application/json' }),
      ...authorization,
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
  const token = [tokenCommand, ...tokenArguments(request.as)].join(' ');
  const headers = Object.entries(request.headers).map(([name, value]) => quoted(`${name}: ${value}`));
  const body =
    request.body === undefined
      ? []
      : [`-H ${quoted('Content-Type: application/json')}`, `--data ${quoted(request.body)}`];
  const parts = [
    ...who(request, token),
    ...headers.map((header) => `-H ${header}`),
    ...body,
    quoted(request.url),
  ];
  return parts.join(' \\\n  ');
}

/** How the command begins: with a token in it, or with header lines that it reads. */
function who({ method, url, key }: SharedRequest, token: string): readonly string[] {
  if (key === undefined) return ['curl -sS -i', `-H "Authorization: Bearer $(${token})"`];
  const lines = `${token} --prove-key ${quoted(`${method} ${url}`)}`;
  const stolen = key === 'proved' ? [] : [`| ${TOKEN_ALONE}`];
  return [lines, ...stolen, '| curl -sS -i -H @-'];
}

/** Of the header lines nothing but the token, sent as if it were bound to nothing. */
const TOKEN_ALONE = "sed -n 's/^Authorization: DPoP/Authorization: Bearer/p'";

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
