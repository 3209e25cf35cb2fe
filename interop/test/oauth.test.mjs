// Two strict OAuth libraries that are nobody's MCP client, oauth4webapi and openid-client: every grant, and everything else that the metadata
// offers. A new grant is a test here and a line in RUN; the last test fails when the metadata offers what no test runs.
import assert from 'node:assert/strict';
import { createSign, randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import * as oauth from 'oauth4webapi';
import * as client from 'openid-client';
import { host } from '../metadata-host.mjs';
import { World, backend } from '../simulators/world.mjs';

const CALLBACK = 'http://127.0.0.1:4711/callback';
const insecure = { [oauth.allowInsecureRequests]: true };   // plain HTTP on loopback
const discovery = { execute: [client.allowInsecureRequests], algorithm: 'oauth2' };
let world, documents, notes, as, resource, keys;

/// What the tests below run of what the metadata can offer.
const RUN = {
  grant_types_supported: ['authorization_code', 'refresh_token', 'client_credentials', 'urn:ietf:params:oauth:grant-type:device_code',
    'urn:ietf:params:oauth:grant-type:jwt-bearer', 'urn:ietf:params:oauth:grant-type:token-exchange'],
  token_endpoint_auth_methods_supported: ['none', 'client_secret_basic', 'client_secret_post', 'private_key_jwt'],
  revocation_endpoint_auth_methods_supported: ['none', 'client_secret_basic', 'client_secret_post', 'private_key_jwt'],
  endpoints: ['authorization_endpoint', 'token_endpoint', 'registration_endpoint', 'revocation_endpoint', 'device_authorization_endpoint',
    'pushed_authorization_request_endpoint', 'introspection_endpoint'],
};

before(async () => {
  documents = await host(process.env.KEYTOOL ?? 'keytool');
  notes = await backend();
  world = await World.open(documents, notes);
  const found = await oauth.processResourceDiscoveryResponse(new URL(world.endpoint), await oauth.resourceDiscoveryRequest(new URL(world.endpoint), insecure));
  const issuer = new URL(found.authorization_servers[0]);
  as = await oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer, { algorithm: 'oauth2', ...insecure }));
  resource = found.resource;
  keys = await oauth.generateKeyPair('RS256', { extractable: true });
});

after(async () => {
  const complaints = await world?.close();
  notes?.close();
  documents?.close();
  assert.deepEqual(complaints, []);
});

const register = async (method) => oauth.processDynamicClientRegistrationResponse(await oauth.dynamicClientRegistrationRequest(as, {
  client_name: 'Strict', redirect_uris: [CALLBACK], grant_types: ['authorization_code', 'refresh_token'], token_endpoint_auth_method: method,
  ...(method === 'private_key_jwt' ? { jwks: { keys: [{ ...await crypto.subtle.exportKey('jwk', keys.publicKey), kid: 'strict', use: 'sig' }] } } : {}),
}, insecure));
const robot = () => ({ client_id: 'robot' });
const AUTHENTICATIONS = { none: () => oauth.None(), client_secret_basic: oauth.ClientSecretBasic, client_secret_post: oauth.ClientSecretPost,
  private_key_jwt: () => oauth.PrivateKeyJwt({ key: keys.privateKey, kid: 'strict' }) };

/// Sends Ada away and has her allow it; the answer, checked as RFC 9207 and OAuth 2.1 want it.
async function allowed(me, more = {}) {
  const verifier = oauth.generateRandomCodeVerifier();
  const state = oauth.generateRandomState();
  const url = new URL(as.authorization_endpoint);
  url.search = new URLSearchParams({ client_id: me.client_id, redirect_uri: CALLBACK, response_type: 'code', scope: 'notes:read', state, resource,
    code_challenge: await oauth.calculatePKCECodeChallenge(verifier), code_challenge_method: 'S256', ...more });
  const { back } = await world.person().allow(url.href);
  return { answer: oauth.validateAuthResponse(as, me, back, state), verifier, back, state };
}

async function byCode(me, authentication) {
  const { answer, verifier } = await allowed(me);
  const options = { additionalParameters: { resource }, ...insecure };
  return oauth.processAuthorizationCodeResponse(as, me, await oauth.authorizationCodeGrantRequest(as, me, authentication, answer, CALLBACK, verifier, options));
}

const refresh = async (me, authentication, token) =>
  oauth.processRefreshTokenResponse(as, me, await oauth.refreshTokenGrantRequest(as, me, authentication, token, { additionalParameters: { resource }, ...insecure }));

