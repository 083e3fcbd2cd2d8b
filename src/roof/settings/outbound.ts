/** What connections that the gateway opens keep to, from its settings. */
import type { OutboundSettings } from '../../adapters/upstream/outbound-settings.ts';
import type { Config } from '../../config.ts';

type OutboundConfig = Pick<Config, 'privateAddresses' | 'privateCa' | 'outboundProxy'>;

/** The authorities in force where they are no longer those of the start. */
const renewed = new WeakMap<OutboundConfig, string>();

/** Trusts these private authorities from the next connection on, wherever connections are opened by these very settings. */
export function renewPrivateCa(config: OutboundConfig, privateCa: string): void {
  renewed.set(config, privateCa);
}

/** Plain HTTP is possible to loopback only, and only where loopback is among the private addresses that are allowed. */
export function outboundSettings(config: OutboundConfig): OutboundSettings {
  const { privateAddresses, privateCa, outboundProxy } = config;
  return {
    allowed: privateAddresses,
    plainHttp: privateAddresses.length > 0 ? 'loopback' : 'never',
    ...(privateCa === undefined ? {} : { tls: { privateCa: () => renewed.get(config) ?? privateCa } }),
    ...(outboundProxy === undefined ? {} : { proxy: { address: outboundProxy } }),
  };
}
