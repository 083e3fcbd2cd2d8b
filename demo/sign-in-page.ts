/** The stand-in sign-in page of an issuer: a form that asks who is there and believes it, second factor included. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Provider } from 'oidc-provider';
import { isNamed, type StaffMember } from './staff.ts';

type Page = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/** @param secondFactor what `amr` (RFC 8176) says of a second factor here. */
export function signInPage(
  provider: Provider,
  organisation: string,
  staff: readonly StaffMember[],
  secondFactor: string,
): Page {
  return async (request, response) => {
    await provider.interactionDetails(request, response);
    const asked = request.method === 'POST' ? await personIn(request) : undefined;
    const member = staff.find((one) => asked !== undefined && isNamed(one, asked));
    if (member === undefined) {
      sendForm(response, organisation, staff, asked === undefined ? 200 : 422);
      return;
    }
    const amr = [...new Set(['pwd', 'otp', secondFactor])];
    await provider.interactionFinished(request, response, { login: { accountId: member.number, amr } });
  };
}

async function personIn(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return new URLSearchParams(Buffer.concat(chunks).toString('utf8')).get('person') ?? '';
}

function sendForm(
  response: ServerResponse,
  organisation: string,
  staff: readonly StaffMember[],
  status: number,
): void {
  const buttons = staff.map(
    ({ number, name, role }) =>
      `<p><button name="person" value="${escaped(number)}">${escaped(name)}, ${escaped(role ?? 'no role')}</button></p>`,
  );
  const page = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Sign in: ${escaped(organisation)}</title>
<h1>${escaped(organisation)}</h1><p>An invented sign-in for the demo. Who are you?</p>
<form method="post">${buttons.join('\n')}</form></html>`;
  response.writeHead(status, {
    'content-type': 'text/html; charset=utf-8',
    'content-length': Buffer.byteLength(page),
    'cache-control': 'no-store',
  });
  response.end(page);
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
