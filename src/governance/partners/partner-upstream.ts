/** What a check saw of a provider's server, judged as the gateway will use it: settings, connection, sign-in, media type. */
import type { Operation } from '../../domain/dataset.ts';
import { listed } from '../pages/phrases.ts';
import { connectionFindings } from './partner-connection.ts';
import { API_TEAM, cannotTell, type Finding, ok, toMend, YOU } from './partner-finding.ts';
import type { UpstreamAnswerSeen, UpstreamSeen } from './partner-seen.ts';

type Answered = Extract<UpstreamAnswerSeen, { kind: 'answered' }>;

/** Findings on one dataset's server. `nowMs` in milliseconds since 1970 UTC. */
export function upstreamFindings(seen: UpstreamSeen, nowMs: number): Finding[] {
  const { faults, connection } = seen;
  const how = "put it right in the dataset file or in the gateway's own settings (docs/formats/upstream.md)";
  return [
    ...(faults.length === 0 ? [settingsFinding(seen)] : []),
    ...faults.map((fault) => toMend('settings', fault, YOU, how)),
    ...(connection === undefined ? [] : connectionFindings(connection, API_TEAM, nowMs)),
    ...tokenFindings(seen),
    ...answerFindings(seen),
  ];
}

function settingsFinding({ secretsGiven, dataset }: UpstreamSeen): Finding {
  const { signIn } = dataset.upstream;
  if (signIn.kind === 'none')
    return ok('settings', 'the gateway can use the address; it signs in with nothing');
  if (secretsGiven) return ok('settings', `the gateway can use the address and the secret ${signIn.secret}`);
  const found = `the gateway can use the address; no secrets were given, so ${signIn.secret} was not looked at`;
  return cannotTell('settings', found, YOU, 'name the file of secrets with --secrets');
}

const SIGN_IN = 'sign-in at the server';
const MEDIA_TYPE = 'media type';

function tokenFindings({ token, dataset }: UpstreamSeen): Finding[] {
  if (token === undefined) return [];
  const { signIn } = dataset.upstream;
  const issuer = signIn.kind === 'oauth client credentials' ? signIn.issuer : '';
  if (token === 'got') return [ok('token for the server', `${issuer} gave the gateway an access token`)];
  const how = `look whether ${issuer} knows the client, its secret and its scope, and can be reached from here`;
  return [toMend('token for the server', `${issuer} gave none: ${token.failed}`, API_TEAM, how)];
}

function answerFindings({ answer, dataset }: UpstreamSeen): Finding[] {
  const { signIn } = dataset.upstream;
  switch (answer.kind) {
    case 'not asked':
      return [cannotTell('answer', `nothing was asked: ${answer.why}`)];
    case 'failed':
      return [failedFinding(answer)];
    case 'answered':
      return [
        ok('what was sent', `${answer.sent}; no word of the answer's body was read`),
        ...signInFinding(answer, signIn.kind),
        ...(isSignInRefusal(answer.status)
          ? []
          : verdictFindings(answer, dataset.operations.get(answer.operation))),
      ];
  }
}

function failedFinding({ code, why, sent }: Extract<UpstreamAnswerSeen, { kind: 'failed' }>): Finding {
  if (code === 'upstream-sign-in-failed') {
    const how =
      "compare the gateway's credential with the one that they gave out, and ask whether it is still good";
    return toMend(SIGN_IN, `${why} (sent: ${sent})`, YOU, how);
  }
  const how =
    code === 'upstream-timeout'
      ? "answer within the dataset's `timeout`, or agree on a longer one"
      : 'see above';
  return toMend('answer', `${why} (sent: ${sent})`, API_TEAM, how);
}

function isSignInRefusal(status: number): boolean {
  return status === 401 || status === 403;
}

function signInFinding({ status }: Answered, kind: string): Finding[] {
  if (isSignInRefusal(status)) {
    const how =
      kind === 'none'
        ? 'agree on a credential and name it under `sign in` of the dataset'
        : "let the gateway's credential read this";
    return [toMend(SIGN_IN, `the server answered ${status}`, kind === 'none' ? YOU : API_TEAM, how)];
  }
  return kind === 'none' ? [] : [ok(SIGN_IN, "the server took the gateway's credential")];
}

/** What the gateway would make of the answer. */
function verdictFindings(answer: Answered, operation: Operation | undefined): Finding[] {
  const { status, verdict } = answer;
  const about = 'answer about nobody';
  if (verdict === 'nothing found') {
    const found = `the server sent ${shown(answer)} with it, which says nothing of its records`;
    return [ok(about, `${status}, as the file says where nothing is found`), cannotTell(MEDIA_TYPE, found)];
  }
  if (verdict === 'records') return [recordsFinding(status, operation), ok(MEDIA_TYPE, shown(answer))];
  if (verdict.code === 'answer-media-type') {
    const taken = listed(operation?.mediaTypes ?? [], 'or');
    const how = `send ${taken} in UTF-8 and without compression, or write what the server does send into the dataset file`;
    return [toMend(MEDIA_TYPE, `${shown(answer)}: ${verdict.why}`, API_TEAM, how)];
  }
  const how =
    verdict.code === 'upstream-redirect'
      ? 'send the address at which the server itself answers; the gateway follows no redirect'
      : `look whether the path and the version in the dataset file are right for ${answer.operation}`;
  return [toMend(about, verdict.why, API_TEAM, how)];
}

function recordsFinding(status: number, operation: Operation | undefined): Finding {
  const about = 'answer about nobody';
  const nothing = operation?.nothingFound;
  if (typeof nothing !== 'object') return ok(about, `${status}; whether its list is empty was not read`);
  const found = `${status}, though nobody has this identifier and the file says ${nothing.status} for nothing found`;
  const how = 'say what the server answers where nothing is found, for `nothing found is` of the dataset';
  return toMend(about, found, API_TEAM, how);
}

function shown({ mediaType, charset }: Answered): string {
  const type = mediaType === '' ? 'no media type' : mediaType;
  return charset === undefined ? type : `${type}, charset ${charset}`;
}
