/** Builds the search index of a store until it is killed: `node following-process.ts STORE INDEX`; a dot for each look at it. */
import { openSearchIndex } from '../../src/adapters/storage/search/log-search-index.ts';
import { openSqliteReader } from '../../src/adapters/storage/sqlite/sqlite-reader.ts';

const [store = '', file = ''] = process.argv.slice(2);
const index = openSearchIndex({ log: openSqliteReader(store), file });
setInterval(async () => {
  const { indexed } = await index.progress();
  process.stdout.write(`${indexed}\n`);
}, 5);
await index.follow();
