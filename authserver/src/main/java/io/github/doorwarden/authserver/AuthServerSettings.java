package io.github.doorwarden.authserver;

import io.github.doorwarden.identity.DpopMode;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// What the authorization server must know, built and checked once by the configuration.
///
/// @param issuer      byte for byte as advertised; no slash at its end, no query, no fragment (RFC 8414 §2)
/// @param name        of this deployment, for pages
/// @param resources   that tokens are issued for; at least one
/// @param development magic links are printed, plain HTTP is allowed: only on a loopback issuer
/// @param agents      which grants there are, and what is taken for proof from elsewhere
public record AuthServerSettings(URI issuer, String name, List<ProtectedResource> resources, boolean development,
        Lifetimes lifetimes, Registration registration, Tokens tokens, AgentSettings agents, Quirks quirks) {

    public AuthServerSettings {
        resources = List.copyOf(resources);
    }

    /// With the usual switches for clients' faults.
    public AuthServerSettings(URI issuer, String name, List<ProtectedResource> resources, boolean development,
            Lifetimes lifetimes, Registration registration, Tokens tokens, AgentSettings agents) {
        this(issuer, name, resources, development, lifetimes, registration, tokens, agents, Quirks.USUAL);
    }

    /// With tokens as they usually are, and the grants that need nothing to be configured.
    public AuthServerSettings(URI issuer, String name, List<ProtectedResource> resources, boolean development,
            Lifetimes lifetimes, Registration registration) {
        this(issuer, name, resources, development, lifetimes, registration, Tokens.STANDARD, AgentSettings.STANDARD);
    }

    /// The same with these switches.
    public AuthServerSettings with(Quirks set) {
        return new AuthServerSettings(issuer, name, resources, development, lifetimes, registration, tokens,
                agents, set);
    }

    /// The grant types that this server has, in order.
    List<String> grantTypes() {
        return GrantType.IN_ORDER.stream().filter(agents::offers).toList();
    }

    /// Whether clients may register themselves: they do so to ask people, and for nothing else.
    boolean registers() {
        return registration.dynamic() && agents.offers(GrantType.CODE);
    }

    /// Whether authorization requests may be pushed.
    boolean pushes() {
        return agents.pushed() != AgentSettings.Pushed.OFF && agents.offers(GrantType.CODE);
    }

    /// What access tokens are.
    ///
    /// @param opaque      references into the database instead of signed JWTs
    /// @param algorithm   that the next signing key is for
    /// @param rotateEvery a signing key signs for so long
    /// @param dpop        whether they are bound to a key of the client
    /// @param nonces      whether DPoP proofs must have a nonce of ours
    /// @param openId      whether clients that the operator registered get ID tokens
    public record Tokens(boolean opaque, SigningAlgorithm algorithm, Duration rotateEvery, DpopMode dpop,
            boolean nonces, boolean openId) {

        /// Without ID tokens.
        public Tokens(boolean opaque, SigningAlgorithm algorithm, Duration rotateEvery, DpopMode dpop,
                boolean nonces) {
            this(opaque, algorithm, rotateEvery, dpop, nonces, false);
        }

        public static final Tokens STANDARD =
                new Tokens(false, SigningAlgorithm.RS256, Duration.ofDays(90), DpopMode.OPTIONAL, false);
    }

    /// @param code         at most 5 minutes
    /// @param accessToken  of a JWT access token
    /// @param refreshIdle  a refresh token that was not used for so long is dead
    /// @param grant        absolute end of what a person granted
    /// @param refreshGrace how long a rotated refresh token still gives the same successor; bursts of one client's
    ///                     processes were seen to last 76 seconds
    /// @param session      of a browser
    /// @param consent      how long consent is remembered
    /// @param magicLink    of a link by mail or console
    public record Lifetimes(Duration code, Duration accessToken, Duration refreshIdle, Duration grant,
            Duration refreshGrace,
            Duration session, Duration consent, Duration magicLink) {

        public static final Lifetimes STANDARD = new Lifetimes(Duration.ofSeconds(60), Duration.ofSeconds(300),
                Duration.ofDays(14),
                Duration.ofDays(90), Duration.ofMinutes(2), Duration.ofHours(12), Duration.ofDays(90),
                        Duration.ofMinutes(10));
    }

    /// @param dynamic           whether RFC 7591 registration is open
    /// @param metadataDocuments whether clients may use their metadata document's URL as their id
    /// @param privateSchemes    private-use URI schemes that redirect URIs may have, for example `cursor`
    /// @param unusedFor         a dynamic registration that nobody used for so long is forgotten
    /// @param perHourPerPeer    dynamic registrations
    /// @param atMost            dynamic registrations kept
    /// @param unvouched         what is allowed to clients that nobody here has vouched for
    public record Registration(boolean dynamic, boolean metadataDocuments, List<String> privateSchemes,
            Duration unusedFor, int perHourPerPeer, int atMost, Unvouched unvouched) {

        /// With any scope, from any domain.
        public Registration(boolean dynamic, boolean metadataDocuments, List<String> privateSchemes,
                Duration unusedFor, int perHourPerPeer, int atMost) {
            this(dynamic, metadataDocuments, privateSchemes, unusedFor, perHourPerPeer, atMost, Unvouched.ANYTHING);
        }


        public static final Registration STANDARD =
                new Registration(true, true, List.of("cursor", "vscode", "vscode-insiders"), Duration.ofDays(30), 60,
                        10_000);

        public Registration {
            privateSchemes = List.copyOf(privateSchemes);
        }
    }

    /// The resource that an identifier names: equal to a registered one after lower-casing scheme and host and dropping
    /// one slash at the end (RFC 8707 §2, MCP 2026-07-28 canonical server URI). The bare origin names the first
    /// endpoint: clients that found the metadata at the root ask for it. Empty: `invalid_target`.
    public Optional<ProtectedResource> resource(String identifier) {
        var people = resources.stream().filter(ProtectedResource::unasked).toList();
        if (!people.isEmpty() && canonical(identifier).equals(canonical(issuer.toString()))) {
            return Optional.of(people.getFirst());
        }
        return resources.stream()
                .filter(r -> canonical(r.identifier().toString()).equals(canonical(identifier))).findFirst();
    }

    /// The issuer that answers to clients name and that the metadata promises (RFC 9207); empty: neither.
    Optional<URI> issInAnswers() {
        return quirks.on(Quirk.WITHOUT_ISS) ? Optional.empty() : Optional.of(issuer);
    }

    static String canonical(String identifier) {
        try {
            var uri = URI.create(identifier);
            if (uri.getScheme() == null || uri.getRawAuthority() == null || uri.getRawFragment() != null) {
                return identifier;
            }
            var raw = uri.getRawPath();
            var path = raw.endsWith("/") ? raw.substring(0, raw.length() - 1) : raw;
            return uri.getScheme().toLowerCase(java.util.Locale.ROOT) + "://"
                    + uri.getRawAuthority().toLowerCase(java.util.Locale.ROOT)
                    + path + (uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery());
        } catch (IllegalArgumentException notAUri) {
            return identifier;
        }
    }
}
