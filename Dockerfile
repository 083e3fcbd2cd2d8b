# The gateway for production: no development dependencies, no shell scripts, no secrets, not root.
FROM node:26-slim AS packages
WORKDIR /gateway
COPY package.json package-lock.json .npmrc ./
# The runtime is the image's own, so the development dependency that brings Node is left out with the others.
RUN npm ci --omit=dev --ignore-scripts && npm cache clean --force

FROM node:26-slim
ENV NODE_ENV=production
WORKDIR /gateway
COPY --from=packages /gateway/node_modules ./node_modules
COPY package.json LICENCE ./
COPY src ./src
RUN mkdir -p /var/lib/sharing-gateway && chown node:node /var/lib/sharing-gateway
USER node
# Policies, keys and secrets are mounted; every setting is named by `node src/main.ts` when it is missing.
VOLUME /var/lib/sharing-gateway
EXPOSE 8443 9443
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.OPERATIONS_PORT ?? 9443}/health/ready`).then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
# Twice V8's own room for what lives no longer than an exchange: some 50 MiB more memory, fewer collections.
CMD ["node", "--max-semi-space-size=64", "src/main.ts"]
