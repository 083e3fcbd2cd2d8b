/** Loaded before every test file: one whose process does not end by itself after its last test fails, and says what kept it. */
import { isMainThread } from 'node:worker_threads';

const GRACE_MS = 15_000;

function endSoon(): void {
  const late = setTimeout(() => {
    const kept = process.getActiveResourcesInfo().filter((kind) => kind !== 'Timeout');
    process.stderr.write(
      `${process.argv[1] ?? ''} is done and does not end: still open are ${kept.join(', ')}\n`,
    );
    process.exit(1);
  }, GRACE_MS);
  late.unref();
}

// The threads of a process get this file too, and run no tests.
if (isMainThread) {
  const { after } = await import('node:test');
  after(endSoon);
}
