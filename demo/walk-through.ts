/** The walk-through: each step in plain words, with the command that repeats it, done for real and checked as it goes. */
import { setTimeout as sleep } from 'node:timers/promises';
import { boundHeaders, clientKey } from './dpop-proof.ts';
import { commandLine, type Ran, runCommand } from './project-command.ts';
import { type Answered, asCurl, quoted, type SharedRequest, send } from './shared-request.ts';
import { tokenFor } from './token.ts';
import type { World } from './world.ts';

export interface WalkThrough {
  /** Sentences about what did not come out as it must; none when all is well. */
  readonly surprises: readonly string[];
  /** Every command as it was printed, for a POSIX shell in the project's folder. */
  readonly commands: readonly string[];
}

/**
 * Walks through one release, one refusal, a check that takes a while, a token that a thief cannot use, the entries, a report to
 * the person they were about, and the proof.
 *
 * @param say prints text.
 */
export async function walkThrough(world: World, say: (text: string) => void): Promise<WalkThrough> {
  const walk = new Walk(world, say);
  const released = await checkBadge(walk);
  const refused = await refuseRole(walk);
  await checkSchoolMeals(walk);
  await proveAKey(walk);
  await listEntries(walk, [released, refused]);
  await reportToBadgeHolder(walk);
  await verifyLog(walk);
  return walk;
}

const BADGE_HEADERS = {
  'Exchange-Purpose': 'parking enforcement',
  'Exchange-Reason': 'badge on display',
  'Exchange-Case-Reference': 'PCN-0001',
};

/** One release. Returns the exchange's id. */
async function checkBadge(walk: Walk): Promise<string> {
  walk.heading('A parking officer checks a Blue Badge', [
    'An officer of Westhaven stands beside a car and asks Northmere about badge ZZ9Z01. The agreement',
    'DSA-2026-014 lets her see six of the fields that Northmere holds, and of the name only initials.',
  ]);
  const calls = walk.calls('blue-badges');
  const answer = await walk.ask({
    method: 'GET',
    url: `${walk.world.gateway}/blue-badges/badges/ZZ9Z01`,
    as: { as: 'person', who: 'civil enforcement officer', system: 'westhaven-parking-app', at: undefined },
    headers: BADGE_HEADERS,
  });
  walk.expect(answer.status === 200, 'the badge is released');
  walk.expect(answer.body.includes('"I M"'), 'of the name only the initials leave');
  walk.expect(!answer.body.includes('QQ654321A'), 'the National Insurance number stays');
  walk.expect(walk.calls('blue-badges') === calls + 1, 'Northmere was asked once');
  walk.say('   Whoever keeps the receipt can prove that this answer stands in the log.\n');
  return exchangeOf(answer);
}

/** One refusal. Returns the exchange's id. */
async function refuseRole(walk: Walk): Promise<string> {
  walk.heading('A colleague in another role asks the same', [
    'A fraud investigator of the same council, in the same app, with the same reason. Her role is not in',
    'the agreement, so Northmere is not even asked, and the refusal says why and whom to contact.',
  ]);
  const calls = walk.calls('blue-badges');
  const answer = await walk.ask({
    method: 'GET',
    url: `${walk.world.gateway}/blue-badges/badges/ZZ9Z01`,
    as: { as: 'person', who: 'counter fraud investigator', system: 'westhaven-parking-app', at: undefined },
    headers: { ...BADGE_HEADERS, 'Exchange-Case-Reference': 'PCN-0002' },
  });
  walk.expect(answer.status === 403, 'the badge is refused');
  walk.expect(answer.body.includes('role-not-agreed'), 'the refusal names its reason');
  walk.expect(walk.calls('blue-badges') === calls, 'Northmere was not asked');
  return exchangeOf(answer);
}

