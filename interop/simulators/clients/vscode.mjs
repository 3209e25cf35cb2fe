// Visual Studio Code. As of August 2026: microsoft/vscode#278512, #252226, #243602, PrefectHQ/fastmcp#1664.
export default {
  key: 'vscode', name: 'VS Code', seen: '2026-08', userAgent: 'vscode/1.110',
  registration: {
    client_name: 'Visual Studio Code', client_uri: 'https://code.visualstudio.com',
    redirect_uris: ['https://insiders.vscode.dev/redirect', 'https://vscode.dev/redirect', 'http://127.0.0.1/', 'http://127.0.0.1:33418/'],
    grant_types: ['authorization_code', 'refresh_token', 'urn:ietf:params:oauth:grant-type:device_code'], response_types: ['code'],
    token_endpoint_auth_method: 'none', application_type: 'native',
  },
  discovery: { probes: ['challenge', '/.well-known/oauth-authorization-server', '/.well-known/openid-configuration'], checks: ['resource', 'issuer'] },
  authorize: { redirect: 'http://127.0.0.1:{port}/', resource: 'document', scope: 'challenge', alwaysAsks: ['openid', 'profile', 'email'], iss: 'checks' },
  speaks: '2025-11-25', accept: '*/*',
  does: ['T5-any', 'R2', 'A5', 'L1'],
};