/// The token opens the endpoint, and is what RFC 9068 says it should be.
async function opens(token, expected = 200) {
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'initialize', params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'strict', version: '1' } } });
  const headers = new Headers({ 'content-type': 'application/json', accept: 'application/json' });
  const call = () => oauth.protectedResourceRequest(token, 'POST', new URL(world.endpoint), headers, body, insecure);
  if (expected !== 200) return assert.rejects(call, (error) => error instanceof oauth.WWWAuthenticateChallengeError && error.status === expected);
  assert.equal((await call()).status, 200);
  const claims = await oauth.validateJwtAccessToken(as, new Request(world.endpoint, { headers: { authorization: `Bearer ${token}` } }), resource, insecure);
  assert.equal(claims.iss, as.issuer);
  return claims;
}

const invalid = (code) => (error) => error.error === code || assert.fail(`${code} was expected: ${error}`);

for (const method of Object.keys(AUTHENTICATIONS)) {
  test(`oauth4webapi: code, PKCE, resource, refresh, replay and revocation, authenticated by ${method}`, async () => {
    const me = await register(method);
    const authentication = AUTHENTICATIONS[method](me.client_secret);
    const first = await byCode(me, authentication);
    assert.equal((await opens(first.access_token)).client_id, me.client_id);
    const second = await refresh(me, authentication, first.refresh_token);
    assert.equal((await refresh(me, authentication, first.refresh_token)).refresh_token, second.refresh_token, 'a lost answer is given again');
    const third = await refresh(me, authentication, second.refresh_token);
    await assert.rejects(refresh(me, authentication, first.refresh_token), invalid('invalid_grant'));
    await assert.rejects(refresh(me, authentication, third.refresh_token), invalid('invalid_grant'));
    const again = await byCode(me, authentication);
    await oauth.processRevocationResponse(await oauth.revocationRequest(as, me, authentication, again.refresh_token, insecure));
    await opens(again.access_token, 401);
  });
}

test('oauth4webapi: client credentials in the header and in the body', async () => {
  for (const authentication of [oauth.ClientSecretBasic(world.secret), oauth.ClientSecretPost(world.secret)]) {
    const answer = await oauth.clientCredentialsGrantRequest(as, robot(), authentication, { resource, scope: 'notes:read' }, insecure);
    const tokens = await oauth.processClientCredentialsResponse(as, robot(), answer);
    assert.equal(tokens.refresh_token, undefined);
    assert.equal((await opens(tokens.access_token)).sub, 'robot');
  }
  const wrong = await oauth.clientCredentialsGrantRequest(as, robot(), oauth.ClientSecretBasic('not-the-secret'), { resource }, insecure);
  await assert.rejects(oauth.processClientCredentialsResponse(as, robot(), wrong), (error) => error.status === 401);
});

test('oauth4webapi: the issuer, the state and the verifier are what keep strangers out', async () => {
  const me = await register('none');
  const { back, state, answer } = await allowed(me);
  assert.equal(as.authorization_response_iss_parameter_supported, true);
  for (const change of [(url) => url.searchParams.delete('iss'), (url) => url.searchParams.set('iss', 'https://honest.example'), (url) => url.searchParams.set('state', 'another')]) {
    const other = new URL(back);
    change(other);
    assert.throws(() => oauth.validateAuthResponse(as, me, other, state));
  }
  const options = { additionalParameters: { resource }, ...insecure };
  const stolen = await oauth.authorizationCodeGrantRequest(as, me, oauth.None(), answer, CALLBACK, oauth.generateRandomCodeVerifier(), options);
  await assert.rejects(oauth.processAuthorizationCodeResponse(as, me, stolen), invalid('invalid_grant'));
});

test('oauth4webapi: a request is pushed, and good once', async () => {
  const me = await register('private_key_jwt');
  const authentication = AUTHENTICATIONS.private_key_jwt();
  const verifier = oauth.generateRandomCodeVerifier();
  const state = oauth.generateRandomState();
  const pushed = await oauth.processPushedAuthorizationResponse(as, me, await oauth.pushedAuthorizationRequest(as, me, authentication, { redirect_uri: CALLBACK, response_type: 'code',
    scope: 'notes:read', state, resource, code_challenge: await oauth.calculatePKCECodeChallenge(verifier), code_challenge_method: 'S256' }, insecure));
  const url = new URL(as.authorization_endpoint);
  url.search = new URLSearchParams({ client_id: me.client_id, request_uri: pushed.request_uri });
  const { back } = await world.person().allow(url.href);
  const options = { additionalParameters: { resource }, ...insecure };
  const answer = await oauth.authorizationCodeGrantRequest(as, me, authentication, oauth.validateAuthResponse(as, me, back, state), CALLBACK, verifier, options);
  await opens((await oauth.processAuthorizationCodeResponse(as, me, answer)).access_token);
  assert.equal((await world.person().consentPage(url.href)).location, undefined, 'a second use stays on a page of ours');
});

