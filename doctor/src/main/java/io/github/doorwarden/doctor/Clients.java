package io.github.doorwarden.doctor;

import io.github.doorwarden.doctor.Client.Play;
import io.github.doorwarden.doctor.Client.Row;
import io.github.doorwarden.doctor.Client.Target;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// One row for each client: what it sends, as it was seen in public, and the faults that it does not live with, with
/// the issue at the fault. What every client does is written at the fault itself.
final class Clients {

    static final Client CHATGPT = new Client("chatgpt", "ChatGPT", "2026-09", new Play("Python/3.12 aiohttp/3.13.3",
            document("https://chatgpt.com/oauth/client.json"), """
                    {"client_name": "ChatGPT", "redirect_uris": ["https://chatgpt.com/connector_platform_oauth_redirect"],
                     "grant_types": ["authorization_code", "refresh_token"], "response_types": ["code"],
                     "token_endpoint_auth_method": "none"}""",
            "https://chatgpt.com/connector_platform_oauth_redirect",
            "https://chatgpt.com/connector_platform_oauth_redirect", List.of(), Target.DOCUMENT, "2025-06-18"),
            new Row(Set.of(AddressProbes.PLAIN_HTTP, SpeechProbes.OLD_REVISION_REFUSED),
                    Set.of(AddressProbes.CLOCK_SKEW, ServerProbes.ISSUER_MISMATCH), Set.of()));

    static final Client CLAUDE_AI = new Client("claude-ai", "claude.ai", "2026-09", new Play("python-httpx/0.28.1",
            document("https://claude.ai/oauth/mcp-oauth-client-metadata"), """
                    {"client_name": "Claude", "redirect_uris": ["https://claude.ai/api/mcp/auth_callback"],
                     "grant_types": ["authorization_code", "refresh_token"], "response_types": ["code"],
                     "token_endpoint_auth_method": "none"}""",
            "https://claude.ai/api/mcp/auth_callback", "https://claude.ai/api/mcp/auth_callback", List.of(),
            Target.SLASH, "2025-11-25"),
            new Row(Set.of(AddressProbes.PLAIN_HTTP, AddressProbes.REDIRECTED),
                    Set.of(AddressProbes.SLASH_REDIRECTED, ServerProbes.ENDPOINTS_ELSEWHERE, ServerProbes.OPENID_ONLY,
                            ServerProbes.DOCUMENTS_WITHOUT_NONE, SpeechProbes.ACCEPT_EVENTS), Set.of()));

    static final Client CLAUDE_CODE = new Client("claude-code", "Claude Code", "2026-09",
            new Play("claude-code/2.1.246 (cli)", document("https://claude.ai/oauth/claude-code-client-metadata"), """
                    {"client_name": "Claude Code (doctor)", "redirect_uris": ["http://localhost:{port}/callback"],
                     "grant_types": ["authorization_code", "refresh_token"], "response_types": ["code"],
                     "token_endpoint_auth_method": "none"}""",
                    "http://localhost:" + Client.REGISTERED_PORT + "/callback",
                    "http://localhost:" + Client.OTHER_PORT + "/callback", List.of("offline_access"), Target.DOCUMENT,
                    "2025-11-25"),
            new Row(Set.of(StreamProbes.GET_HANGS),
                    Set.of(AddressProbes.SLASH_REDIRECTED, ServerProbes.ENDPOINTS_ELSEWHERE, ServerProbes.OPENID_ONLY,
                            ServerProbes.DOCUMENTS_WITHOUT_NONE, SpeechProbes.ACCEPT_JSON, SpeechProbes.ACCEPT_NONE,
                            StreamProbes.GET_WRONG_STATUS, StreamProbes.GET_ENDS_AT_ONCE,
                            TokenProbes.UNKNOWN_CLIENT_NOT_TOLD), Set.of()));

    static final Client CURSOR = new Client("cursor", "Cursor", "2026-08", new Play("Cursor/3.2", Optional.empty(), """
            {"client_name": "Cursor", "redirect_uris": ["cursor://anysphere.cursor-mcp/oauth/callback",
              "https://www.cursor.com/agents/mcp/oauth/callback", "http://localhost:8787/callback"],
             "grant_types": ["authorization_code", "refresh_token"], "response_types": ["code"],
             "token_endpoint_auth_method": "none"}""",
            "cursor://anysphere.cursor-mcp/oauth/callback", "", List.of(), Target.DOCUMENT, "2025-06-18"),
            new Row(Set.of(StreamProbes.GET_WRONG_STATUS, SpeechProbes.OLD_REVISION_REFUSED),
                    Set.of(SpeechProbes.ACCEPT_JSON), Set.of()));

