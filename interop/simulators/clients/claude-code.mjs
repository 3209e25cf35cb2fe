// Claude Code. As of September 2026, 2.1.246: anthropics/claude-code#90370, #37767, #64705, #41610, #85236, #66210, #44652.
export default {
  key: 'claude-code', name: 'Claude Code', seen: '2026-09', userAgent: 'claude-code/2.1.246 (cli)',
  document: {
    client_name: 'Claude Code', client_uri: 'https://claude.ai', redirect_uris: ['http://localhost/callback', 'http://127.0.0.1/callback'],
    grant_types: ['authorization_code', 'refresh_token'], response_types: ['code'], token_endpoint_auth_method: 'none',
  },
  registration: {
    client_name: 'Claude Code (notes)', redirect_uris: ['http://localhost:{port}/callback'], grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'], token_endpoint_auth_method: 'none',
  },
  discovery: { probes: ['challenge', '/.well-known/oauth-authorization-server'], checks: ['none', 'pkce'] },
  authorize: { redirect: 'http://localhost:{port}/callback', resource: 'document', scope: 'challenge', alwaysAsks: ['offline_access'], iss: 'checks' },
  speaks: '2025-11-25',
  does: ['T1', 'T2', 'T6', 'T7', 'R3', 'R4', 'R9', 'R10', 'R12', 'R15', 'A5', 'A8', 'K1', 'K2', 'K3', 'K8'],
};