test('oauth4webapi: a token is bound to a key, which proves itself at each step', async () => {
  const me = await register('none');
  const DPoP = oauth.DPoP(me, await oauth.generateKeyPair('ES256'));
  const { answer, verifier } = await allowed(me);
  const options = { DPoP, additionalParameters: { resource }, ...insecure };
  const redeem = () => oauth.authorizationCodeGrantRequest(as, me, oauth.None(), answer, CALLBACK, verifier, options);
  const tokens = await oauth.processAuthorizationCodeResponse(as, me, await redeem());
  assert.equal(tokens.token_type, 'dpop');
  const ping = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'initialize', params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'strict', version: '1' } } });
  const headers = new Headers({ 'content-type': 'application/json', accept: 'application/json' });
  assert.equal((await oauth.protectedResourceRequest(tokens.access_token, 'POST', new URL(world.endpoint), headers, ping, { DPoP, ...insecure })).status, 200);
  await opens(tokens.access_token, 401);
  const fresh = await oauth.processRefreshTokenResponse(as, me, await oauth.refreshTokenGrantRequest(as, me, oauth.None(), tokens.refresh_token, options));
  assert.equal(fresh.token_type, 'dpop');
  await assert.rejects(refresh(me, oauth.None(), fresh.refresh_token));
});

test('oauth4webapi: a service asks what its own token says', async () => {
  const authentication = oauth.ClientSecretBasic(world.secret);
  const answer = await oauth.clientCredentialsGrantRequest(as, robot(), authentication, { resource }, insecure);
  const { access_token } = await oauth.processClientCredentialsResponse(as, robot(), answer);
  const told = await oauth.processIntrospectionResponse(as, robot(), await oauth.introspectionRequest(as, robot(), authentication, access_token, insecure));
  assert.equal(told.active, true);
  assert.equal(told.client_id, 'robot');
  const nothing = await oauth.processIntrospectionResponse(as, robot(), await oauth.introspectionRequest(as, robot(), authentication, 'made-up', insecure));
  assert.equal(nothing.active, false);
});

test('oauth4webapi: a device waits for its person, who says yes or no', async () => {
  const screen = { client_id: 'screen' };
  const begin = async () => oauth.processDeviceAuthorizationResponse(as, screen, await oauth.deviceAuthorizationRequest(as, screen, oauth.None(), { resource, scope: 'notes:read' }, insecure));
  const poll = async ({ device_code }) => oauth.processDeviceCodeResponse(as, screen, await oauth.deviceCodeGrantRequest(as, screen, oauth.None(), device_code, insecure));
  const [yes, no, open] = [await begin(), await begin(), await begin()];
  await assert.rejects(poll(open), invalid('authorization_pending'));
  await world.person().device(no, 'deny');
  await assert.rejects(poll(no), invalid('access_denied'));
  await world.person().device(yes, 'allow');
  const tokens = await poll(yes);
  await opens(tokens.access_token);
  await opens((await refresh(screen, oauth.None(), tokens.refresh_token)).access_token);
  await assert.rejects(poll(yes), invalid('invalid_grant'));
});

/// What somebody says who is not we, signed with the key at /keys.json.
function signed(type, claims) {
  const now = Math.floor(Date.now() / 1000);
  const part = (json) => Buffer.from(JSON.stringify(json)).toString('base64url');
  const text = `${part({ alg: 'RS256', kid: 'interop', typ: type })}.${part({ aud: as.issuer, iat: now, exp: now + 120, jti: randomUUID(), ...claims })}`;
  return `${text}.${createSign('RSA-SHA256').update(text).sign(documents.privateKey, 'base64url')}`;
}

const BEARER = 'urn:ietf:params:oauth:grant-type:jwt-bearer';

async function exchanged(me, authentication, grant, parameters) {
  return oauth.processGenericTokenEndpointResponse(as, me, await oauth.genericTokenEndpointRequest(as, me, authentication, grant, parameters, insecure));
}

test('oauth4webapi: an identity provider says for whom a client acts (ID-JAG), once', async () => {
  const desk = { client_id: 'desk' };
  const authentication = oauth.ClientSecretBasic(world.secret);
  const jag = (claims) => signed('oauth-id-jag+jwt', { iss: `${documents.origin}/company`, sub: 'employee-7', client_id: 'desk', resource, email: 'grace@example.org',
    email_verified: true, scope: 'notes:read', ...claims });
  const assertion = jag({});
  const tokens = await exchanged(desk, authentication, BEARER, { assertion });
  assert.equal(tokens.refresh_token, undefined);
  const claims = await opens(tokens.access_token);
  assert.equal(claims.client_id, 'desk');
  assert.equal((await opens((await exchanged(desk, authentication, BEARER, { assertion: jag({}) })).access_token)).sub, claims.sub, 'the same person again');
  for (const bad of [assertion, jag({ client_id: 'robot' }), jag({ aud: 'https://elsewhere.example' }), jag({ resource: 'https://elsewhere.example/mcp' }),
    jag({ exp: 1 }), jag({ iss: 'https://elsewhere.example' }), signed('JWT', { iss: `${documents.origin}/company`, sub: 'employee-7' })]) {
    await assert.rejects(exchanged(desk, authentication, BEARER, { assertion: bad }), invalid('invalid_grant'));
  }
});

