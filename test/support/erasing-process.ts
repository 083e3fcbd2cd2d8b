/** A process that erases people, or runs retention, as quickly as it can, and prints what is done, until it is killed. */
import { openSqliteReader } from '../../src/adapters/storage/sqlite/sqlite-reader.ts';
import { startLogWriter } from '../../src/audit-log/writing/start-log-writer.ts';
import { badge, exchange, OWUSU, SHAH, SIX_YEARS, upkeepOver } from './kept-log.ts';
import { logFolder } from './log-folder.ts';
import { sayAtOnce } from './say-at-once.ts';

const [, , path, what] = process.argv;
const folder = logFolder(path);
const started = await startLogWriter(folder.start({ publishDelayMs: 5 }));
const reader = openSqliteReader(folder.storeFile);
const clock = what === 'erase' ? Date.now() : Date.UTC(2027, 0, 1);
const upkeep = upkeepOver(folder, reader, started.notes.append, { clock, keeping: SIX_YEARS });
sayAtOnce('ready');

if (what === 'retention') {
  await upkeep.retention.run(SHAH, async (work) => {
    const done = await work();
    sayAtOnce('a piece');
    return done;
  });
}
for (let nth = 0; what === 'erase'; nth += 1) {
  const id = `ZZ${process.pid}-${nth}`;
  const found = [id, 'ZZ9Z02', id];
  const where = { exchange: await exchange(started, found, { asked: id }) };
  const person = { telling: [badge(id)], shared: [] };
  const order = { person, where, because: 'a court has ordered it', althoughKept: true };
  for (const by of [SHAH, OWUSU]) await upkeep.erasing.order({ ...order, by });
  sayAtOnce(`${where.exchange}`);
}
