/** What became of orders about what the log keeps, in words that an officer understands. No identifier stands in them. */
import type { ErasureAnswer } from '../../audit-log/keeping/erasing.ts';
import type { HoldChange, ListedHold } from '../../audit-log/keeping/holds.ts';
import type { DroppedMonth, RetentionRun } from '../../audit-log/keeping/retention.ts';
import type { UpkeepAnswer } from '../../http/log-upkeep.ts';

const HOLD_CHANGES: Readonly<Record<HoldChange, UpkeepAnswer>> = {
  added: { said: 'held from now on: nothing of it is erased or dropped' },
  'there already': { said: 'nothing changed: it is held already' },
  asked: { said: 'asked for: a second person must ask for the same before the hold is lifted' },
  lifted: { said: 'lifted: the second of two people has asked for it' },
  'not there': { wrong: 'there is no such hold' },
  'same person': { wrong: 'whoever asked for it first cannot confirm it; ask somebody else' },
  unknown: { wrong: 'the log holds no such exchange' },
};

export function holdChangeInWords(change: HoldChange): UpkeepAnswer {
  return HOLD_CHANGES[change];
}

export function holdsInWords(holds: readonly ListedHold[]): UpkeepAnswer {
  return { said: `${counted(holds.length, 'hold')} in force`, lines: holds.map(holdInWords) };
}

function holdInWords({ what, of, since, coversNewEntries }: ListedHold): string {
  const named = what === 'person' ? `a person, by ${of}` : `${what} ${of}`;
  const again = coversNewEntries
    ? ''
    : ' · the key of tags was changed since: add the hold again, or newer entries are not held';
  return `${named} · since ${since}${again}`;
}

export function erasureInWords(answer: ErasureAnswer): UpkeepAnswer {
  switch (answer.state) {
    case 'nothing there':
      return { wrong: 'that person stands in none of these entries, or was erased already' };
    case 'held':
      return {
        wrong: 'an entry is under a hold: nothing was erased; `hold list` says which holds there are',
      };
    case 'same person':
      return { wrong: 'whoever asked for it first cannot confirm it; ask somebody else' };
    case 'kept':
      return { wrong: keptInWords(answer.untilMs) };
    case 'asked':
      return {
        said: `asked for, in ${counted(answer.entries, 'entry', 'entries')}: a second person must give the same order within 30 days before it happens`,
      };
    case 'erased':
      return {
        said: `erased: ${counted(answer.places, 'place')} in ${counted(answer.entries, 'entry', 'entries')}; every proof holds as before`,
      };
  }
}

function keptInWords(untilMs: number): string {
  const until = new Date(untilMs);
  const when = Number.isNaN(until.getTime())
    ? 'a time that nobody can tell'
    : until.toISOString().slice(0, 10);
  return `entries are to be kept until ${when}: nothing was erased; with --although-kept it is erased all the same, and the entry says so`;
}

export function retentionInWords(did: 'due' | 'dropped', { dropped, more }: RetentionRun): UpkeepAnswer {
  const entries = dropped.reduce((sum, one) => sum + one.entries, 0);
  const verb = entries === 1 ? 'is' : 'are';
  const said = did === 'due' ? `${verb} due: \`retention run\` drops them` : 'dropped; their hashes stay';
  const whole = entries === 0 ? 'nothing is due' : `${counted(entries, 'entry', 'entries')} ${said}`;
  return { said: whole, lines: dropped.map(monthInWords), more };
}

function monthInWords({ month, agreement, entries }: DroppedMonth): string {
  const under = agreement === undefined ? 'under no agreement' : `under ${agreement}`;
  return `${month} · ${under} · ${counted(entries, 'entry', 'entries')}`;
}

function counted(count: number, one: string, many = `${one}s`): string {
  return `${count.toLocaleString('en-GB')} ${count === 1 ? one : many}`;
}
