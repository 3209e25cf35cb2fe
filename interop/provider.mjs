// What an MCP host keeps for OAuth, in memory, with a callback listener on loopback. Serves both generations of the TypeScript SDK.
import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';

export class Provider {
  #client; #tokens; #verifier; #state; #discovery;
  constructor(port, onAuthorize, { name = 'Interop client', clientMetadataUrl } = {}) {
    this.port = port;
    this.onAuthorize = onAuthorize;
    this.name = name;
    this.clientMetadataUrl = clientMetadataUrl;
  }
  static async listen(onAuthorize, options = {}) {
    const waiting = [];
    const server = createServer((request, response) => {
      response.writeHead(200, { 'content-type': 'text/plain' }).end('You can close this page.');
      const url = new URL(request.url, 'http://127.0.0.1');
      if (url.pathname === '/callback') waiting.shift()?.(url.searchParams);
    });
    await new Promise((done) => server.listen(0, '127.0.0.1', done));
    const provider = new Provider(server.address().port, onAuthorize, options);
    provider.callback = () => new Promise((done) => waiting.push(done));
    provider.close = () => { server.closeAllConnections(); server.close(); };
    return provider;
  }
  get redirectUrl() { return `http://127.0.0.1:${this.port}/callback`; }
  get clientMetadata() {
    return {
      client_name: this.name, redirect_uris: [this.redirectUrl], grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'], token_endpoint_auth_method: 'none', application_type: 'native',
    };
  }
  state() { this.#state = randomBytes(16).toString('base64url'); return this.#state; }
  get expectedState() { return this.#state; }
  clientInformation() { return this.#client; }
  saveClientInformation(client) { this.#client = client; }
  tokens() { return this.#tokens; }
  saveTokens(tokens) { this.#tokens = tokens; this.saved = (this.saved ?? 0) + 1; }
  saveCodeVerifier(verifier) { this.#verifier = verifier; }
  codeVerifier() { return this.#verifier; }
  saveDiscoveryState(state) { this.#discovery = state; }
  discoveryState() { return this.#discovery; }
  invalidateCredentials(what) {
    if (what === 'all' || what === 'client') this.#client = undefined;
    if (what === 'all' || what === 'tokens') this.#tokens = undefined;
    if (what === 'all' || what === 'discovery') this.#discovery = undefined;
  }
  async redirectToAuthorization(url) {
    this.authorizationUrl = url;
    const answered = this.callback();
    this.page = await this.onAuthorize(url);
    this.answer = await answered;
  }
}
