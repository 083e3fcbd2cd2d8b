/** The thread that reads the log for people: searches and reports run here, so that no exchange waits for one. */
import { setPriority } from 'node:os';
import { parentPort, workerData } from 'node:worker_threads';
import type { Config } from '../../config.ts';
import { GatewayError } from '../../domain/gateway-error.ts';
import type { MessageFromReader, MessageToReader } from './log-question.ts';
import { type OpenedLogAnswers, openLogAnswers } from './open-log-answers.ts';

/** Where all cores are busy, exchanges come first: a nice value. */
const GIVES_WAY = 10;

const config: Config = workerData;

/** Linux keeps a priority for each thread; elsewhere it would be the gateway's own. */
if (process.platform === 'linux') setPriority(0, GIVES_WAY);

/** Opened at the first question, and again after it could not be: whoever asks hears why. */
let opened: Promise<OpenedLogAnswers> | undefined;

function open(): Promise<OpenedLogAnswers> {
  opened ??= openLogAnswers(config).catch((error: unknown) => {
    opened = undefined;
    throw error;
  });
  return opened;
}

async function answer({
  id,
  name,
  asked,
}: Extract<MessageToReader, { type: 'ask' }>): Promise<MessageFromReader> {
  try {
    const { answers } = await open();
    return { type: 'answer', id, answer: await answers.ask(name, asked) };
  } catch (error) {
    if (error instanceof GatewayError)
      return { type: 'refused', id, code: error.code, message: error.message, fault: undefined };
    return {
      type: 'refused',
      id,
      code: 'internal-error',
      message: 'the question cannot be answered',
      fault: placeOf(error),
    };
  }
}

/** Where a defect shows itself: without its message, which may hold what was read. */
function placeOf(error: unknown): string {
  if (!(error instanceof Error)) return 'something was thrown that is no error';
  const frames = (error.stack ?? '').split('\n').filter((line) => line.startsWith('    at '));
  return [error.name, ...frames.slice(0, 5)].join('\n');
}

parentPort?.on('message', async (message: MessageToReader) => {
  if (message.type === 'ask') parentPort?.postMessage(await answer(message));
  else {
    await opened?.then(({ close }) => close()).catch(() => undefined);
    process.exit(0);
  }
});

// The index begins to follow the log at once; what is in the way is told to the first who asks.
open().catch(() => undefined);
