package io.github.doorwarden.doctor;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.doorwarden.doctor.StubServer.Reply;
import io.github.doorwarden.doctor.StubServer.Twist;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.databind.node.ObjectNode;

/// Servers with one fault each, as real servers had it: each is found by name, and harms whom it harmed. The server
/// without the twist is that of [FaultlessServerTest], so the twist is the cause.
class BrokenServersTest {

    private static final String ALL = "chatgpt claude-ai claude-code codex cursor inspector mcp-remote vscode";
    private static final String NOBODY = "";
    private static final String PATH_DOCUMENT = "/.well-known/oauth-protected-resource/mcp";
    private static final String ROOT_DOCUMENT = "/.well-known/oauth-protected-resource";
    private static final String SERVER_DOCUMENT = "/.well-known/oauth-authorization-server";

    /// @param faults what is found beside what the faultless server has
    private record Broken(String name, Twist twist, String faults, String fails, String hindered) {}

    private final List<Broken> servers = new ArrayList<>();

    private void broken(String name, Twist twist, String faults, String fails, String hindered) {
        servers.add(new Broken(name, twist, faults, fails, hindered));
    }

    @TestFactory
    List<DynamicTest> eachFaultIsFoundByNameAndHarmsWhomItHarmed() {
        addresses();
        challenges();
        resources();
        servers();
        registrations();
        authorizations();
        tokens();
        speech();
        streams();
        tools();
        return servers.stream().map(each -> DynamicTest.dynamicTest(each.name, () -> judge(each))).toList();
    }

    /// What takes more than one wrong answer is in [OtherServersTest].
    @Test
    void noFaultIsLeftThatNoServerHas() {
        eachFaultIsFoundByNameAndHarmsWhomItHarmed();
        var left = Faults.all().stream().map(Fault::id).collect(Collectors.toCollection(TreeSet::new));
        servers.forEach(server -> left.removeAll(words(server.faults)));
        assertEquals(new TreeSet<>(Set.of("challenge-leads-nowhere", "clock-skew", "endpoints-elsewhere",
                "found-by-challenge-alone", "given-token-refused", "loopback", "no-search-and-fetch", "out-of-time",
                "plain-http", "server-metadata-appended-only", "tls-not-trusted", "unreachable")), left);
    }

    private static void judge(Broken broken) {
        try (var server = StubServer.with(broken.twist)) {
            var report = Doctors.examine(server, group -> { });
            var found = new TreeSet<>(Doctors.ids(report));
            found.removeAll(Set.of("loopback", "no-search-and-fetch"));
            assertEquals(words(broken.faults), found, () -> report.json().toPrettyString());
            assertEquals(words(broken.fails), Doctors.with(Outcome.FAILS, report), () -> report.json()
                    .toPrettyString());
            assertEquals(words(broken.hindered), Doctors.with(Outcome.CONNECTS_WITH_FAULTS, report), () ->
                    report.json().toPrettyString());
        }
    }

