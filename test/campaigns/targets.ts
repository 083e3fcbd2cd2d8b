/** The long run of the wire: 10,000 generated targets over raw sockets; `npm run campaign:targets -- COUNT SEED`. */
import { runTargets } from '../support/target-run.ts';

const [count = '10000', seed = String(Date.now() % 2 ** 31)] = process.argv.slice(2);
const started = performance.now();
process.stderr.write(`seed ${seed}\n`);

const { sent, accepted } = await runTargets(Number(count), Number(seed), (done) => {
  if (process.stderr.isTTY) process.stderr.write(`\r${done} of ${count}`);
});

const seconds = ((performance.now() - started) / 1000).toFixed(1);
process.stdout.write(
  `${sent} targets in ${seconds} s: ${accepted} accepted, each received by the provider exactly as judged; ${sent - accepted} refused, none of them forwarded\n`,
);
