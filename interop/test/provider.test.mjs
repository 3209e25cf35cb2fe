// systems/admin-copilot behind an OpenID provider that is not ours, named by the environment alone: oidc-provider, by https, with the paths
// of the company's own. People sign in there in a real Chromium, and the gateway gets its token for the marketplace there.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import * as modern from '@modelcontextprotocol/client';
import { open } from '../browser.mjs';
import { callAllTen } from '../copilot.mjs';
import { freePort, start } from '../deployment.mjs';
import { SECRET, provide, signInThere } from '../identity-provider.mjs';
import { host } from '../metadata-host.mjs';
import { Provider } from '../provider.mjs';

const GATEWAY = { client_id: 'gateway', client_secret: 'the-secret-of-the-gateway-at-the-provider' };
const ROUTES = { authorization: '/oauth2/authorize', token: '/oauth2/token', userinfo: '/oauth2/userinfo', jwks: '/oauth2/jwks' };
let authority, idp, deployment, chromium;

before(async () => {
  authority = await host(process.env.KEYTOOL ?? 'keytool');
  idp = await provide({ tls: authority.tls });
  const port = await freePort();
  idp.open(`http://127.0.0.1:${port}`, { programs: [GATEWAY], routes: ROUTES });
  deployment = await start('systems/admin-copilot', { port, env: {
    JAVA_TOOL_OPTIONS: authority.javaOptions,             // for the marketplace too, which fetches the provider's keys
    INSTAINSTRU_MCP_WORKOS_DOMAIN: new URL(idp.issuer).host,
    INSTAINSTRU_MCP_WORKOS_CLIENT_ID: 'door',
    INSTAINSTRU_MCP_WORKOS_CLIENT_SECRET: SECRET,
    INSTAINSTRU_MCP_WORKOS_M2M_CLIENT_ID: GATEWAY.client_id,
    INSTAINSTRU_MCP_WORKOS_M2M_CLIENT_SECRET: GATEWAY.client_secret,
  } });
  chromium = await open();
});

after(async () => {
  await chromium?.close();
  if (deployment) assert.equal(await deployment.stop(), 0);
  idp?.close();
  authority?.close();
});

/// Consents here, then signs in there; what the person read at the end.
async function allow(context, url, name) {
  const page = await context.newPage();
  await page.goto(String(url));
  assert.match(await page.locator('main').innerText(), /You sign in with InstaInstru/);
  await page.locator('button[name=decision][value=allow]').click();
  await page.waitForLoadState();
  assert.ok(page.url().startsWith(idp.issuer), page.url());
  await signInThere(page, idp.issuer, name);
  const end = { url: page.url(), text: await page.locator('body').innerText() };
  await page.close();
  return end;
}

test('an admin of the company signs in there, and all ten tools answer', async () => {
  const context = await chromium.newContext({ ignoreHTTPSErrors: true });
  const oauth = await Provider.listen((url) => allow(context, url, 'admin@instainstru.example'), { name: 'Elsewhere' });
  const client = () => new modern.Client({ name: 'provider', version: '1' }, { versionNegotiation: { mode: { pin: '2026-07-28' } } });
  const transport = () => new modern.StreamableHTTPClientTransport(new URL(deployment.endpoint), { authProvider: oauth });
  const first = transport();
  const stranger = client();
  await stranger.connect(first);
  await assert.rejects(stranger.callTool({ name: 'instainstru_metrics_describe', arguments: { metric_name: 'GMV' } }),
    (error) => error instanceof modern.UnauthorizedError);
  await first.finishAuth(oauth.answer);
  const signedIn = client();
  await signedIn.connect(transport());
  await callAllTen(signedIn);
  assert.ok(idp.seen.includes('/oauth2/jwks'), 'the provider was asked for its keys');
  assert.ok(idp.seen.filter((path) => path === '/oauth2/token').length >= 2, "somebody's code was exchanged, and the gateway got a token");
  assert.ok(!deployment.printed.out.includes('identity-provider') && !deployment.printed.err.includes('identity-provider'),
    'no other provider was started');
  await signedIn.close();
  oauth.close();
  await context.close();
});

test('whoever the provider knows and the list does not is told so, and the client gets no code', async () => {
  const context = await chromium.newContext({ ignoreHTTPSErrors: true });
  const client = await (await fetch(new URL('/register', deployment.endpoint), {
    method: 'POST', headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ client_name: 'Visited', redirect_uris: ['http://127.0.0.1:9/cb'], token_endpoint_auth_method: 'none' }),
  })).json();
  const url = new URL('/authorize', deployment.endpoint);
  url.search = new URLSearchParams({
    response_type: 'code', client_id: client.client_id, redirect_uri: 'http://127.0.0.1:9/cb', state: 's', code_challenge: 'a'.repeat(43),
    code_challenge_method: 'S256', resource: deployment.endpoint,
  });
  const { url: where, text } = await allow(context, url, 'visitor@elsewhere.example');
  assert.ok(where.startsWith(new URL('/login/callback', deployment.endpoint).href), where);
  assert.match(text, /visitor@elsewhere\.example/);
  await context.close();
});
