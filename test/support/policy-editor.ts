/**
 * An editor of policy files, which speaks the Language Server Protocol 3.17 with a YAML language server: a child process that may read
 * the policy files, the documentation and packages, and nothing else, and that reaches no network.
 */
import assert from 'node:assert/strict';
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { realpathSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { pathToFileURL } from 'node:url';
import { z } from 'zod';
import { SAMPLES } from './changed-policies.ts';
import { processEnvironment } from './command-line.ts';

const WITHIN_MS = 10_000;
const HEAD_END = '\r\n\r\n';
const PROJECT = join(import.meta.dirname, '../..');
const SERVER = realpathSync(join(PROJECT, 'node_modules/yaml-language-server/bin/yaml-language-server'));
const READS = ['package.json', 'policies', 'docs/schemas', 'node_modules'];
/** No list of schemas from the internet: the first line of a file is the only way to its schema. */
const SETTINGS = { schemaStore: { enable: false }, kubernetesCRDStore: { enable: false } };

const CONFIGURATION = 'workspace/configuration';

const Message = z.object({
  id: z.union([z.number(), z.string()]).optional(),
  method: z.string().optional(),
  params: z.unknown().optional(),
  result: z.unknown().optional(),
  error: z.object({ message: z.string() }).optional(),
});
const Configuration = z.object({ items: z.array(z.object({ section: z.string() })) });
const Underlines = z.object({
  uri: z.string(),
  diagnostics: z.array(
    z.object({
      range: z.object({
        start: z.object({ line: z.number(), character: z.number() }),
        end: z.object({ character: z.number() }),
      }),
      message: z.string(),
    }),
  ),
});
const Offer = z.object({
  kind: z.number().optional(),
  label: z.string(),
  documentation: z.union([z.string(), z.object({ value: z.string() })]).optional(),
});
const Offers = z.object({ items: z.array(Offer) });

/** A key or a word that is offered, and what the editor says that it means. */
export type Offer = z.infer<typeof Offer>;

/** Who waits for an answer, or for what is underlined in a file. */
interface Waiting {
  readonly resolve: (content: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** What an editor underlines: the words in the text, and what it says of them. */
export interface Underlined {
  readonly words: string;
  readonly says: string;
}

/** One running language server, as an editor keeps it. */
export class PolicyEditor {
  readonly #server: ChildProcessByStdio<Writable, Readable, null>;
  readonly #waiting = new Map<string, Waiting>();
  #unread: Buffer = Buffer.alloc(0);
  #count = 0;

  private constructor(server: ChildProcessByStdio<Writable, Readable, null>) {
    this.#server = server;
    server.stdout.on('data', (chunk: Buffer) => this.#take(chunk));
    server.once('exit', () => this.#giveUp(new Error('the language server ended')));
  }

  /** Starts the language server and tells it the settings; {@link close} ends it. */
  static async start(): Promise<PolicyEditor> {
    const mayRead = READS.map((path) => `--allow-fs-read=${realpathSync(join(PROJECT, path))}`);
    const flags = ['--permission', ...mayRead, SERVER, '--stdio'];
    const editor = new PolicyEditor(
      spawn(process.execPath, flags, { stdio: ['pipe', 'pipe', 'inherit'], env: processEnvironment() }),
    );
    try {
      await editor.#introduce();
    } catch (error) {
      await editor.close();
      throw error;
    }
    return editor;
  }

  /** What is underlined in a text in the place of a sample; rejects after ten seconds. */
  async underlined(file: string, text: string): Promise<Underlined[]> {
    const uri = this.#open(file, text);
    const { diagnostics } = Underlines.parse(await this.#news(uri));
    const lines = text.split('\n');
    return diagnostics.map(({ range, message }) => ({
      words: (lines[range.start.line] ?? '').slice(range.start.character, range.end.character),
      says: message,
    }));
  }

  /** What is offered where `▮` stands in a text in the place of a sample; rejects after ten seconds. */
  async offered(file: string, text: string): Promise<Offer[]> {
    const [before, after] = text.split('▮');
    assert.ok(before !== undefined && after !== undefined, 'the text needs one ▮');
    const uri = this.#open(file, before + after);
    const lines = before.split('\n');
    const position = { line: lines.length - 1, character: lines.at(-1)?.length ?? 0 };
    const answer = await this.#ask('textDocument/completion', { textDocument: { uri }, position });
    // What has no kind is not one word but a skeleton of the whole section.
    return Offers.parse(answer).items.filter(({ kind }) => kind !== undefined);
  }

  /** Ends the language server and resolves once it is gone. */
  async close(): Promise<void> {
    if (this.#server.exitCode !== null || this.#server.signalCode !== null) return;
    const gone = once(this.#server, 'exit');
    // It holds nothing that could be lost.
    process.kill(this.#server.pid ?? assert.fail('it never started'), 'SIGKILL');
    await gone;
  }

  async #introduce(): Promise<void> {
    const capabilities = { workspace: { configuration: true } };
    // With the id of this process it ends by itself should this one be killed.
    await this.#ask('initialize', { processId: process.pid, rootUri: null, capabilities });
    const configured = this.#news(CONFIGURATION);
    this.#send({ method: 'initialized', params: {} });
    await configured;
  }

  /** Opens a text that is not saved beside the sample, each by a name of its own: what comes back on it has no other mark. */
  #open(file: string, text: string): string {
    this.#count += 1;
    const uri = pathToFileURL(join(SAMPLES, file.replace(/[^/]+$/, `unsaved-${this.#count}.yaml`))).href;
    this.#send({
      method: 'textDocument/didOpen',
      params: { textDocument: { uri, languageId: 'yaml', version: 1, text } },
    });
    return uri;
  }

  #ask(method: string, params: unknown): Promise<unknown> {
    this.#count += 1;
    this.#send({ id: this.#count, method, params });
    return this.#news(String(this.#count));
  }

  #news(of: string): Promise<unknown> {
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    const late = setTimeout(() => reject(new Error(`no news of ${of}`)), WITHIN_MS);
    this.#waiting.set(of, { resolve, reject });
    return promise.finally(() => clearTimeout(late));
  }

  #send(message: object): void {
    const content = Buffer.from(JSON.stringify({ jsonrpc: '2.0', ...message }));
    this.#server.stdin.write(`Content-Length: ${content.length}${HEAD_END}`);
    this.#server.stdin.write(content);
  }

  /** Cuts whole messages out of what was read. */
  #take(chunk: Buffer): void {
    this.#unread = Buffer.concat([this.#unread, chunk]);
    for (;;) {
      const start = this.#unread.indexOf(HEAD_END);
      if (start < 0) return;
      const length = Number(/Content-Length: (\d+)/.exec(this.#unread.toString('latin1', 0, start))?.[1]);
      const end = start + HEAD_END.length + length;
      if (this.#unread.length < end) return;
      const content = this.#unread.toString('utf8', start + HEAD_END.length, end);
      this.#unread = this.#unread.subarray(end);
      this.#read(Message.parse(JSON.parse(content)));
    }
  }

  #read({ id, method, params, result, error }: z.infer<typeof Message>): void {
    if (method === 'textDocument/publishDiagnostics') this.#settle(Underlines.parse(params).uri, params);
    else if (method !== undefined && id !== undefined) this.#answer(id, method, params);
    else if (error !== undefined) this.#waiting.get(String(id))?.reject(new Error(error.message));
    else if (id !== undefined) this.#settle(String(id), result);
  }

  #settle(of: string, content: unknown): void {
    this.#waiting.get(of)?.resolve(content);
    this.#waiting.delete(of);
  }

  #answer(id: number | string, method: string, params: unknown): void {
    const sections = method === CONFIGURATION ? Configuration.parse(params).items : undefined;
    const result = sections?.map(({ section }) => (section === 'yaml' ? SETTINGS : null)) ?? null;
    this.#send({ id, result });
    this.#settle(method, result);
  }

  #giveUp(error: Error): void {
    for (const { reject } of this.#waiting.values()) reject(error);
  }
}