    private static TreeSet<String> words(String text) {
        return Arrays.stream(text.split(" ")).filter(word -> !word.isEmpty())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /// All but some.
    private static String but(String... some) {
        var all = words(ALL);
        Arrays.asList(some).forEach(all::remove);
        return String.join(" ", all);
    }

    /// The metadata of the server with another member.
    private static Twist metadata(Consumer<ObjectNode> change) {
        return (request, right) -> {
            if (!request.to(SERVER_DOCUMENT) || right.status() != 200) {
                return right;
            }
            var json = Faultless.metadata(request.origin());
            change.accept(json);
            return right.body(json.toString());
        };
    }

    private void addresses() {
        broken("a framework that redirects to the slash", (request, right) -> request.to("/mcp")
                ? Reply.of(307).with("Location", "/mcp/") : right, "redirected slash-redirected resource-slash",
                "claude-ai", but("claude-ai"));
        broken("a framework that redirects away from the slash", (request, right) -> request.to("/mcp/")
                ? Reply.of(308).with("Location", "/mcp") : right, "slash-redirected", NOBODY, "claude-ai claude-code");
        broken("a redirect that loses the body", (request, right) -> request.to("/mcp")
                ? Reply.of(301).with("Location", "/mcp/") : right,
                "redirected-without-body slash-redirected resource-slash", ALL, NOBODY);
        broken("a proxy whose server redirects to http", (request, right) -> request.to("/mcp")
                ? Reply.of(307).with("Location", "http://mcp.example.com/mcp/") : right, "redirected-elsewhere", ALL,
                NOBODY);
        broken("a router that knows one spelling", (request, right) -> request.to("/mcp/") ? Reply.of(404) : right,
                "slash-not-served", NOBODY, NOBODY);
        broken("a firewall that knows Python", (request, right) -> request.header("user-agent").contains("python-httpx")
                ? Reply.page(403, "Forbidden") : right, "client-blocked", "claude-ai", NOBODY);
        broken("a wall against bots", (request, right) -> Reply.page(403, "Just a moment...")
                .with("cf-mitigated", "challenge"), "bot-wall", ALL, NOBODY);
        broken("protection against rebinding that knows no public name", (request, right) -> request.to("/mcp")
                ? Reply.of(421).body("Invalid Host header") : right, "host-refused slash-not-served", ALL, NOBODY);
        broken("a path where nothing is", (request, right) -> request.path().startsWith("/mcp")
                ? Reply.page(404, "Not found") : right, "not-an-mcp-endpoint", ALL, NOBODY);
        broken("a web page where the endpoint should be", (request, right) -> request.path().startsWith("/mcp")
                ? Reply.page(200, "<h1>Welcome</h1>") : right, "not-an-mcp-endpoint", ALL, NOBODY);
    }

    private void challenges() {
        broken("403 instead of 401", (request, right) -> right.status() == 401 && request.path().startsWith("/mcp")
                && request.header("authorization").isEmpty() ? right.status(403).without("WWW-Authenticate") : right,
                "refused-without-401", ALL, NOBODY);
        broken("a server that breaks without a token", (request, right) -> request.call().equals("initialize")
                && request.header("authorization").isEmpty() ? Reply.page(500, "NullPointerException") : right,
                "server-error", ALL, NOBODY);
        broken("a challenge without metadata", (request, right) -> right.headers().containsKey("WWW-Authenticate")
                ? right.with("WWW-Authenticate", "Bearer") : right, "challenge-missing", NOBODY, but("codex"));
        broken("a relative challenge", (request, right) -> right.headers().containsKey("WWW-Authenticate")
                ? right.with("WWW-Authenticate", "Bearer resource_metadata=\"" + PATH_DOCUMENT + "\", scope=\"a\"")
                : right, "challenge-not-absolute", NOBODY, ALL);
        broken("a challenge for a document that is not there", (request, right) ->
                right.headers().containsKey("WWW-Authenticate") ? right.with("WWW-Authenticate",
                        "Bearer resource_metadata=\"" + request.origin() + "/nowhere\", scope=\"a\"") : right,
                "challenge-leads-astray", NOBODY, but("codex"));
        broken("a challenge without scope", (request, right) -> right.headers().containsKey("WWW-Authenticate")
                ? right.with("WWW-Authenticate", "Bearer resource_metadata=\"" + request.origin() + PATH_DOCUMENT
                + "\"") : right, "challenge-without-scope", NOBODY, NOBODY);
        broken("a bad token is a bad request", (request, right) -> request.header("authorization")
                .equals("Bearer no-token-of-yours") ? Reply.of(400) : right, "bad-token-not-401", NOBODY, ALL);
        broken("the session before the token", (request, right) -> request.header("mcp-session-id")
                .equals(ChallengeProbes.LOST_SESSION) ? Reply.of(404) : right, "session-before-token", NOBODY, ALL);
        broken("a page of the Inspector is refused", (request, right) -> request.header("origin").isEmpty() ? right
                : Reply.of(403), "origin-refused preflight-refused cors-missing-on-oauth", "inspector", NOBODY);
        broken("OPTIONS needs a token", (request, right) -> request.method().equals("OPTIONS")
                && request.path().startsWith("/mcp") ? Reply.of(401) : right, "preflight-refused", "inspector",
                NOBODY);
        broken("an old list of headers", (request, right) -> request.method().equals("OPTIONS")
                ? right.with("Access-Control-Allow-Headers", "Authorization, Content-Type, Mcp-Session-Id") : right,
                "cors-headers-missing", "inspector", NOBODY);
        broken("nothing is exposed", (request, right) -> right.without("Access-Control-Expose-Headers"),
                "cors-not-exposed", "inspector", NOBODY);
        broken("metadata is closed to pages", (request, right) -> request.path().startsWith("/.well-known")
                ? right.without("Access-Control-Allow-Origin") : right, "cors-missing-on-oauth", "inspector", NOBODY);
    }

    private void resources() {
        broken("metadata at the root alone, and no challenge", (request, right) -> request.to(PATH_DOCUMENT)
                ? Reply.of(404) : right.headers().containsKey("WWW-Authenticate") ? right.with("WWW-Authenticate",
                "Bearer") : right, "challenge-missing path-metadata-missing resource-broader", NOBODY, but("codex"));
        broken("metadata at the path alone", (request, right) -> request.to(ROOT_DOCUMENT) ? Reply.of(404) : right,
                "root-metadata-missing", NOBODY, "inspector");
        broken("no metadata of the resource", (request, right) -> request.path().startsWith(ROOT_DOCUMENT)
                ? Reply.of(404) : right, "challenge-leads-astray path-metadata-missing root-metadata-missing "
                + "resource-metadata-missing", NOBODY, ALL);
        broken("a web app that answers everything", (request, right) -> request.to(ROOT_DOCUMENT)
                ? Reply.page(200, "<div id=root>") : right, "well-known-is-no-json root-metadata-missing", NOBODY, ALL);
        broken("a resource behind the proxy's name", (request, right) -> request.to(PATH_DOCUMENT)
                ? right.says("http://10.0.0.7:8080/mcp", request.origin() + "/mcp") : right, "resource-mismatch", ALL,
                NOBODY);
        broken("one resource for all", (request, right) -> request.to(PATH_DOCUMENT)
                ? right.says(request.origin(), request.origin() + "/mcp") : right, "resource-broader metadata-shared",
                NOBODY, "vscode");
        broken("a resource with a slash", (request, right) -> request.to(PATH_DOCUMENT)
                ? right.says(request.origin() + "/mcp/", request.origin() + "/mcp") : right, "resource-slash", NOBODY,
                "vscode");
        broken("a document that names no resource", (request, right) -> request.to(PATH_DOCUMENT)
                ? right.says("\"about\"", "\"resource\"") : right, "resource-absent", ALL, NOBODY);
        broken("a document that names no server", (request, right) -> request.to(PATH_DOCUMENT)
                ? right.says("\"servers\"", "\"authorization_servers\"") : right, "authorization-servers-absent",
                NOBODY, ALL);
        broken("metadata behind a redirect", (request, right) -> request.to(PATH_DOCUMENT)
                ? Reply.of(302).with("Location", "/about").with("Access-Control-Allow-Origin", "*")
                : request.to("/about") ? Reply.json(200, "{\"resource\": \"" + request.origin()
                + "/mcp\", \"authorization_servers\": [\"" + request.origin() + "\"]}")
                .with("Access-Control-Allow-Origin", "*") : right, "metadata-redirected", NOBODY, "inspector");
        broken("metadata made from Host", (request, right) -> request.to(PATH_DOCUMENT)
                ? right.body(right.body().replace(request.origin() + "/mcp", "http://" + request.header("host")
                + "/mcp")) : right, "metadata-follows-host", NOBODY, NOBODY);
    }

    private void servers() {
        broken("an authorization server without metadata", (request, right) -> request.to(SERVER_DOCUMENT)
                ? Reply.of(404) : right, "server-metadata-missing", ALL, NOBODY);
        broken("a provider of OpenID Connect", (request, right) -> request.to(SERVER_DOCUMENT) ? Reply.of(404)
                : request.to("/.well-known/openid-configuration") ? Reply.json(200, Faultless.metadata(
                request.origin())).with("Access-Control-Allow-Origin", "*") : right, "openid-configuration-only",
                NOBODY, "claude-ai claude-code mcp-remote");
        broken("an issuer with a slash more", metadata(json -> json.put("issuer", json.path("issuer").asString("")
                + "/")), "issuer-mismatch", "codex inspector mcp-remote vscode",
                but("codex", "inspector", "mcp-remote", "vscode"));
        broken("a server that does not say S256", metadata(json -> json.remove("code_challenge_methods_supported")),
                "pkce-missing", ALL, NOBODY);
        broken("a server without a token endpoint", metadata(json -> json.remove("token_endpoint")),
                "endpoints-missing", ALL, NOBODY);
        broken("an endpoint without a host", metadata(json -> json.put("token_endpoint", "/token")), "url-unusable",
                ALL, NOBODY);
        broken("a server that promises iss", metadata(json -> json.put("authorization_response_iss_parameter_supported",
                true)), "iss-promised", NOBODY, "codex mcp-remote");
        broken("documents without none", metadata(json -> json.putArray("token_endpoint_auth_methods_supported")
                .add("private_key_jwt")), "documents-without-none", NOBODY, "claude-ai claude-code");
        broken("documents alone", metadata(json -> json.remove("registration_endpoint")), "no-way-to-register",
                "cursor inspector mcp-remote", NOBODY);
        broken("a provider where nobody can register", metadata(json -> {
            json.remove("registration_endpoint");
            json.remove("client_id_metadata_document_supported");
        }), "no-way-to-register", ALL, NOBODY);
        broken("compression that nobody asked for", (request, right) -> request.to(SERVER_DOCUMENT)
                && !request.header("accept-encoding").isEmpty() ? right.with("Content-Encoding", "gzip") : right,
                "metadata-compressed", NOBODY, "mcp-remote");
    }

    private void registrations() {
        broken("a server that refuses schemes of their own", (request, right) -> request.to("/register")
                && request.body().contains("cursor://") ? Reply.json(400, "{\"error\": \"invalid_redirect_uri\"}")
                : right, "registration-refused", "cursor", NOBODY);
        broken("a server that leaves the loopback out", (request, right) -> request.to("/register")
                ? right.body(right.body().replaceAll("\"http://127[^\"]*\"", "\"https://elsewhere.example/\"")) : right,
                "registration-drops-redirect", "mcp-remote", NOBODY);
        broken("a registration that is moved", (request, right) -> request.to("/register") && request.method()
                .equals("POST") ? Reply.of(302).with("Location", "/elsewhere") : right, "registration-redirected",
                "cursor inspector mcp-remote", NOBODY);
        broken("a registration that breaks", (request, right) -> request.to("/register") && request.method()
                .equals("POST") ? Reply.page(500, "oops") : right, "registration-broken",
                "cursor inspector mcp-remote", NOBODY);
        broken("a registration that is tired", (request, right) -> request.to("/register") && request.method()
                .equals("POST") ? Reply.of(429) : right, "registration-limited", NOBODY, "cursor");
        broken("documents off, and a secret for everybody", (request, right) -> request.to(SERVER_DOCUMENT)
                ? right.says("\"x\"", "\"client_id_metadata_document_supported\"") : request.to("/register")
                && request.method().equals("POST") ? right.says("\"client_secret_post\"", "\"none\"") : right,
                "registration-changes-method", NOBODY, "codex");
    }

    private void authorizations() {
        broken("an authorization endpoint that is not there", (request, right) -> request.to("/authorize")
                ? Reply.of(404) : right, "authorize-broken", ALL, NOBODY);
        broken("a server that forgets what was registered", (request, right) -> request.to("/authorize")
                && request.query().contains("anysphere") ? Reply.page(400, "redirect_uri") : right,
                "redirect-refused", "cursor", NOBODY);
        broken("a server that compares the port", (request, right) -> request.to("/authorize")
                && request.query().contains("43111") ? Reply.page(400, "redirect_uri") : right, "document-refused",
                "claude-code codex vscode", NOBODY);
        broken("a server that compares the port of the registered", (request, right) -> request.to(SERVER_DOCUMENT)
                ? right.says("\"x\"", "\"client_id_metadata_document_supported\"") : request.to("/authorize")
                && request.query().contains("43111") ? Reply.page(400, "redirect_uri") : right,
                "loopback-port-refused", "vscode", NOBODY);
        broken("an SDK that sends its refusal of the port back", (request, right) -> request.to(SERVER_DOCUMENT)
                ? right.says("\"x\"", "\"client_id_metadata_document_supported\"") : request.to("/authorize")
                && request.query().contains("43111") ? Reply.of(302).with("Location", "http://127.0.0.1:43111/"
                + "?error=invalid_request&error_description=Unregistered+redirect_uri") : right,
                "loopback-port-refused", "vscode", NOBODY);
        broken("a server that is out of order", (request, right) -> request.to("/authorize")
                && request.query().contains("6274") ? Reply.of(302).with("Location",
                "http://localhost:6274/oauth/callback?error=temporarily_unavailable") : right,
                "authorization-refused", "inspector", NOBODY);
        broken("a server that cannot read Claude's document", (request, right) -> request.to("/authorize")
                && request.query().contains("mcp-oauth-client-metadata") ? Reply.page(400, "invalid_client") : right,
                "document-refused", "claude-ai", NOBODY);
        broken("a server that refuses unknown scopes", (request, right) -> request.to("/authorize")
                && request.query().contains("offline_access") ? Reply.of(302).with("Location", Faultless.fields(
                request.query()).get("redirect_uri") + "?error=invalid_scope&state=x") : right, "scope-refused",
                "claude-code codex", NOBODY);
        broken("a server that compares the slash of the resource", (request, right) -> request.to("/authorize")
                && Faultless.fields(request.query()).get("resource").endsWith("/") ? Reply.of(302).with("Location",
                Faultless.fields(request.query()).get("redirect_uri") + "?error=invalid_target") : right,
                "resource-refused", "claude-ai", NOBODY);
        broken("a promise of iss that is not kept", (request, right) -> request.to(SERVER_DOCUMENT)
                ? right.says("\"authorization_response_iss_parameter_supported\":true,\"issuer\"", "\"issuer\"")
                : request.to("/authorize") && request.query().contains("6274") ? Reply.of(302).with("Location",
                "http://localhost:6274/oauth/callback?code=1") : right,
                "iss-promised iss-promised-not-sent code-without-sign-in", "inspector", "codex mcp-remote");
        broken("a server that sends people anywhere", (request, right) -> request.to("/authorize")
                && request.query().contains("doctor.invalid") ? Reply.of(302).with("Location",
                "https://doctor.invalid/callback?error=invalid_request") : right, "open-redirect", NOBODY, NOBODY);
    }

    private void tokens() {
        broken("a token endpoint that moved", (request, right) -> request.to("/token") && request.method()
                .equals("POST") ? Reply.of(301).with("Location", "/token/") : right, "token-redirected", ALL, NOBODY);
        broken("a token endpoint that is not there", (request, right) -> request.to("/token") && request.method()
                .equals("POST") ? Reply.of(404) : right, "token-endpoint-missing", ALL, NOBODY);
        broken("a token endpoint that answers pages", (request, right) -> request.to("/token")
                && request.body().contains("client_id=client-") ? Reply.page(400, "Bad Request") : right,
                "token-error-no-json",
                NOBODY, ALL);
        broken("a token endpoint that breaks on nonsense", (request, right) -> request.to("/token")
                && request.header("content-type").contains("utf-99") ? Reply.of(500) : right, "token-endpoint-fails",
                NOBODY, ALL);
        broken("a server that wants a secret from public clients", (request, right) -> request.to("/token")
                && right.body().contains("invalid_grant") ? Reply.json(401, "{\"error\": \"invalid_client\"}") : right,
                "public-client-refused", "cursor inspector mcp-remote", NOBODY);
        broken("a server that does not say it has forgotten", (request, right) -> request.to("/token")
                && right.body().contains("invalid_client") ? Reply.json(400, "{\"error\": \"invalid_grant\"}") : right,
                "unknown-client-not-told", NOBODY, "claude-code mcp-remote");
    }

    private void speech() {
        broken("an SDK that wants both types", (request, right) -> request.method().equals("POST")
                && request.path().startsWith("/mcp") && !request.header("accept").equals(Mcp.BOTH)
                ? Reply.json(406, "{\"jsonrpc\": \"2.0\", \"error\": {\"code\": -32000}}") : right,
                "accept-events-refused accept-json-refused accept-any-refused accept-none-refused", NOBODY,
                "claude-ai claude-code cursor mcp-remote vscode");
        broken("a server that takes neither type", (request, right) -> request.method().equals("POST")
                && request.path().startsWith("/mcp") ? Reply.of(406) : right, "accept-refused", ALL, NOBODY);
        broken("a server of the new era alone", (request, right) -> request.call().equals("initialize")
                && right.status() == 200 ? Reply.json(400, "{\"jsonrpc\": \"2.0\", \"id\": 1, \"error\": {\"code\": "
                + "-32022, \"message\": \"no\"}}") : right, "initialize-refused", but("inspector", "mcp-remote"),
                NOBODY);
        broken("a server that negotiates nothing", (request, right) -> request.call().equals("initialize")
                && right.status() == 200 && request.body().contains("2025-06-18") ? Reply.json(400,
                "{\"jsonrpc\": \"2.0\", \"id\": 1, \"error\": {\"code\": -32602}}") : right, "old-revision-refused",
                "chatgpt codex cursor", NOBODY);
        broken("a server of the old era that hangs when probed", (request, right) -> request.call()
                .equals("server/discover") && right.status() == 200 ? Reply.silence() : right, "probe-unanswered",
                "inspector mcp-remote", NOBODY);
        broken("a server of the old era", (request, right) -> request.call().equals("server/discover")
                && right.status() == 200 ? Reply.json(200, "{\"jsonrpc\": \"2.0\", \"id\": 3, \"error\": {\"code\": "
                + "-32601}}") : right, "modern-absent", NOBODY, NOBODY);
        broken("sessions for everybody", (request, right) -> request.call().equals("server/discover")
                ? right.with("Mcp-Session-Id", "one") : right, "session-for-modern", NOBODY, "inspector mcp-remote");
        broken("headers that nobody compares", (request, right) -> request.call().equals("tools/list")
                && right.body().contains("-32020") ? Reply.json(200, "{\"jsonrpc\": \"2.0\", \"id\": 3, \"result\": "
                + "{\"tools\": []}}") : right, "headers-unchecked", NOBODY, NOBODY);
        broken("a revision that nobody names", (request, right) -> right.body().contains("-32022")
                ? right.body("{\"error\": {\"code\": -32600}}") : right, "versions-unnamed", NOBODY,
                "inspector mcp-remote");
        broken("a notice that is refused", (request, right) -> request.call().startsWith("notifications/")
                ? Reply.of(400) : right, "initialized-refused", NOBODY, ALL);
    }

    private void streams() {
        broken("GET that hangs", (request, right) -> request.to("/mcp") && request.method().equals("GET")
                ? Reply.silence() : right, "get-hangs", "claude-code", but("claude-code"));
        broken("GET that is a bad request", (request, right) -> request.to("/mcp") && request.method().equals("GET")
                ? Reply.of(400) : right, "get-wrong-status", "cursor", "claude-code mcp-remote");
        broken("GET that ends at once", (request, right) -> request.to("/mcp") && request.method().equals("GET")
                ? Reply.events(": hello\n\n") : right, "get-ends-at-once stream-buffered", NOBODY, ALL);
        broken("a lost session is a bad request", (request, right) -> right.body().contains("no such session")
                ? right.status(400) : right, "lost-session-not-404", NOBODY, ALL);
        broken("a proxy that collects events", (request, right) -> request.call().equals("subscriptions/listen")
                ? right.body("") : right, "stream-buffered", NOBODY, ALL);
        broken("a proxy that compresses events", (request, right) -> request.call().equals("subscriptions/listen")
                ? right.with("Content-Encoding", "gzip") : right, "stream-compressed", NOBODY, ALL);
        broken("a stream that asks for nothing", (request, right) -> request.call().equals("subscriptions/listen")
                ? right.without("X-Accel-Buffering") : right, "stream-may-be-buffered", NOBODY, NOBODY);
        broken("DELETE that breaks", (request, right) -> request.method().equals("DELETE") && request.to("/mcp")
                ? Reply.of(500) : right, "delete-wrong-status", NOBODY, NOBODY);
    }

    private void tools() {
        broken("tools with dots", (request, right) -> request.call().equals("tools/list") && right.status() == 200
                ? right.says("notes.search", "search") : right, "tool-name-odd", NOBODY, ALL);
        broken("tools with long names", (request, right) -> request.call().equals("tools/list")
                && right.status() == 200 ? right.says("x".repeat(61), "search") : right, "tool-name-long", NOBODY,
                ALL);
        broken("a tool without a schema", (request, right) -> request.call().equals("tools/list")
                && right.status() == 200 ? right.says("{}", "{\"type\": \"object\"}") : right,
                "tool-schema-no-object", ALL, NOBODY);
        broken("a list that breaks", (request, right) -> request.call().equals("tools/list") && right.status() == 200
                ? Reply.json(500, "{}") : right, "tools-not-listed", ALL, NOBODY);
    }
}
