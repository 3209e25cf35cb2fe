// Plays one client from its data: how it looks for the authorization server, registers, sends its person away, gets and renews tokens, and
// speaks MCP. What a file of clients/ may say is in clients/README.md.
import { createHash, createPrivateKey, randomBytes, randomUUID, sign } from 'node:crypto';
import assert from 'node:assert/strict';
import { form, parameter, send } from './wire.mjs';

const MODERN = '2026-07-28';
const hash = (text) => createHash('sha256').update(text).digest('base64url');
const CHALLENGE = 'challenge';

/// What one installation of a client knows after it has found its way, registered and signed in.
export class Client {
  constructor(data, world, { port = 40_000 + Math.floor(Math.random() * 20_000) } = {}) {
    Object.assign(this, { data, world, port, asked: [] });
    this.endpoint = world.endpoint;
  }
  get name() { return this.data.name; }
  filled(text) { return text.replaceAll('{port}', this.port); }
  headers(more) {
    const all = { 'user-agent': this.data.userAgent, ...more };
    if (this.world.host) all.host = this.world.host;
    return all;
  }
  get(path, more) {
    this.asked.push(path);
    const all = this.headers({ accept: 'application/json', ...this.data.discovery.headers, ...more });
    return send('GET', new URL(path, this.world.socket).href, { headers: Object.fromEntries(Object.entries(all).filter(([, value]) => value !== null)) });
  }
  post(url, body, headers = {}) {
    return send('POST', this.world.reach(url), { headers: this.headers(headers), body });
  }

  /// Goes through its probes in its own order, until it has a document of the resource (if it looks for one) and one of the server.
  async discover() {
    const { probes, checks = [] } = this.data.discovery;
    for (const probe of probes) {
      if (probe === CHALLENGE) {
        const knock = (await this.rpc('initialize', this.greeting(), { token: null })).expect(401);
        this.challenge = knock.challenge;
        const url = parameter(knock.challenge, 'resource_metadata');
        assert.ok(url, `no resource_metadata in ${knock.challenge}`);
        this.resource = (await this.get(this.world.reach(url))).expect(200).json;
      } else if (probe.includes('oauth-protected-resource')) {
        this.resource ??= (await this.get(probe)).expect(200).json;
      } else {
        this.server ??= (await this.get(probe)).expect(200).json;
      }
    }
    assert.ok(this.server, 'no metadata of the authorization server was found');
    if (this.resource) assert.ok(this.resource.authorization_servers.includes(this.server.issuer), 'the issuer is not the one that the resource names');
    for (const check of checks) CHECKS[check](this);
    const origin = new URL(this.endpoint).origin;
    const at = (member, path) => this.data.discovery.ignoresEndpoints ? `${origin}${path}` : this.server[member];
    this.at = { authorize: at('authorization_endpoint', '/authorize'), token: at('token_endpoint', '/token'),
      register: at('registration_endpoint', '/register'), revoke: at('revocation_endpoint', '/revoke') };
    return this;
  }

  /// By its document where the server takes documents, else by asking to be registered.
  async register({ document = this.data.document, registration = this.data.registration } = {}) {
    if (document) {
      assert.equal(this.server.client_id_metadata_document_supported, true);
      assert.ok(this.server.token_endpoint_auth_methods_supported.includes('none'), 'none is not offered');
      this.id = this.world.documents.publish(this.data.key, document);
      this.method = document.token_endpoint_auth_method === 'private_key_jwt'
        && this.server.token_endpoint_auth_methods_supported.includes('private_key_jwt') ? 'private_key_jwt' : 'none';
      return this;
    }
    const answer = await this.post(this.at.register, this.filled(JSON.stringify(registration)), { 'content-type': 'application/json', accept: 'application/json' });
    const made = answer.expect(201).json;
    Object.assign(this, { id: made.client_id, secret: made.client_secret, method: made.token_endpoint_auth_method, registered: made });
    return this;
  }

  get redirect() { return this.filled(this.data.authorize.redirect); }

