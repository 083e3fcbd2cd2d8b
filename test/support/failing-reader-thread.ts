/** A thread in the place of the reader's: it answers `progress`, falls over at a list, and dies of a search. */
import { parentPort } from 'node:worker_threads';

parentPort?.on('message', (message) => {
  if (message.type === 'close') process.exit(0);
  if (message.name === 'search') throw new TypeError('QQ123456C is not to be told');
  if (message.name === 'list') {
    const refusal = {
      code: 'internal-error',
      message: 'the question cannot be answered',
      fault: 'TypeError',
    };
    parentPort?.postMessage({ type: 'refused', id: message.id, ...refusal });
    return;
  }
  parentPort?.postMessage({ type: 'answer', id: message.id, answer: { indexed: 1, size: 2 } });
});
