package io.github.doorwarden.cli;

import io.github.doorwarden.cli.Web.Answer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import tools.jackson.databind.JsonNode;

/// An MCP client that signs its person in: registration, code with PKCE, tokens, calls.
final class Agent {

    static final String LEGACY = "2025-11-25";
    static final String MODERN = "2026-07-28";
    private static final AtomicInteger VERIFIERS = new AtomicInteger();

    /// What the token endpoint gave.
    record Tokens(String access, String refresh, String scope) {
        static Tokens of(Answer answer) {
            var json = answer.expect(200).json();
            return new Tokens(json.path("access_token").asString(), json.path("refresh_token").asString(""),
                    json.path("scope").asString());
        }
    }

    final Web web;
    final String origin;
    final String resource;
    final String clientId;
    final String redirect;
    String verifier = newVerifier();
    String state = "state-1";

    /// @param resource identifier of the endpoint that it wants to call
    Agent(Web web, String origin, String resource, String clientId, String redirect) {
        this.web = web;
        this.origin = origin;
        this.resource = resource;
        this.clientId = clientId;
        this.redirect = redirect;
    }

    /// A client that has just registered itself.
    static Agent registered(Web web, String origin, String resource, String name, String redirect) {
        var client = register(web, origin, name, redirect).expect(201).json();
        return new Agent(web, origin, resource, client.path("client_id").asString(), redirect);
    }

    static Answer register(Web web, String origin, String name, String... redirects) {
        var json = Web.JSON.createObjectNode().put("client_name", name).put("token_endpoint_auth_method", "none");
        var uris = json.putArray("redirect_uris");
        for (var redirect : redirects) {
            uris.add(redirect);
        }
        json.putArray("grant_types").add("authorization_code").add("refresh_token");
        return web.post(origin + "/register", "application/json", json.toString());
    }

    static String newVerifier() {
        return "verifier-" + VERIFIERS.incrementAndGet() + "-" + "v".repeat(40);
    }

    static String challenge(String verifier) {
        try {
            return Base64.getUrlEncoder().withoutPadding().encodeToString(MessageDigest.getInstance("SHA-256")
                    .digest(verifier.getBytes(StandardCharsets.US_ASCII)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    Map<String, String> authorization(String scope) {
        var asked = new LinkedHashMap<String, String>();
        asked.put("response_type", "code");
        asked.put("client_id", clientId);
        asked.put("redirect_uri", redirect);
        asked.put("code_challenge", challenge(verifier));
        asked.put("code_challenge_method", "S256");
        asked.put("resource", resource);
        asked.put("state", state);
        if (!scope.isEmpty()) {
            asked.put("scope", scope);
        }
        return asked;
    }

    String authorizeUrl(String scope) {
        return origin + "/authorize?" + Web.encode(authorization(scope));
    }

    /// Sends the browser through login, if it is not signed in, and consent, if that is not remembered; the answer that
    /// leads back to the client.
    Answer approve(Browser browser, String scope) {
        verifier = newVerifier();
        var page = browser.get(authorizeUrl(scope));
        if (Browser.has(page, "/login")) {
            var next = browser.signIn(page, Door.EMAIL, Door.PASSWORD).expect(303);
            page = browser.get(next.location(), "Sec-Fetch-Site", "same-origin");
        }
        return page.status() == 303 ? page : browser.decide(page.expect(200), "allow").expect(303);
    }

    String code(Browser browser, String scope) {
        return Web.query(approve(browser, scope).location()).get("code");
    }

    Map<String, String> redemption(String code) {
        var form = new LinkedHashMap<String, String>();
        form.put("grant_type", "authorization_code");
        form.put("code", code);
        form.put("client_id", clientId);
        form.put("redirect_uri", redirect);
        form.put("code_verifier", verifier);
        form.put("resource", resource);
        return form;
    }

    Answer redeem(String code) {
        return web.form(origin + "/token", redemption(code));
    }

    Tokens tokens(Browser browser, String scope) {
        return Tokens.of(redeem(code(browser, scope)));
    }

    Answer refresh(String refreshToken) {
        return refreshAt(origin, refreshToken);
    }

    Answer refreshAt(String node, String refreshToken) {
        return web.form(node + "/token", Map.of("grant_type", "refresh_token", "refresh_token", refreshToken,
                "client_id", clientId));
    }

    Answer revoke(String token) {
        return web.form(origin + "/revoke", Map.of("token", token, "client_id", clientId));
    }

    Answer call(String access, String tool, String arguments) {
        return rpc(resource, access, LEGACY, "tools/call", "{\"name\":\"" + tool + "\",\"arguments\":" + arguments
                + "}");
    }

    /// The answer's result, and no other.
    static JsonNode result(Answer answer) {
        var json = answer.expect(200).json();
        if (!json.has("result")) {
            throw new AssertionError("no result: " + answer);
        }
        return json.path("result");
    }

    /// One request of an era before 2026-07-28; the version goes into the header, as after `initialize`.
    Answer rpc(String url, String access, String version, String method, String params) {
        var body = "{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"" + method + "\",\"params\":" + params + "}";
        var headers = new String[] {"Accept", "application/json, text/event-stream", "MCP-Protocol-Version", version};
        return web.post(url, "application/json", body, access == null ? headers : and(headers, "Authorization",
                "Bearer " + access));
    }

    /// One request of 2026-07-28, which says all about itself.
    Answer modern(String access, String method, String name, String params) {
        var meta = "\"_meta\":{\"io.modelcontextprotocol/protocolVersion\":\"" + MODERN + "\","
                + "\"io.modelcontextprotocol/clientInfo\":{\"name\":\"stranger\",\"version\":\"1\"},"
                + "\"io.modelcontextprotocol/clientCapabilities\":{}}";
        var all = params.equals("{}") ? "{" + meta + "}" : params.substring(0, params.length() - 1) + "," + meta + "}";
        var body = "{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"" + method + "\",\"params\":" + all + "}";
        var headers = new String[] {"Accept", "application/json, text/event-stream", "MCP-Protocol-Version", MODERN,
            "Mcp-Method", method};
        headers = name.isEmpty() ? headers : and(headers, "Mcp-Name", name);
        return web.post(resource, "application/json", body,
                access == null ? headers : and(headers, "Authorization", "Bearer " + access));
    }

    private static String[] and(String[] headers, String... more) {
        var all = java.util.Arrays.copyOf(headers, headers.length + more.length);
        System.arraycopy(more, 0, all, headers.length, more.length);
        return all;
    }
}