  /// The scopes that it asks for; undefined: it sends none.
  scope() {
    const { scope = 'challenge', alwaysAsks = [] } = this.data.authorize;
    const found = { challenge: () => parameter(this.challenge ?? '', 'scope')?.split(' ') ?? this.resource?.scopes_supported ?? [],
      server: () => this.server.scopes_supported ?? [], none: () => [] }[scope]();
    const all = [...new Set([...found, ...alwaysAsks])];
    return all.length ? all.join(' ') : undefined;
  }
  /// The resource that it asks for; undefined: it sends none.
  target() {
    return { document: () => this.resource?.resource ?? this.endpoint, endpoint: () => this.endpoint, slash: () => `${this.endpoint}/`,
      origin: () => new URL(this.endpoint).origin, none: () => undefined }[this.data.authorize.resource ?? 'document']();
  }

  authorizeUrl(more = {}) {
    this.verifier = randomBytes(32).toString('base64url');
    this.state = randomUUID();
    const query = form({ response_type: 'code', client_id: this.id, redirect_uri: this.redirect, state: this.state,
      code_challenge: hash(this.verifier), code_challenge_method: 'S256', scope: this.scope(), resource: this.target(),
      ...this.data.authorize.more, ...more });
    return `${this.at.authorize}?${query}`;
  }

  /// Reads what its callback was called with, as well or badly as it does.
  callback(back) {
    assert.equal(back.href.split('?')[0], this.redirect.split('?')[0], 'the browser was sent elsewhere');
    const answer = back.searchParams;
    assert.equal(answer.get('error'), null, `${answer.get('error')}: ${answer.get('error_description')}`);
    assert.equal(answer.get('state'), this.state);
    const iss = this.data.authorize.iss === 'loses' ? null : answer.get('iss');
    if (this.data.authorize.iss !== 'ignores') {
      if (this.server.authorization_response_iss_parameter_supported) assert.ok(iss, LOST_ISS);
      if (iss) assert.equal(iss, this.server.issuer);
      if (iss) assert.ok(this.server.authorization_response_iss_parameter_supported, 'the answer has an iss that nobody promised');
    }
    return answer.get('code');
  }

