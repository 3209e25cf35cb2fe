// No client in particular: what servers met with from several, or from nobody who said their name.
export default {
  key: 'any', name: 'any client', seen: '2026-09', userAgent: 'curl/8.5.0',
  registration: { client_name: 'Somebody', redirect_uris: ['https://somebody.example/cb'], grant_types: ['authorization_code', 'refresh_token'] },
  discovery: { probes: ['challenge', '/.well-known/oauth-authorization-server'] },
  authorize: { redirect: 'https://somebody.example/cb', resource: 'endpoint', scope: 'challenge', iss: 'checks' },
  speaks: '2025-11-25',
  does: ['R5', 'R13', 'R14', 'R17', 'A9', 'K5', 'K6', 'K7', 'L3'],
};
