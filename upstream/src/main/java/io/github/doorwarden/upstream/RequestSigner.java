package io.github.doorwarden.upstream;

import java.net.URI;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// Tells a backend, under a signature, for which tenant and for whom a call is made, so that it need not believe
/// whoever reaches its port. Each sending has a time and a nonce of its own. The other side is [SignatureVerifier].
/// Safe for use by many threads.
public final class RequestSigner implements AutoCloseable {

    private static final SecureRandom RANDOM = new SecureRandom();

    private final SigningHeaders names;
    private final TenantKeys keys;
    private final InstantSource clock;

    /// @param usual     for tenants without a key of their own; empty: they cannot be signed for
    /// @param ofTenants by their tenants
    public RequestSigner(SigningHeaders names, Optional<SigningKey> usual, Map<String, SigningKey> ofTenants,
            InstantSource clock) {
        this(names, new TenantKeys.Fixed(usual, ofTenants), clock);
    }

    /// @param keys closed together with this
    public RequestSigner(SigningHeaders names, TenantKeys keys, InstantSource clock) {
        this.names = names;
        this.keys = keys;
        this.clock = clock;
    }

    /// Tells that the backend answered 401 to this call.
    ///
    /// @return whether a second try could go better
    boolean refused(UpstreamCall call) {
        return call.party().filter(party -> keys.refused(party.tenant())).isPresent();
    }

    /// May block for a key, at most for `within`.
    ///
    /// @return the fields to add, by their names
    /// @throws UpstreamFailure `CREDENTIALS`, with a sentence for the caller, when there is nobody to sign for, or no
    ///                         key
    Map<String, String> sign(UpstreamCall call, URI sent, Duration within)
            throws UpstreamFailure, InterruptedException {
        var party = call.party().orElseThrow(() -> refused("It is told for which organisation each call is made, and "
                + "this one is for none"));
        var key = keys.of(party.tenant(), within).orElseThrow(() ->
                refused("There is no key to sign calls of your organisation with"));
        var random = new byte[16];
        RANDOM.nextBytes(random);
        var request = new SignedRequest(call.method(), sent.getRawPath(),
                sent.getRawQuery() == null ? "" : sent.getRawQuery(),
                call.body().map(UpstreamCall.Body::bytes).orElse(new byte[0]), party,
                clock.instant().truncatedTo(ChronoUnit.SECONDS),
                Base64.getUrlEncoder().withoutPadding().encodeToString(random));
        var fields = new LinkedHashMap<String, String>();
        fields.put(names.tenant(), party.tenant());
        if (!party.user().isEmpty()) {
            fields.put(names.user(), party.user());
        }
        fields.put(names.timestamp(), Long.toString(request.time().getEpochSecond()));
        fields.put(names.nonce(), request.nonce());
        fields.put(names.keyId(), key.id());
        fields.put(names.signature(), request.signature(key.secret()));
        return fields;
    }

    /// No call may bring a field of these names: the backend would take it for ours.
    SigningHeaders names() {
        return names;
    }

    private static UpstreamFailure refused(String why) {
        return new UpstreamFailure(UpstreamFailure.Kind.CREDENTIALS, "The backend was not called. " + why
                + ". Tell the administrator.", null);
    }

    @Override
    public void close() {
        keys.close();
    }
}
