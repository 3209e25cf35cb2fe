package io.github.doorwarden.client.oauth;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import tools.jackson.databind.node.ObjectNode;

/// A small authorization server that checks what a strict one checks, and that a test bends where it wants to.
class StubAuthority extends StubSite {

    final String issuer;
    final Set<String> live = ConcurrentHashMap.newKeySet();
    final Map<String, String> scopesOf = new ConcurrentHashMap<>();
    final AtomicInteger signIns = new AtomicInteger();
    /// Where metadata are, and what is changed in them.
    volatile String place = "";
    volatile Consumer<ObjectNode> metadata = _ -> { };
    volatile UnaryOperator<Map<String, String>> answer = UnaryOperator.identity();
    volatile Function<Seen, Reply> token = this::token;
    volatile boolean dynamic = true;
    volatile int seconds = 3600;
    volatile String method = "none";
    private final Map<String, Map<String, String>> codes = new ConcurrentHashMap<>();
    private final Map<String, String> refreshes = new ConcurrentHashMap<>();
    private final Map<String, Seen> clients = new ConcurrentHashMap<>();
    private final AtomicInteger count = new AtomicInteger();

    StubAuthority() {
        this("");
    }

    /// @param path of the issuer
    StubAuthority(String path) {
        issuer = origin() + path;
        place = "/.well-known/oauth-authorization-server" + path;
    }

    @Override
    Reply reply(Seen asked) {
        if (asked.path().equals(place)) {
            return Reply.json(200, document());
        }
        return switch (asked.path()) {
            case "/authorize" -> authorize(asked.parameters());
            case "/token" -> token.apply(asked);
            case "/register" -> register(asked);
            case "/revoke" -> revoke(asked.form().get("token"));
            default -> Reply.nothing(404);
        };
    }

    private ObjectNode document() {
        var document = object().put("issuer", issuer).put("authorization_endpoint", origin() + "/authorize")
                .put("token_endpoint", origin() + "/token").put("revocation_endpoint", origin() + "/revoke")
                .put("authorization_response_iss_parameter_supported", true);
        if (dynamic) {
            document.put("registration_endpoint", origin() + "/register");
        }
        document.putArray("code_challenge_methods_supported").add("S256");
        document.putArray("token_endpoint_auth_methods_supported").add(method);
        metadata.accept(document);
        return document;
    }

    private Reply register(Seen asked) {
        var id = "client-" + count.incrementAndGet();
        clients.put(id, asked);
        var reply = object().put("client_id", id);
        if (!method.equals("none")) {
            reply.put("client_secret", "secret of " + id).put("token_endpoint_auth_method", method);
        }
        return Reply.json(201, reply);
    }

    Reply authorize(Map<String, String> asked) {
        signIns.incrementAndGet();
        var code = "code-" + count.incrementAndGet();
        codes.put(code, asked);
        var back = new LinkedHashMap<String, String>();
        back.put("code", code);
        back.put("state", asked.get("state"));
        back.put("iss", issuer);
        return Reply.to(asked.get("redirect_uri") + "?" + TokenClient.encode(answer.apply(back)));
    }

    Reply token(Seen asked) {
        var form = asked.form();
        if (!authenticated(asked, form)) {
            return Reply.json(401, Map.of("error", "invalid_client"));
        }
        return switch (form.get("grant_type")) {
            case "authorization_code" -> {
                var begun = codes.remove(form.get("code"));
                yield begun != null && Dpop.hash(form.get("code_verifier")).equals(begun.get("code_challenge"))
                        && form.get("redirect_uri").equals(begun.get("redirect_uri"))
                        && begun.getOrDefault("resource", "").equals(form.getOrDefault("resource", ""))
                        ? granted(begun.getOrDefault("scope", "")) : Reply.json(400, Map.of("error", "invalid_grant"));
            }
            case "refresh_token" -> {
                var scope = refreshes.remove(form.get("refresh_token"));
                yield scope == null ? Reply.json(400, Map.of("error", "invalid_grant")) : granted(scope);
            }
            default -> granted(form.getOrDefault("scope", ""));
        };
    }

    private boolean authenticated(Seen asked, Map<String, String> form) {
        if (!form.getOrDefault("client_id", "client-").startsWith("client-") || !method.startsWith("client_secret")) {
            return true;
        }
        var given = method.endsWith("post") ? form.get("client_id") + ":" + form.get("client_secret")
                : new String(Base64.getDecoder().decode(asked.header("Authorization").replace("Basic ", "")),
                StandardCharsets.US_ASCII);
        var id = given.split(":")[0];
        return given.equals(id + ":" + (method.endsWith("post") ? "secret of " + id : "secret+of+" + id));
    }

    Reply granted(String scope) {
        var access = "access-" + count.incrementAndGet();
        var refresh = "refresh-" + count.incrementAndGet();
        live.add(access);
        scopesOf.put(access, scope);
        refreshes.put(refresh, scope);
        var reply = object().put("access_token", access).put("refresh_token", refresh).put("token_type", "Bearer")
                .put("expires_in", seconds);
        if (!scope.isEmpty()) {
            reply.put("scope", scope);
        }
        return Reply.json(200, reply);
    }

    private Reply revoke(String token) {
        live.remove(token);
        refreshes.remove(token);
        return Reply.nothing(200);
    }

    /// As when somebody pulls all tokens.
    void forgetAccess() {
        live.clear();
    }

    void forgetRefresh() {
        refreshes.clear();
    }

    List<Map<String, String>> authorizations() {
        return new ArrayList<>(seen("/authorize").stream().map(Seen::parameters).toList());
    }

    List<Map<String, String>> tokenRequests() {
        return seen("/token").stream().map(Seen::form).toList();
    }
}
