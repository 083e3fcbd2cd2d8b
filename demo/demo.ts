#!/usr/bin/env node
/** `npm run demo`: starts everything on this machine, walks through it once, and stays up until Ctrl-C. */
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { mistakeInWords, PolicyMistakes } from '../src/domain/policy-mistakes.ts';
import { DEFAULT_FOLDER } from './run-folder.ts';
import { TRAINEE } from './staff.ts';
import { walkThrough } from './walk-through.ts';
import { ANY_PORTS, startWorld, USUAL_PORTS, type World } from './world.ts';

const USAGE = `Starts the demo and walks through it.

  --once            ends after the walk-through; the exit code says whether it went well
  --any-ports       takes any free ports instead of the usual ones
  --folder FOLDER   where keys, policies and the log of this run go (default demo/.run)
`;

/** True once the demo stops: a step that was under way has nothing more to say. */
let isQuiet = false;

function say(text: string): void {
  if (!isQuiet) process.stdout.write(text);
}

function introduce(world: World): void {
  say(`A sharing gateway between invented organisations, with ${world.people} invented people.\n\n`);
  for (const sentence of world.moved) say(`   ${sentence}\n`);
  const lines = [
    ['gateway', world.gateway],
    ['its operations port', world.operations],
    ...world.signIns.organisations.map(({ name, issuer }) => [`OpenID provider of ${name}`, issuer]),
    ...world.partners.map(({ partner }) => [partner.name, partner.address]),
  ];
  const width = Math.max(...lines.map(([name = '']) => name.length));
  for (const [name = '', address = ''] of lines) say(`   ${name.padEnd(width)}  ${address}\n`);
}

function farewell(world: World): void {
  const system = world.signIns.organisations[0]?.systems[0]?.system ?? '';
  say(`Everything stays up until you press Ctrl-C. Fresh tokens, for a system and for people:

   ${world.tokenCommand} --as system ${system}
`);
  for (const { staff, organisation } of world.signIns.organisations) {
    for (const { role } of staff) {
      say(`   ${world.tokenCommand} --as person '${role ?? TRAINEE}' --at ${organisation}\n`);
    }
  }
}

/** Resolves at Ctrl-C, at a polite end from outside, or when nobody reads any more. */
function untilAskedToStop(): Promise<'asked'> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => resolve('asked'));
    process.stdout.on('error', () => resolve('asked'));
  });
}

/** Walks through and waits to be stopped; resolves to the exit code. */
async function show(world: World, asked: Promise<'asked'>, once: boolean): Promise<number> {
  introduce(world);
  const ended = world.ended.then(() => 'by itself' as const);
  const walked = await Promise.race([walkThrough(world, say), asked, ended]);
  if (typeof walked === 'object') {
    const { surprises } = walked;
    if (surprises.length > 0) say(`\nThis did not go as it should: ${surprises.join('; ')}.\n`);
    if (once) return surprises.length === 0 ? 0 : 1;
    farewell(world);
  }
  const why = typeof walked === 'string' ? walked : await Promise.race([asked, ended]);
  say(why === 'asked' ? '\nStopping.\n' : '\nThe gateway ended by itself; its log is in the run folder.\n');
  isQuiet = true;
  return why === 'asked' && !once ? 0 : 1;
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      once: { type: 'boolean', default: false },
      'any-ports': { type: 'boolean', default: false },
      folder: { type: 'string', default: DEFAULT_FOLDER },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    say(USAGE);
    return 0;
  }
  const asked = untilAskedToStop();
  const world = await startWorld(resolve(values.folder), values['any-ports'] ? ANY_PORTS : USUAL_PORTS);
  try {
    return await show(world, asked, values.once);
  } finally {
    await world.close();
  }
}

try {
  process.exitCode = await main();
} catch (error) {
  process.stderr.write(`the demo cannot go on: ${error instanceof Error ? error.message : String(error)}\n`);
  const mistakes = error instanceof PolicyMistakes ? error.mistakes : [];
  for (const mistake of mistakes) process.stderr.write(`  ${mistakeInWords(mistake)}\n`);
  process.exitCode = 1;
}
