package io.github.doorwarden.authserver;

import io.github.doorwarden.identity.ClientKey;
import io.github.doorwarden.identity.Provider;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/// What we say as the client of a provider, whatever we want there (OAuth 2.1 §2.4, §4.1). Safe for many threads.
///
/// @param secret    empty: a public client, or one with a key
/// @param inBody    `client_secret_post` in the place of `client_secret_basic`
/// @param assertion makes a new one for each request: `private_key_jwt` in the place of a secret
record ClientAtProvider(String id, String secret, boolean inBody, Optional<Supplier<String>> assertion,
        Provider.Calls calls) {

    /// Where the browser goes, with PKCE.
    ///
    /// @param more further parameters
    String authorizationUrl(String endpoint, URI callback, UpstreamFlows.Flow flow, Map<String, String> more) {
        var parameters = new LinkedHashMap<String, String>();
        parameters.put("response_type", "code");
        parameters.put("client_id", id);
        parameters.put("redirect_uri", callback.toString());
        parameters.put("state", flow.state());
        parameters.put("code_challenge", Hashes.sha256Base64Url(flow.verifier()));
        parameters.put("code_challenge_method", "S256");
        parameters.putAll(more);
        return endpoint + (endpoint.contains("?") ? "&" : "?") + parameters.entrySet().stream()
                .map(each -> encoded(each.getKey()) + "=" + encoded(each.getValue())).collect(Collectors.joining("&"));
    }

    /// Sends the code of an answer.
    ///
    /// @throws IOException with a sentence when there is no whole answer
    Provider.Answer redeem(URI endpoint, URI callback, String code, UpstreamFlows.Flow flow) throws IOException {
        var form = new LinkedHashMap<String, String>();
        form.put("grant_type", "authorization_code");
        form.put("code", code);
        form.put("redirect_uri", callback.toString());
        form.put("code_verifier", flow.verifier());
        return post(endpoint, form);
    }

    /// A form with our proof of who we are.
    ///
    /// @throws IOException with a sentence when there is no whole answer
    Provider.Answer post(URI endpoint, Map<String, String> form) throws IOException {
        var basic = !secret.isEmpty() && !inBody && assertion.isEmpty();
        var whole = new LinkedHashMap<>(form);
        if (!basic) {
            whole.put("client_id", id);
        }
        if (!secret.isEmpty() && inBody && assertion.isEmpty()) {
            whole.put("client_secret", secret);
        }
        assertion.ifPresent(made -> whole.putAll(ClientKey.fields(id, made.get())));
        return calls.post(endpoint, whole, basic ? Optional.of(Provider.basic(id, secret)) : Optional.empty());
    }

    /// Whether an answer names the provider, or need not (RFC 9207 §2.4).
    static boolean from(Provider provider, Params answer) {
        var said = answer.one("iss");
        return said.isPresent() ? said.get().equals(provider.issuer())
                : !provider.metadata().path("authorization_response_iss_parameter_supported").asBoolean(false);
    }

    private static String encoded(String value) {
        return URLEncoder.encode(value, StandardCharsets.UTF_8);
    }

    /// Without the secret.
    @Override
    public String toString() {
        return "ClientAtProvider[" + id + "]";
    }
}