/** A check that the engine queues: the reference in the answer works for this school's system only. */
async function checkSchoolMeals(walk: Walk): Promise<void> {
  walk.heading('A school asks whether a child gets free meals', [
    'The names stand in the body, never in an address that somebody logs. The national engine queues the',
    'check; the school gets "not yet" and a reference that nobody else can use.',
  ]);
  const as = { as: 'person', who: 'school administrator', system: undefined, at: undefined };
  const headers = {
    'Exchange-Purpose': 'free school meals',
    'Exchange-Reason': 'application by a parent',
    'Exchange-Case-Reference': 'FSM-0001',
  };
  const asking = `${walk.world.gateway}/school-meals-checks/ask`;
  const queued = await walk.ask({
    method: 'POST',
    url: `${asking}/ask-for-a-check`,
    as,
    headers,
    body: JSON.stringify({
      "parent's last name": 'Holloway',
      "parent's date of birth": '1989-04-17',
      "parent's national insurance number": 'QQ123456C',
    }),
  });
  walk.expect(queued.status === 202 || queued.status === 200, 'the check is taken');
  walk.expect(queued.body.includes('"not yet"'), 'the answer is not there yet');
  const reference = /"get_EligibilityCheckStatus":"([^"]+)"/.exec(queued.body)?.[1] ?? '';
  await sleep(ENGINE_MS);
  walk.say('   A second later the school asks again with its reference:\n\n');
  const ready = await walk.ask({
    method: 'POST',
    url: `${asking}/see-how-a-check-stands`,
    as,
    headers,
    body: JSON.stringify({ 'check reference': reference }),
  });
  walk.expect(ready.status === 200, 'the check is found again by its reference');
  walk.expect(ready.body.includes('"yes"'), 'the school learns yes, and nothing of the income');
  walk.expect(!ready.body.includes('tier'), 'the tier stays');
}

/** The engine needs about a second. */
const ENGINE_MS = 1_200;

/** A token that is bound to a key, with the key and without. */
async function proveAKey(walk: Walk): Promise<void> {
  walk.heading('A token that nobody else can use', [
    'The parking app has its token bound to a key of its own and proves the key with each request. For datasets',
    'with health and the like that is the rule; this demo asks for it nowhere, so that curl can repeat each step.',
  ]);
  const request: SharedRequest = {
    method: 'GET',
    url: `${walk.world.gateway}/blue-badges/badges/ZZ9Z01`,
    as: { as: 'person', who: 'civil enforcement officer', system: 'westhaven-parking-app', at: undefined },
    headers: BADGE_HEADERS,
    key: 'proved',
  };
  const answer = await walk.ask(request);
  walk.expect(answer.status === 200, 'who proves the key gets the badge');
  walk.say('   Somebody who finds such a token in a log file sends it without the key:\n\n');
  const stolen = await walk.ask({ ...request, key: 'stolen token' });
  walk.expect(stolen.status === 401, 'the token alone is worth nothing');
}

async function listEntries(walk: Walk, exchanges: readonly string[]): Promise<void> {
  walk.heading('What the log holds of the first two', [
    'One entry before Northmere was asked, one before the answer left, one for the refusal. No name, no',
    'number and no case stands in them. Reading the log is itself an entry.',
  ]);
  for (const exchange of exchanges) {
    const ran = await walk.run(['list', '--operations', walk.world.operations, '--exchange', exchange]);
    walk.expect(ran.code === 0 && ran.out.includes(exchange), 'the entries of the exchange are there');
  }
}

async function reportToBadgeHolder(walk: Walk): Promise<void> {
  walk.heading('The badge holder asks who saw what', [
    'An officer types the number of the badge, which goes no further than into a tag, and gets the answer to',
    'send. That this report was made is an entry too, and stands in the next report about the same person.',
  ]);
  const parameters = ['report', 'subject', '--operations', walk.world.operations];
  const ran = await walk.run(parameters, 'blue badge number: ZZ9Z01\n');
  walk.expect(ran.code === 0 && ran.out.includes('DSA-2026-014'), 'the report tells of the exchange');
  walk.expect(!ran.out.includes('ZZ9Z01'), 'the number itself does not stand in the report');
}

