/** oidc-provider without its remark on the build of Node: it knows long-term releases by a name that builds need not carry. */

const warn = console.warn;
console.warn = (...texts: readonly unknown[]) => {
  if (!String(texts[0]).includes('Unsupported runtime')) warn(...texts);
};
const provider = await import('oidc-provider');
console.warn = warn;

export const { Provider, errors } = provider;
