// A real OpenID provider on loopback: oidc-provider with its development pages, in which any name signs in. Counts what reaches it.
import { createServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import * as oidc from 'oidc-provider';

export const SECRET = 'the-secret-of-the-door-at-the-provider';

const address = (name) => name.includes('@') ? name : `${name}@people.example`;

/// Listens at once, so that the issuer is known; answers 503 until `open` says what the door looks like. With `tls`, a key and its
/// certificate for localhost, by https.
export async function provide({ tls } = {}) {
  const seen = [];
  let answer = (request, response) => response.writeHead(503).end();
  const handle = (request, response) => { seen.push(request.url); answer(request, response); };
  const server = tls ? createTlsServer(tls, handle) : createServer(handle);
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  const issuer = `${tls ? 'https://localhost' : 'http://127.0.0.1'}:${server.address().port}`;
  return {
    issuer, seen,
    /// `door` is the origin of the deployment; tokens for its endpoint /opaque are opaque, all others JWTs. `programs` are
    /// clients that get tokens without a person; `routes` are paths that another provider would have.
    open(door, { programs = [], routes = {} } = {}) {
      const provider = new oidc.Provider(issuer, {
        clients: [{ client_id: 'door', client_secret: SECRET, redirect_uris: [`${door}/login/callback`] },
          ...programs.map((program) => ({ ...program, grant_types: ['client_credentials'], redirect_uris: [], response_types: [] }))],
        routes,
        claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'] },
        scopes: ['openid', 'email', 'profile', 'offline_access', 'notes:read', 'mcp:read', 'mcp:write'],
        findAccount: (context, id) => ({
          accountId: id,
          claims: () => ({ sub: id, email: address(id), email_verified: true, name: id }),
        }),
        extraTokenClaims: (context, token) => token.accountId ? { email: address(token.accountId), email_verified: true } : undefined,
        clientBasedCORS: () => true,
        features: {
          clientCredentials: { enabled: true },
          devInteractions: { enabled: true },
          introspection: { enabled: true, allowedPolicy: () => true },
          registration: { enabled: true },
          resourceIndicators: {
            enabled: true,
            defaultResource: () => [],
            useGrantedResource: () => true,
            getResourceServerInfo: (context, resource) => ({
              scope: 'notes:read mcp:read mcp:write', audience: resource, accessTokenTTL: 300,
              accessTokenFormat: resource.endsWith('/opaque') ? 'opaque' : 'jwt',
            }),
          },
        },
      });
      answer = provider.callback();
    },
    close() { server.closeAllConnections(); server.close(); },
  };
}

/// Somebody signs in there and lets the client have what it asks for; ends when the provider has sent the browser away.
export async function signInThere(page, issuer, name) {
  while (page.url().startsWith(issuer)) {
    if (await page.locator('input[name=login]').count()) {
      await page.fill('input[name=login]', name);
      await page.fill('input[name=password]', 'any');
    }
    await page.locator('button[type=submit]').first().click();
    await page.waitForLoadState();
  }
}
