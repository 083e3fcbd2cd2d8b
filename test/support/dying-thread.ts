/** A writer thread that opens and then dies of the first message on any of its ports. */
import { parentPort } from 'node:worker_threads';

parentPort?.on('message', (message) => {
  message.port?.on('message', () => process.exit(1));
});
parentPort?.postMessage({ type: 'opened', newestAtMs: 0, verifierKeys: [] });
