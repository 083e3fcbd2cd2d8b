/** A tunnel through an HTTP proxy (CONNECT, RFC 9110 section 9.3.6). */
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { Socket } from 'node:net';
import { bareHost } from './network-addresses.ts';
import { type ProxySettings, type TlsOptions, tlsOptions } from './outbound-settings.ts';

/**
 * Opens a tunnel to `host:port` and hands over its socket. TLS to the target, where it is wanted, is the caller's.
 *
 * @param authority host and port of the target, IPv6 in brackets.
 */
export function openTunnel(
  proxy: ProxySettings,
  authority: string,
  timeoutMs: number,
  done: (error: Error | null, socket?: Socket) => void,
  tls: TlsOptions = tlsOptions(undefined),
): void {
  const address = new URL(proxy.address);
  const secure = address.protocol === 'https:';
  const connecting = (secure ? httpsRequest : httpRequest)({
    ...(secure ? tls : {}),
    host: bareHost(address),
    port: address.port || (secure ? 443 : 80),
    method: 'CONNECT',
    path: authority,
    agent: false,
    timeout: timeoutMs,
    headers: {
      host: authority,
      ...(proxy.authorization === undefined ? {} : { 'proxy-authorization': proxy.authorization }),
    },
  });
  connecting.once('connect', (response, socket: Socket, head: Buffer) => {
    const status = response.statusCode ?? 0;
    // Bytes before the first request would be taken for its answer.
    if (status === 200 && head.length === 0) return done(null, socket.setTimeout(0));
    socket.destroy();
    done(new Error(status === 200 ? 'proxy sent bytes of its own' : `proxy answered ${status}`));
  });
  connecting.once('response', (response) => {
    response.destroy();
    done(new Error('proxy did not open a tunnel'));
  });
  connecting.once('timeout', () => connecting.destroy(new Error('proxy did not answer in time')));
  connecting.once('error', (error) => done(error));
  connecting.end();
}
