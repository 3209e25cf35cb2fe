// Doorwarden between other people's clients and other people's providers: mode external verifies what oidc-provider issues, mode proxied
// stands in front of it. The SDK client finds its way from the bare URL, a person signs in at the provider in a real Chromium.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import * as modern from '@modelcontextprotocol/client';
import { open } from '../browser.mjs';
import { start } from '../deployment.mjs';
import { provide, signInThere } from '../identity-provider.mjs';
import { Provider } from '../provider.mjs';

let chromium;

before(async () => { chromium = await open(); });
after(async () => { await chromium?.close(); });

async function deployed(folder, work) {
  const idp = await provide();
  process.env.INTEROP_ISSUER = idp.issuer;
  const deployment = await start(folder);                 // the provider does not answer yet, and that stops no start
  try {
    const origin = new URL(deployment.endpoint).origin;
    const health = await fetch(`${origin}/health`);
    assert.equal(health.status, 503, 'health says that the provider is down');
    idp.open(origin);
    await eventually('the provider is up', async () => (await fetch(`${origin}/health`)).status === 200);
    await work({ idp, deployment, origin });
  } finally {
    idp.close();
    assert.equal(await deployment.stop(), 0);
    assert.ok(!deployment.printed.err.includes('"level":"ERROR"'), deployment.printed.err);
  }
}

/// Until it is true; the server looks at a provider that was down every few seconds.
async function eventually(what, condition) {
  for (let i = 0; i < 60; i++) {
    if (await condition()) return;
    await new Promise((done) => setTimeout(done, 500));
  }
  assert.fail(`never: ${what}`);
}

async function whoami(endpoint, onAuthorize) {
  const oauth = await Provider.listen(onAuthorize, { name: 'Modes' });
  const client = () => new modern.Client({ name: 'modes', version: '1' }, { versionNegotiation: { mode: { pin: '2026-07-28' } } });
  const transport = () => new modern.StreamableHTTPClientTransport(new URL(endpoint), { authProvider: oauth });
  const first = transport();
  await assert.rejects(client().connect(first), (error) => error instanceof modern.UnauthorizedError);
  assert.equal(oauth.answer.get('state'), oauth.expectedState);
  await first.finishAuth(oauth.answer);
  const signedIn = client();
  await signedIn.connect(transport());
  const result = await signedIn.callTool({ name: 'doorwarden_whoami', arguments: {} });
  assert.ok(!result.isError, JSON.stringify(result));
  await signedIn.close();
  oauth.close();
  return { text: JSON.stringify(result), oauth };
}

for (const [what, path] of [['JWTs by the keys that it publishes', '/mcp'], ['opaque tokens by introspection', '/opaque']]) {
  test(`external: ${what}`, async () => {
    await deployed('interop/external', async ({ idp, origin }) => {
      const context = await chromium.newContext();
      const { text, oauth } = await whoami(`${origin}${path}`, async (url) => {
        assert.equal(url.origin, idp.issuer, 'the metadata of the resource leads straight to the provider');
        const page = await context.newPage();
        await page.goto(String(url));
        await signInThere(page, idp.issuer, 'grace');
        await page.close();
      });
      assert.match(text, /grace/);
      assert.equal(oauth.tokens().access_token.split('.').length, path === '/mcp' ? 3 : 1);
      if (path === '/mcp') {
        const other = await fetch(`${origin}/opaque`, {
          method: 'POST', body: '{}',
          headers: { authorization: `Bearer ${oauth.tokens().access_token}`, 'content-type': 'application/json' },
        });
        assert.equal(other.status, 401, 'a token for one endpoint opens no other');
      }
      await context.close();
    });
  });
}

test('proxied: our own consent first, then the provider, then our own tokens', async () => {
  await deployed('interop/proxied', async ({ idp, deployment, origin }) => {
    const context = await chromium.newContext();
    const errors = [];
    const { text, oauth } = await whoami(deployment.endpoint, async (url) => {
      assert.equal(url.origin, origin);
      const page = await context.newPage();
      page.on('console', (message) => {
        if (message.type() === 'error' && message.location().url.startsWith(origin)) errors.push(message.text());   // not the provider's fonts
      });
      const before = idp.seen.filter((path) => !path.startsWith('/.well-known') && !path.startsWith('/jwks')).length;
      await page.goto(String(url));
      const consent = await page.locator('main').innerText();
      assert.match(consent, /Modes/);
      assert.match(consent, /You sign in with Corp/);
      assert.equal(idp.seen.filter((path) => !path.startsWith('/.well-known') && !path.startsWith('/jwks')).length, before,
        'nothing has left for the provider before the person agreed');
      await page.locator('button[name=decision][value=allow]').click();
      await page.waitForLoadState();
      assert.ok(page.url().startsWith(idp.issuer), page.url());
      assert.ok(!idp.seen.some((path) => path.includes('resource=')), 'resource is never sent to the provider');
      await signInThere(page, idp.issuer, 'grace');
      assert.match(page.url(), /^http:\/\/127\.0\.0\.1:\d+\/callback\?code=/);
      await page.close();
    });
    assert.match(text, /grace@people\.example/);
    assert.deepEqual(errors, [], 'the browser console is quiet about pages of ours');
    assert.equal(oauth.answer.get('iss'), origin);
    const fresh = await fetch(`${origin}/oauth2/token`, {
      method: 'POST',
      body: new URLSearchParams({ grant_type: 'refresh_token', refresh_token: oauth.tokens().refresh_token, client_id: oauth.clientInformation().client_id }),
    });
    assert.equal(fresh.status, 200, 'refresh tokens are ours, and the token endpoint has its second path');
    const { access_token } = await fresh.json();
    const person = await (await fetch(`${origin}/oauth2/userinfo`, { headers: { authorization: `Bearer ${access_token}` } })).json();
    assert.equal(person.email, 'grace@people.example');

    // Somebody else's browser brings the answer of a sign-in that this one began.
    const attacker = await chromium.newContext();
    const page = await attacker.newPage();
    const client = await (await fetch(`${origin}/oauth2/register`, {
      method: 'POST', headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ client_name: 'Evil', redirect_uris: ['http://127.0.0.1:9/cb'], token_endpoint_auth_method: 'none' }),
    })).json();
    const url = new URL('/oauth2/authorize', origin);
    url.search = new URLSearchParams({
      response_type: 'code', client_id: client.client_id, redirect_uri: 'http://127.0.0.1:9/cb', state: 's', code_challenge: 'a'.repeat(43),
      code_challenge_method: 'S256', resource: deployment.endpoint,
    });
    await page.goto(String(url));
    await page.locator('button[name=decision][value=allow]').click();
    await page.waitForLoadState();
    const victim = await context.newPage();
    await victim.goto(page.url().startsWith(`${idp.issuer}/interaction`) ? idp.issuer + idp.seen.findLast((path) => path.startsWith('/auth?')) : page.url());
    if (victim.url().startsWith(idp.issuer)) await signInThere(victim, idp.issuer, 'grace');
    assert.ok(victim.url().startsWith(`${origin}/login/callback`), victim.url());
    assert.match(await victim.locator('main').innerText(), /not begun in this browser/);
    await attacker.close();
    await context.close();
  });
});
