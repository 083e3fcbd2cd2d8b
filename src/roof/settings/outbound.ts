/** What connections that the gateway opens keep to, from its settings. */
import type { OutboundSettings } from '../../adapters/upstream/outbound-settings.ts';
import type { Config } from '../../config.ts';

/** Plain HTTP is possible to loopback only, and only where loopback is among the private addresses that are allowed. */
export function outboundSettings(
  config: Pick<Config, 'privateAddresses' | 'privateCa' | 'outboundProxy'>,
): OutboundSettings {
  const { privateAddresses, privateCa, outboundProxy } = config;
  return {
    allowed: privateAddresses,
    plainHttp: privateAddresses.length > 0 ? 'loopback' : 'never',
    ...(privateCa === undefined ? {} : { tls: { privateCa } }),
    ...(outboundProxy === undefined ? {} : { proxy: { address: outboundProxy } }),
  };
}
