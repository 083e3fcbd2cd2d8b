import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { describe, test } from 'node:test';
import { readNetwork } from '../../src/domain/network.ts';
import { believeProxies } from '../../src/http/client-certificate.ts';
import { frontCheck } from '../../src/http/front-check.ts';
import { MOST_HEADERS, makeServer } from '../../src/http/server.ts';
import { makeCertificate } from '../support/certificates.ts';
import { type RawRequest, rawRequest } from '../support/raw-request.ts';

const check = (parts: RawRequest) => frontCheck(rawRequest(parts));
const withHeaders = (...headers: string[]) => check({ headers: ['Host', 'gateway.test', ...headers] });
const post = (...headers: string[]) =>
  check({ method: 'POST', headers: ['Host', 'gateway.test', ...headers] });

test('an ordinary request passes', () => {
  assert.equal(
    withHeaders('Authorization', 'Bearer abc', 'Accept', '*/*', 'Cookie', 'a=b', 'Cookie', 'c=d'),
    undefined,
  );
  assert.equal(post('Content-Type', 'application/json', 'Content-Length', '12'), undefined);
  assert.equal(post('content-type', 'application/json', 'transfer-encoding', 'Chunked'), undefined);
});

test('only HTTP/1.1 passes, because older clients cannot tell an answer that was cut from a whole one', () => {
  for (const httpVersion of ['0.9', '1.0', '2.0', '']) assert.equal(check({ httpVersion }), 'header-invalid');
});

test('a target that can be read in two ways is refused', () => {
  for (const url of ['*', '//evil.test/a', 'http://evil.test/a', '/a/../b', '/a#b']) {
    assert.equal(check({ url }), 'target-ambiguous');
  }
  assert.equal(check({ url: '/a?access_token=x' }), 'token-in-query');
});

test('a header that decides anything stands at most once, in whatever case', () => {
  const names = [
    'Host',
    'Authorization',
    'DPoP',
    'Content-Type',
    'Content-Length',
    'Expect',
    'Exchange-Purpose',
    'Exchange-Reason',
    'Exchange-Case-Reference',
    'Exchange-Emergency',
    'Exchange-Person',
    'Exchange-Id',
    'Traceparent',
  ];
  const values: Readonly<Record<string, string>> = { 'Content-Length': '0', Expect: '100-continue' };
  for (const name of names) {
    const value = values[name] ?? 'a';
    assert.equal(check({ headers: [name, value] }), undefined, name);
    assert.equal(check({ headers: [name, value, name.toUpperCase(), value] }), 'header-repeated', name);
  }
});

test('a name that differs from ours by an underscore is refused', () => {
  assert.equal(withHeaders('Exchange_Purpose', 'a'), 'header-invalid');
  assert.equal(withHeaders('Content_Length', '3'), 'header-invalid');
  assert.equal(withHeaders('X_Forwarded_User', 'a'), undefined);
});

test('a certificate in a header is refused from whoever is no proxy of the settings, whatever the header is called', () => {
  const cert = `:${new X509Certificate(makeCertificate({}).cert).raw.toString('base64')}:`;
  const names = ['Client-Cert', 'client-cert-chain', 'X-Forwarded-Client-Cert', 'X-SSL-Client-Cert'];
  for (const name of names) {
    for (const value of [cert, '', 'Hash=00;Subject=""']) {
      assert.equal(withHeaders(name, value), 'certificate-header', name);
      assert.equal(withHeaders(name.replaceAll('-', '_'), value), 'header-invalid', name);
    }
    assert.equal(withHeaders(name.replace('-', '_'), cert), 'header-invalid', name);
  }
});

