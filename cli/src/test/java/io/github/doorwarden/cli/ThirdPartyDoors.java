package io.github.doorwarden.cli;

import io.github.doorwarden.cli.Web.Answer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/// Two deployments: one is a third party where people have accounts, the other has tools that work with these.
///
/// @param corp the third party; Ada has an account of the same name there, with another password
final class ThirdPartyDoors implements AutoCloseable {

    static final String SECRET = "canary-secret-at-the-third-party-4711";
    static final String LABEL = "Corp Notes";
    static final String BOB = "bob@example.org";
    static final String BOB_PASSWORD = "canary-password-of-bob";
    private static final String URL_CLIENT = "{\"elicitation\":{\"url\":{}}}";

    final Door corp;
    final Door here;

    ThirdPartyDoors(Path folder) {
        corp = Door.open(made(folder.resolve("corp")), "  clients:\n", "  clients:\n    - {id: door, secret: " + SECRET
                + ", redirect_uris: [\"http://127.0.0.1/connect/callback/corp\"]}\n");
        here = Door.open(made(folder.resolve("here")), "  clients:\n", "  accounts:\n    corp: {label: " + LABEL
                + ", issuer: \"" + corp.origin + "\", client_id: door, client_secret: " + SECRET
                + ", scopes: [notes:read], parameters: {resource: \"" + corp.notes + "\"}}\n"
                + "    other: {issuer: \"" + corp.origin + "\", client_id: door, client_secret: " + SECRET + "}\n"
                + "  providers:\n"
                + "    idp: {issuer: \"" + corp.origin + "\", client_id: door}\n  clients:\n",
                "{type: static, token: canary-upstream-token-4711}", "{type: account, account: corp}");
        here.person(BOB, "Bob", BOB_PASSWORD);
    }

    private static Path made(Path folder) {
        try {
            return Files.createDirectories(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Signs a person in where the link leads and says yes there; the address at the third party.
    String leave(Browser browser, String link) {
        var page = page(browser, link, Door.EMAIL, Door.PASSWORD);
        var form = Browser.form(page, path(link));
        return browser.post(form.action(), form.with("decision", "connect")).expect(303).location();
    }

    /// The page behind a link, after signing in when it asks for that.
    Answer page(Browser browser, String link, String email, String password) {
        var page = browser.get(link);
        return Browser.has(page, "/login")
                ? browser.get(browser.signIn(page, email, password).expect(303).location()) : page;
    }

    static String path(String link) {
        return link.substring(link.indexOf("/connect/"));
    }

    /// What somebody does at the third party: signs in, allows; the address that leads back.
    String allow(String there) {
        var browser = corp.browser();
        var page = browser.get(there);
        page = browser.get(browser.signIn(page, Door.EMAIL, Door.PASSWORD).expect(303).location(),
                "Sec-Fetch-Site", "same-origin");
        return browser.decide(page.expect(200), "allow").expect(303).location();
    }

    /// The whole way.
    Answer connect(Browser browser, String link) {
        return browser.get(allow(leave(browser, link)), Browser.CROSS_SITE);
    }

    /// A call of 2026-07-28 by a client that can show pages.
    ///
    /// @param more members of `params`, each with a comma before it
    JsonNode call(Agent agent, String access, String more) {
        return json(send(agent, access, URL_CLIENT, more));
    }

    Answer send(Agent agent, String access, String capabilities, String more) {
        var meta = "\"_meta\":{\"io.modelcontextprotocol/protocolVersion\":\"" + Agent.MODERN + "\","
                + "\"io.modelcontextprotocol/clientInfo\":{\"name\":\"stranger\",\"version\":\"1\"},"
                + "\"io.modelcontextprotocol/clientCapabilities\":" + capabilities + "}";
        var body = "{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"tools/call\",\"params\":{\"name\":\"notes_list\","
                + "\"arguments\":{}," + meta + more + "}}";
        var headers = new ArrayList<>(List.of("Accept", "application/json, text/event-stream", "MCP-Protocol-Version",
                Agent.MODERN, "Mcp-Method", "tools/call", "Mcp-Name", "notes_list"));
        if (access != null) {
            headers.addAll(List.of("Authorization", "Bearer " + access));
        }
        return here.web.post(here.notes, "application/json", body, headers.toArray(String[]::new));
    }

    static JsonNode json(Answer answer) {
        var text = answer.body().startsWith("{") ? answer.body() : answer.body().lines()
                .filter(line -> line.startsWith("data:") && line.contains("\"id\":7")).findFirst().orElseThrow(() ->
                new AssertionError(answer.toString())).substring("data:".length());
        return Web.JSON.readTree(text);
    }

    /// The one question of a result that asks.
    static JsonNode question(JsonNode answer) {
        var requests = answer.path("result").path("inputRequests");
        if (requests.size() != 1) {
            throw new AssertionError(answer.toString());
        }
        return requests.properties().iterator().next().getValue();
    }

    /// Further members that answer the question of a result.
    static String answered(JsonNode answer, String action) {
        var key = answer.path("result").path("inputRequests").propertyNames().iterator().next();
        return ",\"requestState\":" + answer.path("result").path("requestState") + ",\"inputResponses\":{\"" + key
                + "\":{\"action\":\"" + action + "\"}}";
    }

    /// A link that a call of this agent gets to show.
    String link(Agent agent, String access) {
        return question(call(agent, access, "")).path("params").path("url").asString();
    }

    /// Bearer tokens that reached the backend.
    List<String> lent() {
        return here.backend.requests.stream().map(request -> {
            var at = request.indexOf("Bearer ");
            return at < 0 ? "" : request.substring(at + 7, request.indexOf(']', at));
        }).toList();
    }

    /// Whether the third party takes a token.
    boolean taken(String token) {
        return corp.web.post(corp.notes, "application/json", "{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"tools/list\","
                + "\"params\":{}}", "Accept", "application/json, text/event-stream", "MCP-Protocol-Version",
                Agent.LEGACY, "Authorization", "Bearer " + token).status() == 200;
    }

    /// Bob's token for the same client.
    Agent.Tokens bobs(Agent agent) {
        var browser = here.browser();
        browser.signIn(browser.get("/login"), BOB, BOB_PASSWORD).expect(303);
        return agent.tokens(browser, Door.READ);
    }

    Map<String, String> secrets() {
        return Map.of("client secret", SECRET);
    }

    @Override
    public void close() {
        here.close();
        corp.close();
    }
}