test('oauth4webapi: a platform says which program asks (workload identity)', async () => {
  const nightly = { client_id: 'nightly' };
  const authentication = () => {};                                    // the assertion is all that there is
  const says = (claims) => signed('JWT', { iss: `${documents.origin}/platform`, sub: 'ns:reports:job-1', ...claims });
  const tokens = await exchanged(nightly, authentication, BEARER, { assertion: says({}), resource });
  const claims = await opens(tokens.access_token);
  assert.equal(claims.sub, 'nightly');
  await assert.rejects(exchanged(nightly, authentication, BEARER, { assertion: says({ sub: 'ns:others:job' }), resource }), invalid('invalid_grant'));
});

test('oauth4webapi: a server exchanges the token of a person for one of the API behind it', async () => {
  const me = await register('none');
  const { access_token } = await byCode(me, oauth.None());
  const tools = { client_id: 'tools' };
  const authentication = oauth.ClientSecretPost(world.secret);
  const parameters = { subject_token: access_token, subject_token_type: 'urn:ietf:params:oauth:token-type:access_token' };
  const grant = 'urn:ietf:params:oauth:grant-type:token-exchange';
  const tokens = await exchanged(tools, authentication, grant, { ...parameters, resource: 'https://api.notes.example' });
  assert.equal(tokens.issued_token_type, 'urn:ietf:params:oauth:token-type:access_token');
  const claims = await oauth.validateJwtAccessToken(as, new Request('https://api.notes.example', { headers: { authorization: `Bearer ${tokens.access_token}` } }),
    'https://api.notes.example', insecure);
  assert.equal(claims.client_id, 'tools');
  assert.equal(claims.act.sub, 'tools');
  await opens(tokens.access_token, 401);
  await assert.rejects(exchanged(tools, authentication, grant, { ...parameters, resource }), invalid('invalid_target'));
  await assert.rejects(exchanged(robot(), oauth.ClientSecretBasic(world.secret), grant, parameters), invalid('unauthorized_client'));
});

test('openid-client: discovers, registers, signs in, refreshes, revokes', async () => {
  for (const path of ['oauth2', 'oidc']) {   // both documents
    const issuer = new URL(as.issuer);
    const config = await client.dynamicClientRegistration(issuer, { client_name: 'Strict', redirect_uris: [CALLBACK], grant_types: ['authorization_code', 'refresh_token'],
      token_endpoint_auth_method: 'none' }, client.None(), { ...discovery, algorithm: path });
    const pkceCodeVerifier = client.randomPKCECodeVerifier();
    const expectedState = client.randomState();
    const url = client.buildAuthorizationUrl(config, { redirect_uri: CALLBACK, scope: 'notes:read', state: expectedState, resource,
      code_challenge: await client.calculatePKCECodeChallenge(pkceCodeVerifier), code_challenge_method: 'S256' });
    const { back } = await world.person().allow(url.href);
    const tokens = await client.authorizationCodeGrant(config, back, { pkceCodeVerifier, expectedState }, { resource });
    await opens(tokens.access_token);
    const fresh = await client.refreshTokenGrant(config, tokens.refresh_token, { resource });
    assert.notEqual(fresh.refresh_token, tokens.refresh_token);
    await client.tokenRevocation(config, fresh.refresh_token);
    await assert.rejects(client.refreshTokenGrant(config, fresh.refresh_token, { resource }), invalid('invalid_grant'));
  }
});

test('openid-client: client credentials', async () => {
  const config = await client.discovery(new URL(as.issuer), 'robot', world.secret, undefined, discovery);
  await opens((await client.clientCredentialsGrant(config, { resource })).access_token);
});

test('everything that the metadata offers was run', () => {
  const endpoints = Object.keys(as).filter((member) => member.endsWith('_endpoint'));
  for (const [member, run] of Object.entries({ ...RUN, endpoints: undefined })) {
    if (run) assert.deepEqual((as[member] ?? []).filter((offered) => !run.includes(offered)), [], `${member} offers what no test here runs`);
  }
  assert.deepEqual(endpoints.filter((offered) => !RUN.endpoints.includes(offered)), [], 'there are endpoints that no test here calls');
});