test('a proxy of the settings may say whose certificate it saw, once, in the one form of RFC 9440', () => {
  const cert = `:${new X509Certificate(makeCertificate({}).cert).raw.toString('base64')}:`;
  const proxied = (...headers: string[]) => {
    const request = rawRequest({ headers: ['Host', 'gateway.test', ...headers] });
    Object.defineProperty(request.socket, 'remoteAddress', { value: '127.0.0.1' });
    const server = makeServer(() => undefined, undefined);
    believeProxies(server, {
      networks: [readNetwork('127.0.0.1')].filter((network) => network !== undefined),
      certificates: new Set(),
    });
    server.emit('connection', request.socket);
    return frontCheck(request);
  };
  assert.equal(proxied('Client-Cert', cert, 'Client-Cert-Chain', `${cert}, ${cert}`), undefined);
  assert.equal(proxied('X-SSL-Client-Cert', 'anything'), undefined);
  assert.equal(proxied('Client-Cert', cert, 'client-cert', cert), 'header-repeated');
  for (const value of ['', cert.slice(1), `${cert};a`, ':AAAA:'])
    assert.equal(proxied('Client-Cert', value), 'header-invalid', value);
  assert.equal(proxied('Client_Cert', cert), 'header-invalid');
});

test('nothing is taken from a connection any more once headers on it were refused', () => {
  const [bad, good] = [rawRequest({ headers: ['Content-Length', '01'] }), rawRequest()];
  Object.defineProperty(good, 'socket', { value: bad.socket });
  assert.equal(frontCheck(bad), 'header-invalid');
  assert.equal(frontCheck(good), 'header-invalid');
  assert.equal(frontCheck(rawRequest()), undefined);
});

describe('the framing of a body', () => {
  test('has one spelling of its length', () => {
    for (const length of ['01', '+1', '-1', '1, 1', '0x1', ' 1', '', '1e3', '9'.repeat(16)]) {
      assert.equal(post('Content-Length', length), 'header-invalid', length);
    }
  });

  test('has one transfer coding and no content coding', () => {
    for (const coding of ['gzip, chunked', 'identity', 'chunked, chunked', 'xchunked', '']) {
      assert.equal(post('Transfer-Encoding', coding), 'header-invalid', coding);
    }
    assert.equal(post('Content-Encoding', 'gzip'), 'header-invalid');
    assert.equal(post('Trailer', 'Authorization'), 'header-invalid');
  });

  test('belongs to a POST only', () => {
    for (const method of ['GET', 'HEAD', 'DELETE', 'OPTIONS', 'QUERY']) {
      const headers = ['Host', 'gateway.test'];
      assert.equal(check({ method, headers: [...headers, 'Content-Length', '1'] }), 'body-invalid');
      assert.equal(check({ method, headers: [...headers, 'Transfer-Encoding', 'chunked'] }), 'body-invalid');
      assert.equal(check({ method, headers: [...headers, 'Content-Length', '0'] }), undefined);
    }
  });
});

test('an upgrade is refused, and an offer of h2c that need not be taken up is not', () => {
  assert.equal(withHeaders('Connection', 'Upgrade', 'Upgrade', 'websocket'), 'header-invalid');
  assert.equal(withHeaders('Upgrade', 'h2c, websocket'), 'header-invalid');
  assert.equal(withHeaders('Upgrade', 'h2c', 'HTTP2-Settings', 'AAMAAABk'), undefined);
});

test('an expectation other than 100-continue is refused', () => {
  assert.equal(withHeaders('Expect', 'something-else'), 'header-invalid');
});

test('a value that is not printable ASCII is refused where it decides something', () => {
  for (const value of ['caf\u00e9', 'a\tb', 'a\u0000b']) {
    assert.equal(withHeaders('Exchange-Purpose', value), 'header-invalid');
  }
  assert.equal(withHeaders('X-Anything', 'caf\u00e9'), undefined);
});

test('more headers than are read are refused', () => {
  const headers = (count: number) => Array.from({ length: count }, (_, at) => [`X-${at}`, 'a']).flat();
  assert.equal(check({ headers: headers(MOST_HEADERS) }), undefined);
  assert.equal(check({ headers: headers(MOST_HEADERS + 1) }), 'header-invalid');
});
