/** Bytes leave in the order in which they came, whoever is quicker, and nothing of what is not whole. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { AnswerBody } from '../../../src/adapters/upstream/answer-body.ts';

describe('answer body', () => {
  it('hands out every byte in order, however putting and taking follow one another', async () => {
    const step = fc.oneof(fc.constant('take' as const), fc.uint8Array({ minLength: 1, maxLength: 5 }));
    await fc.assert(
      fc.asyncProperty(fc.array(step), async (steps) => {
        const body = new AnswerBody();
        const sent: number[] = [];
        const taken: (Buffer | undefined | Promise<Buffer | undefined>)[] = [];
        for (const one of steps) {
          if (one !== 'take') {
            body.put(Buffer.from(one));
            sent.push(...one);
            continue;
          }
          // One reader at a time: it asks again once it was answered.
          const last = taken.at(-1);
          const waits = last instanceof Promise && (await Promise.race([last, 'waits'])) === 'waits';
          if (!waits) taken.push(body.take());
        }
        body.end();
        for (let chunk = body.take(); chunk !== undefined; chunk = body.take()) taken.push(chunk);
        const chunks = await Promise.all(taken);
        assert.deepEqual([...Buffer.concat(chunks.filter((chunk) => chunk !== undefined))], sent);
        assert.equal(body.receivedBytes, sent.length);
      }),
    );
  });

  it('is full at half a megabyte, and has room again below an eighth of one', () => {
    const body = new AnswerBody();
    for (let n = 0; n < 7; n += 1) body.put(Buffer.alloc(64 * 1024));
    assert.equal(body.isFull, false);
    body.put(Buffer.alloc(64 * 1024));
    assert.equal(body.isFull, true);
    for (let n = 0; n < 5; n += 1) body.take();
    assert.equal(body.hasRoom, false);
    body.take();
    assert.equal(body.hasRoom, true);
  });

  it('drops what waits when it fails, and tells whoever waits', async () => {
    const waited = new AnswerBody();
    const reading = waited.take();
    waited.fail(new Error('cut'));
    await assert.rejects(async () => reading, /cut/);
    const waiting = new AnswerBody();
    waiting.put(Buffer.from('{"a":'));
    waiting.fail(new Error('cut'));
    waiting.end();
    assert.equal(waiting.take(), undefined);
  });
});
