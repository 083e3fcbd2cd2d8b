/** All that answers people who ask the log, joined: who reads, the thread that looks, and the routes of the operations port. */
import { Router } from 'express';
import type { Logger } from '../../adapters/telemetry/logger.ts';
import type { StartedLog } from '../../audit-log/writing/start-log-writer.ts';
import type { Config } from '../../config.ts';
import type { PolicySet } from '../../domain/policy-set.ts';
import type { Authenticator } from '../../exchange/ports.ts';
import { logQuestions } from '../../http/log-questions.ts';
import { logReports } from '../../http/log-reports.ts';
import { AskedLog } from './asked-log.ts';
import { askedReports } from './asked-reports.ts';
import type { LogAnswering } from './log-question.ts';
import { LogQuestionsThread } from './log-questions.ts';
import { LogReaders } from './log-readers.ts';

export interface LogAskingParts {
  readonly config: Config;
  readonly log: StartedLog;
  readonly logger: Logger;
  readonly authenticator: Authenticator;
  readonly policies: () => PolicySet | undefined;
}

export interface LogAsking {
  readonly readers: LogReaders;
  /** The thread that reads the log. */
  readonly questions: LogAnswering;
  /** Routes of the operations port. */
  readonly routes: Router;
  close(): Promise<void>;
}

export function openLogAsking({ config, log, logger, authenticator, policies }: LogAskingParts): LogAsking {
  const questions = new LogQuestionsThread({
    config,
    onFault: (fault) => logger.error({ message: 'a question to the log', fault }),
  });
  const readers = new LogReaders({
    ...{ authenticator, policies, append: log.notes.append },
    operatorOrganisation: config.operatorOrganisation,
    provedOnly: config.provedReadersOnly,
  });
  const asked = new AskedLog({ readers, questions, policies });
  const routes = Router()
    .use(
      logQuestions({
        search: (request) => asked.search(request),
        list: (request) => asked.list(request),
      }),
    )
    .use(logReports(askedReports({ answers: questions, readers })));
  return { readers, questions, routes, close: () => questions.close() };
}