  /// The headers and the fields by which it authenticates at the token endpoint.
  credentials(method = this.data.token?.method ?? this.method) {
    if (method === 'client_secret_basic') {
      const both = `${encodeURIComponent(this.id)}:${encodeURIComponent(this.secret)}`;
      return { headers: { authorization: `Basic ${Buffer.from(both).toString('base64')}` }, fields: {} };
    }
    if (method === 'private_key_jwt') return { headers: {}, fields: { client_id: this.id, ...this.assertion() } };
    return { headers: {}, fields: { client_id: this.id, client_secret: method === 'client_secret_post' ? this.secret : undefined } };
  }
  assertion() {
    const now = Math.floor(Date.now() / 1000);
    const part = (json) => Buffer.from(JSON.stringify(json)).toString('base64url');
    const head = `${part({ alg: 'RS256', kid: 'interop', typ: 'JWT' })}.${part({ iss: this.id, sub: this.id, aud: this.server.issuer, jti: randomUUID(), iat: now, exp: now + 60 })}`;
    const signature = sign('sha256', Buffer.from(head), createPrivateKey(this.world.documents.privateKey)).toString('base64url');
    return { client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer', client_assertion: `${head}.${signature}` };
  }
  async atToken(fields, { headers = {}, method } = {}) {
    const by = this.credentials(method);
    return this.post(this.at.token, form({ ...by.fields, ...fields }),
      { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json', ...by.headers, ...headers });
  }
  redeem(code, more = {}, options) {
    return this.atToken({ grant_type: 'authorization_code', code, redirect_uri: this.redirect, code_verifier: this.verifier, resource: this.target(), ...more }, options);
  }
  refresh(token = this.tokens.refresh_token, more = {}, options) {
    return this.atToken({ grant_type: 'refresh_token', refresh_token: token, resource: this.target(), ...more }, options);
  }
  revoke(token) {
    return this.post(this.at.revoke, form({ ...this.credentials().fields, token }), { 'content-type': 'application/x-www-form-urlencoded', ...this.credentials().headers });
  }
  keep(answer) {
    this.tokens = answer.expect(200).json;
    return this.tokens;
  }
  async allowed(person = this.world.person(), more) {
    const { back, text } = await person.allow(this.world.reach(this.authorizeUrl(more)));
    this.consent = text;
    return this.callback(back);
  }
  /// Everything from the bare URL to tokens.
  async signIn(person, more) {
    await this.discover();
    if (!this.id) await this.register();
    this.keep(await this.redeem(await this.allowed(person, more)));
    return this;
  }

  get modern() { return this.data.speaks === MODERN; }
  greeting() { return { protocolVersion: this.data.speaks, capabilities: {}, clientInfo: { name: this.data.key, version: '1' } }; }
  /// One JSON-RPC request, or with `method` empty none: the GET of a stream. `token` null: none.
  rpc(method, params = {}, { token = this.tokens?.access_token, headers = {}, url = this.endpoint, id = 1, http = 'POST', modern = this.modern } = {}) {
    const legacy = { accept: this.data.accept === undefined ? 'application/json, text/event-stream' : this.data.accept, 'content-type': 'application/json' };
    const meta = { 'io.modelcontextprotocol/protocolVersion': MODERN, 'io.modelcontextprotocol/clientInfo': { name: this.data.key, version: '1' },
      'io.modelcontextprotocol/clientCapabilities': {} };
    const now = modern ? { 'mcp-protocol-version': MODERN, 'mcp-method': method, ...(params.name ? { 'mcp-name': params.name } : {}) } : {};
    const all = { ...legacy, ...now, ...(token ? { authorization: `Bearer ${token}` } : {}), ...headers };
    const kept = Object.fromEntries(Object.entries(all).filter(([, value]) => value !== null));
    const message = { jsonrpc: '2.0', ...(id === null ? {} : { id }), method, params: modern ? { ...params, _meta: meta } : params };
    return http === 'POST' ? this.post(url, JSON.stringify(message), kept)
      : send(http, this.world.reach(url), { headers: this.headers(kept), peek: true });
  }
  /// Begins as its era does; the headers that every later request has.
  async connect() {
    if (this.modern) {
      (await this.rpc('server/discover')).expect(200);
      this.session = {};
      return this;
    }
    const hello = (await this.rpc('initialize', this.greeting())).expect(200);
    assert.equal(hello.json.result.protocolVersion, this.data.speaks);
    this.session = { 'mcp-protocol-version': this.data.speaks, 'mcp-session-id': hello.headers['mcp-session-id'] ?? null };
    (await this.rpc('notifications/initialized', {}, { id: null, headers: this.session })).expect(202);
    return this;
  }
  async call(name, args = {}, options = {}) {
    return this.rpc('tools/call', { name, arguments: args }, { headers: this.session, ...options });
  }
  /// Lists and calls; the names of the tools.
  async works() {
    if (!this.session) await this.connect();
    const listed = (await this.rpc('tools/list', {}, { headers: this.session })).expect(200).json.result.tools;
    const called = (await this.call('search', { query: 'milk' })).expect(200).json.result;
    assert.match(JSON.stringify(called), /buy milk/);
    return listed.map(({ name }) => name);
  }
}

export const LOST_ISS = 'the answer lacks iss, which the metadata promises';

const CHECKS = {
  pkce: ({ server }) => assert.deepEqual(server.code_challenge_methods_supported, ['S256']),
  issuer: ({ server, resource }) => assert.equal(server.issuer, resource.authorization_servers[0]),
  resource: ({ resource, endpoint }) => assert.equal(resource.resource, endpoint),
  none: ({ server }) => assert.ok(server.token_endpoint_auth_methods_supported.includes('none')),
};
