// Codex 0.144.0. As of July 2026: openai/codex#33354, #15643, #40928, exceptionless/Exceptionless#2404, BuilderIO/agent-native#2616.
export default {
  key: 'codex', name: 'Codex', seen: '2026-07', userAgent: 'codex_cli_rs/0.144.0',
  registration: {
    client_name: 'Codex', redirect_uris: ['http://127.0.0.1:{port}/callback/V1StGXR8'], grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'], token_endpoint_auth_method: 'none',
  },
  discovery: { probes: ['/.well-known/oauth-authorization-server/mcp', '/.well-known/openid-configuration/mcp'], headers: { 'mcp-protocol-version': '2025-06-18' } },
  authorize: { redirect: 'http://127.0.0.1:{port}/callback/V1StGXR8', resource: 'endpoint', scope: 'server', alwaysAsks: ['offline_access'], iss: 'loses' },
  speaks: '2025-06-18',
  does: ['A1', 'A5', 'A6', 'R16', 'K2'],
};
