/** Runs `check partner` and `new partner` in this process, on the sample policies with a test's own servers filled in. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { fillPolicies, type UpstreamPlace } from '../../demo/filled-policies.ts';
import { loadPolicyFolder } from '../../src/adapters/policies/policy-folder.ts';
import { addPartnerCommands } from '../../src/roof/commands/partner-commands.ts';
import { SAMPLES } from './changed-policies.ts';
import type { PartnerIssuer } from './partner-issuer.ts';
import { goodClaims, sign } from './test-issuer.ts';
import { Written } from './written.ts';

export interface Printed {
  readonly stdout: string;
  readonly stderr: string;
  readonly status: number;
  /** Lines of one verdict, without it. */
  lines(verdict: 'ok' | 'to mend' | 'cannot tell'): string[];
}

export const WESTHAVEN_ID = 'westhaven-district-council';

/** Runs a command line as the gateway's program does. */
export async function runPartner(...words: readonly string[]): Promise<Printed> {
  const io = new Written();
  const program = new Command('sharing-gateway').exitOverride();
  program.configureOutput({ writeOut: (text) => io.out(text), writeErr: (text) => io.err(text) });
  addPartnerCommands(program, io, loadPolicyFolder);
  await program.parseAsync([...words], { from: 'user' });
  const status = Number(process.exitCode ?? 0);
  process.exitCode = 0;
  const { stdout, stderr } = io;
  const lines = (verdict: string): string[] =>
    stdout
      .split('\n')
      .filter((line) => line.startsWith(`  ${verdict.padEnd('cannot tell'.length)}  `))
      .map((line) => line.slice('  cannot tell  '.length));
  return { stdout, stderr, status, lines };
}

export interface PartnerPolicies {
  /** Issuer of every organisation, or of each. */
  readonly issuer: string | ((organisation: string) => string);
  readonly audience?: string;
  readonly upstreamOf?: (dataset: string) => UpstreamPlace | undefined;
}

/** A folder with the filled-in samples in `policies`, and room for other files; to be taken away at the end. */
export function partnerFolder({ issuer, audience, upstreamOf }: PartnerPolicies): {
  readonly folder: string;
  readonly policies: string;
  write(name: string, text: string): string;
  remove(): void;
} {
  const folder = mkdtempSync(join(tmpdir(), 'partner-'));
  const policies = join(folder, 'policies');
  fillPolicies(SAMPLES, policies, {
    audience: audience ?? 'https://gateway.northmere.example',
    issuerOf: typeof issuer === 'string' ? () => issuer : issuer,
    upstreamOf: upstreamOf ?? (() => undefined),
  });
  return {
    folder,
    policies,
    write(name, text) {
      writeFileSync(join(folder, name), text, { mode: 0o600 });
      return join(folder, name);
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** Checks Westhaven with a token of the parking app's, its claims and header changed as given. */
export async function checkWesthaven(
  issuer: PartnerIssuer,
  claims: Readonly<Record<string, unknown>> = {},
  more: { readonly header?: Record<string, unknown>; readonly options?: readonly string[] } = {},
): Promise<Printed> {
  const place = partnerFolder({ issuer: issuer.url });
  try {
    const good = goodClaims(issuer.url, Math.floor(Date.now() / 1000));
    const token = await sign({ ...good, ...claims }, issuer.key, more.header);
    const file = place.write('token', `${token}\n`);
    const printed = await runPartner(
      ...['check', 'partner', WESTHAVEN_ID, '--policies', place.policies, '--token-file', file],
      ...['--private-addresses', '127.0.0.1', ...(more.options ?? [])],
    );
    const parts = token.split('.');
    if (parts.some((part) => `${printed.stdout}${printed.stderr}`.includes(part)))
      throw new Error('the token was printed');
    return printed;
  } finally {
    place.remove();
  }
}
