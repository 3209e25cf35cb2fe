// mcp-remote 0.1.x, the bridge that most old configurations start. As of 2025: punkpeye/mcp-remote#106, #215, #223, #279.
export default {
  key: 'mcp-remote-0.1', name: 'mcp-remote 0.1', seen: '2025-12', userAgent: 'node',
  registration: {
    client_name: 'MCP CLI Proxy', client_uri: 'https://github.com/modelcontextprotocol/mcp-cli', redirect_uris: ['http://localhost:{port}/oauth/callback'],
    grant_types: ['authorization_code', 'refresh_token'], response_types: ['code'], token_endpoint_auth_method: 'none',
    software_id: '2e6dc280-f3c3-4e01-99a7-8181dbd1d23d', software_version: '0.1.37',
  },
  discovery: { probes: ['/.well-known/oauth-authorization-server'], headers: { 'accept-encoding': 'identity', 'mcp-protocol-version': '2025-03-26' } },
  authorize: { redirect: 'http://localhost:{port}/oauth/callback', resource: 'none', scope: 'none', iss: 'ignores' },
  speaks: '2025-03-26', accept: 'text/event-stream',
  does: ['T5-events', 'T6', 'T8', 'T13', 'R11', 'A2'],
};
