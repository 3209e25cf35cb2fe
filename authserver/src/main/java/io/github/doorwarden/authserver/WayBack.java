package io.github.doorwarden.authserver;

import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/// How an answer reaches the client: its matched redirect URI with `state` and `iss` on every answer (RFC 9207 §2).
/// Pure.
///
/// @param issuer empty where [Quirk#WITHOUT_ISS] is on
record WayBack(Optional<URI> issuer, Client client, RegisteredRedirect to, Optional<String> state) {

    /// Whether somebody vouches for the client. What nobody vouches for gets no browser sent to it but with a code that
    /// a person approved: else this server would be an open redirector (OAuth 2.1 §7.12).
    boolean trusted() {
        return client.kind() == Client.Kind.PRE_REGISTERED;
    }

    String code(String code) {
        return with("code", code, "");
    }

    String error(OAuthRefusal why) {
        var description = why.description().replaceAll("[^\\x20-\\x21\\x23-\\x5B\\x5D-\\x7E]", "'");
        return with("error", why.error(), "&error_description=" + encode(description));
    }

    /// Who will receive the answer, for people.
    String receiver() {
        return to.loopback() ? "a program on this device" : to.host();
    }

    private String with(String name, String value, String more) {
        var uri = to.uri().toString();
        return uri + (uri.contains("?") ? "&" : "?") + name + "=" + encode(value) + more
                + state.map(s -> "&state=" + encode(s)).orElse("")
                + issuer.map(iss -> "&iss=" + encode(iss.toString())).orElse("");
    }

    private static String encode(String value) {
        return URLEncoder.encode(value, StandardCharsets.UTF_8);
    }
}