    static final Client VS_CODE = new Client("vscode", "VS Code", "2026-08", new Play("vscode/1.110",
            document("https://vscode.dev/oauth/client-metadata.json"), """
                    {"client_name": "Visual Studio Code", "client_uri": "https://code.visualstudio.com",
                     "redirect_uris": ["https://insiders.vscode.dev/redirect", "https://vscode.dev/redirect",
                       "http://127.0.0.1/", "http://127.0.0.1:33418/"],
                     "grant_types": ["authorization_code", "refresh_token",
                       "urn:ietf:params:oauth:grant-type:device_code"],
                     "response_types": ["code"], "token_endpoint_auth_method": "none",
                     "application_type": "native"}""",
            "http://127.0.0.1:" + Client.OTHER_PORT + "/", "http://127.0.0.1:" + Client.OTHER_PORT + "/", List.of(),
            Target.DOCUMENT, "2025-11-25"),
            new Row(Set.of(ServerProbes.ISSUER_MISMATCH),
                    Set.of(ResourceProbes.RESOURCE_BROADER, ResourceProbes.RESOURCE_SLASH, SpeechProbes.ACCEPT_ANY),
                    Set.of()));

    static final Client INSPECTOR = new Client("inspector", "Inspector", "2026-08", new Play("Mozilla/5.0",
            Optional.empty(), """
                    {"client_name": "MCP Inspector", "client_uri": "https://github.com/modelcontextprotocol/inspector",
                     "redirect_uris": ["http://localhost:6274/oauth/callback"],
                     "grant_types": ["authorization_code", "refresh_token"], "response_types": ["code"],
                     "token_endpoint_auth_method": "none"}""",
            "http://localhost:6274/oauth/callback", "", List.of(), Target.DOCUMENT, "2025-11-25"),
            new Row(Set.of(ChallengeProbes.ORIGIN_REFUSED, BrowserProbes.PREFLIGHT_REFUSED,
                    BrowserProbes.HEADERS_MISSING,
                    BrowserProbes.NOT_EXPOSED, BrowserProbes.OAUTH_CLOSED, ServerProbes.ISSUER_MISMATCH,
                    AuthorizeProbes.ISS_NOT_SENT, SpeechProbes.PROBE_UNANSWERED),
                    Set.of(ResourceProbes.ROOT_MISSING, ResourceProbes.DOCUMENT_REDIRECTED, SpeechProbes.MODERN_SESSION,
                            SpeechProbes.VERSIONS_UNNAMED), Set.of(SpeechProbes.LEGACY_REFUSED)));

    static final Client CODEX = new Client("codex", "Codex", "2026-09", new Play("codex_cli_rs/0.153.4",
            document("https://chatgpt.com/oauth/codex/client.json"), """
                    {"client_name": "Codex", "redirect_uris": ["http://127.0.0.1:{port}/callback/V1StGXR8"],
                     "grant_types": ["authorization_code", "refresh_token"], "response_types": ["code"],
                     "token_endpoint_auth_method": "none"}""",
            "http://127.0.0.1:" + Client.REGISTERED_PORT + "/callback/V1StGXR8",
            "http://127.0.0.1:" + Client.OTHER_PORT + "/callback", List.of("offline_access"), Target.ENDPOINT,
            "2025-06-18"),
            new Row(Set.of(ServerProbes.BY_CHALLENGE_ALONE, ServerProbes.ISSUER_MISMATCH, AuthorizeProbes.ISS_NOT_SENT,
                    SpeechProbes.OLD_REVISION_REFUSED),
                    Set.of(ServerProbes.ISS_PROMISED, RegistrationProbes.METHOD_CHANGED),
                    Set.of(ChallengeProbes.NO_CHALLENGE, ServerProbes.CHALLENGE_ASTRAY,
                    ServerProbes.CHALLENGE_DEAD_END)));

    static final Client MCP_REMOTE = new Client("mcp-remote", "mcp-remote", "2026-09", new Play("node",
            Optional.empty(), """
                    {"client_name": "MCP CLI Proxy", "client_uri": "https://github.com/punkpeye/mcp-remote",
                     "redirect_uris": ["http://127.0.0.1:{port}/oauth/callback"],
                     "grant_types": ["authorization_code", "refresh_token"], "response_types": ["code"],
                     "token_endpoint_auth_method": "none", "application_type": "native"}""",
            "http://127.0.0.1:" + Client.REGISTERED_PORT + "/oauth/callback", "", List.of(), Target.DOCUMENT,
            "2025-11-25"),
            new Row(Set.of(ServerProbes.ISSUER_MISMATCH, AuthorizeProbes.ISS_NOT_SENT, SpeechProbes.PROBE_UNANSWERED),
                    Set.of(ServerProbes.ISS_PROMISED, ServerProbes.OPENID_ONLY, ServerProbes.COMPRESSED,
                            SpeechProbes.ACCEPT_EVENTS, SpeechProbes.MODERN_SESSION, SpeechProbes.VERSIONS_UNNAMED,
                            StreamProbes.GET_WRONG_STATUS, StreamProbes.GET_ENDS_AT_ONCE,
                            TokenProbes.UNKNOWN_CLIENT_NOT_TOLD), Set.of(SpeechProbes.LEGACY_REFUSED)));

    static final List<Client> ALL =
            List.of(CHATGPT, CLAUDE_AI, CLAUDE_CODE, CURSOR, VS_CODE, INSPECTOR, CODEX, MCP_REMOTE);

    private Clients() {}

    private static Optional<URI> document(String url) {
        return Optional.of(URI.create(url));
    }
}