async function verifyLog(walk: Walk): Promise<void> {
  walk.heading('Is the log whole?', [
    'Offline, with nothing but the files: every entry is hashed again, the tree is rebuilt, and the signed',
    'head must agree.',
  ]);
  // A checkpoint follows within a second of the last entry.
  await sleep(CHECKPOINT_MS);
  const ran = await walk.run(walk.world.verifyArguments);
  walk.expect(ran.code === 0, 'the log is whole');
}

const CHECKPOINT_MS = 1_100;

function exchangeOf(answer: Answered): string {
  return answer.headers.get('exchange-id') ?? '';
}

/** Where the walk stands: prints, asks, runs and remembers what surprised. */
class Walk implements WalkThrough {
  readonly world: World;
  readonly say: (text: string) => void;
  readonly surprises: string[] = [];
  readonly commands: string[] = [];
  #step = 0;

  constructor(world: World, say: (text: string) => void) {
    this.world = world;
    this.say = say;
  }

  heading(title: string, words: readonly string[]): void {
    this.#step += 1;
    this.say(`\n${this.#step}. ${title}\n\n${words.map((line) => `   ${line}`).join('\n')}\n\n`);
  }

  /** How often a dataset's provider was asked so far. */
  calls(dataset: string): number {
    return this.world.partners.find((one) => one.dataset === dataset)?.partner.calls() ?? 0;
  }

  /** Prints the curl, asks, prints the answer. */
  async ask(request: SharedRequest): Promise<Answered> {
    this.#command(asCurl(request, this.world.tokenCommand));
    const answer = await send(request, await this.#authorization(request));
    this.say(`${indented(`HTTP ${answer.status}\n${shownHeaders(answer)}${answer.body}`)}\n\n`);
    return answer;
  }

  async #authorization(request: SharedRequest): Promise<Readonly<Record<string, string>>> {
    const keys = request.key === undefined ? undefined : await clientKey();
    const token = await tokenFor(request.as, this.world.signIns, keys);
    if (keys === undefined || request.key !== 'proved') return { Authorization: `Bearer ${token}` };
    return boundHeaders(request, token, keys);
  }

  /** Prints the command, runs it with what is typed, prints what it printed. */
  async run(parameters: readonly string[], input = ''): Promise<Ran> {
    const typed = input === '' ? '' : `echo ${quoted(input.trim())} | `;
    this.#command(`${typed}${commandLine(parameters)}`);
    const ran = await runCommand(parameters, input);
    this.say(`${indented(`${ran.out}${ran.err}`.trimEnd())}\n\n`);
    return ran;
  }

  expect(isSo: boolean, what: string): void {
    if (isSo) return;
    this.surprises.push(what);
    this.say(`   ✘ it should be that ${what}, and it is not\n`);
  }

  #command(command: string): void {
    this.commands.push(command);
    this.say(`   $ ${command.replaceAll('\n', '\n   ')}\n\n`);
  }
}

const SHOWN_HEADERS = ['Exchange-Id', 'Sharing-Agreement', 'Audit-Receipt'];
const LONGEST_SHOWN = 60;

function shownHeaders({ headers }: Answered): string {
  const shown = SHOWN_HEADERS.map((name) => [name, headers.get(name) ?? ''] as const);
  const lines = shown
    .filter(([, value]) => value !== '')
    .map(([name, value]) => `${name}: ${shortened(value)}\n`);
  return lines.join('');
}

function shortened(text: string): string {
  return text.length <= LONGEST_SHOWN ? text : `${text.slice(0, LONGEST_SHOWN)}…`;
}

function indented(text: string): string {
  return text
    .split('\n')
    .map((line) => `   ${line}`)
    .join('\n');
}
