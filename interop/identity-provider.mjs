// A real OpenID provider on loopback: oidc-provider with its development pages, in which any name signs in. Counts what reaches it.
import { createServer } from 'node:http';
import * as oidc from 'oidc-provider';

export const SECRET = 'the-secret-of-the-door-at-the-provider';

/// Listens at once, so that the issuer is known; answers 503 until `open` says what the door looks like.
export async function provide() {
  const seen = [];
  let answer = (request, response) => response.writeHead(503).end();
  const server = createServer((request, response) => { seen.push(request.url); answer(request, response); });
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  const issuer = `http://127.0.0.1:${server.address().port}`;
  return {
    issuer, seen,
    /// `door` is the origin of the deployment; tokens for its endpoint /opaque are opaque, all others JWTs.
    open(door) {
      const provider = new oidc.Provider(issuer, {
        clients: [{ client_id: 'door', client_secret: SECRET, redirect_uris: [`${door}/login/callback`] }],
        claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'] },
        scopes: ['openid', 'email', 'profile', 'offline_access', 'notes:read'],
        findAccount: (context, id) => ({
          accountId: id,
          claims: () => ({ sub: id, email: `${id}@people.example`, email_verified: true, name: id }),
        }),
        extraTokenClaims: (context, token) => token.accountId ? { email: `${token.accountId}@people.example`, email_verified: true } : undefined,
        clientBasedCORS: () => true,
        features: {
          devInteractions: { enabled: true },
          introspection: { enabled: true, allowedPolicy: () => true },
          registration: { enabled: true },
          resourceIndicators: {
            enabled: true,
            defaultResource: () => [],
            useGrantedResource: () => true,
            getResourceServerInfo: (context, resource) => ({
              scope: 'notes:read', audience: resource, accessTokenTTL: 300,
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
