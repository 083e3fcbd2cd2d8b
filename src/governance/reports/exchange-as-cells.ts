/** An exchange as the cells of a row: what every table about exchanges says, for whichever reader. */
import { agreementInWords, basisInWords } from './report-copies.ts';
import type { ToldExchange } from './report-exchange.ts';

/** Names of the columns, in the order of `exchangeCells`. @param remarks name of the one that differs by report. */
export function exchangeColumns(remarks: string): readonly string[] {
  const whoAndWhat = ['consumer', 'provider', 'system', 'role', 'staff', 'dataset', 'operation'];
  const why = ['purpose', 'reason', 'lawful basis', 'agreement', 'emergency'];
  const came = ['outcome', 'code', 'records', 'fields', remarks];
  return ['at', 'when', ...whoAndWhat, ...why, ...came, 'exchange', 'entries', 'leaf hashes'];
}

export function exchangeCells(
  told: ToldExchange & { readonly staff: readonly string[] },
  remarks: readonly string[],
): readonly string[] {
  const { consumer, provider, system = '', role = '', staff, dataset, operation = '' } = told;
  const { purpose = '', reason = '', outcome, code = '', records, fields, exchange, entries } = told;
  const who = [consumer?.id ?? '', provider?.id ?? '', system, role, staff.join('; ')];
  const why = [purpose, reason, basisInWords(told), agreementInWords(told), yesOrNo(told.emergency)];
  const shared = fields.map(({ field }) => field).join(' ');
  return [
    ...[new Date(told.atMs).toISOString(), told.when],
    ...[...who, dataset?.id ?? '', operation],
    ...why,
    ...[outcome, code, String(records), shared, remarks.join('; ')],
    exchange,
    entries.map(({ index }) => index).join(' '),
    entries.map(({ leafHash }) => leafHash).join(' '),
  ];
}

export function yesOrNo(is: boolean): string {
  return is ? 'yes' : 'no';
}
