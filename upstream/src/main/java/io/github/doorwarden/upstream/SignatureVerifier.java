package io.github.doorwarden.upstream;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.function.Function;

/// The backend's side of [RequestSigner]: who is behind a request, or why it is refused. A request is taken once. Safe
/// for use by many threads.
public final class SignatureVerifier {

    /// The keys of the deployment in front. Old and new are both known while one replaces the other.
    @FunctionalInterface
    public interface Keys {

        /// @param tenant that the key is to speak for; a key of another tenant's is not to be found
        /// @return empty: no such key, or one whose time is over
        Optional<SigningKey> key(String id, String tenant);
    }

    /// Which requests were taken already. One of a store that several processes share takes each once in all of them.
    @FunctionalInterface
    public interface Taken {

        /// @param until when it may be forgotten
        /// @return true for the first time alone
        boolean first(String nonce, Instant until);
    }

    /// The request is not believed; the message says why, for the log and the answer.
    public static final class Refused extends Exception {

        private static final long serialVersionUID = 1;

        Refused(String message) {
            super(message, null, false, false);
        }
    }

    private final SigningHeaders names;
    private final Keys keys;
    private final Taken taken;
    private final InstantSource clock;

    public SignatureVerifier(SigningHeaders names, Keys keys, Taken taken, InstantSource clock) {
        this.names = names;
        this.keys = keys;
        this.taken = taken;
        this.clock = clock;
    }

    /// A memory of this process alone.
    public static Taken inMemory(InstantSource clock) {
        var seen = new LinkedHashMap<String, Instant>();
        return (nonce, until) -> {
            synchronized (seen) {
                var now = clock.instant();
                var oldest = seen.entrySet().iterator();
                while (oldest.hasNext() && oldest.next().getValue().isBefore(now)) {
                    oldest.remove();
                }
                // Full: refusing all is the safe side, and the window frees it soon.
                return seen.size() < Limits.SIGNATURES_REMEMBERED && seen.putIfAbsent(nonce, until) == null;
            }
        };
    }

    /// @param target path and query as on the request line
    /// @param field  value of a header field by its name, null when there is none; of one that came twice, refuse
    ///               before
    /// @param body   as it came, empty when there is none
    public Party verify(String method, String target, Function<String, String> field, byte[] body) throws Refused {
        var party = party(value(field, names.tenant()), field.apply(names.user()));
        var time = time(value(field, names.timestamp()));
        var nonce = value(field, names.nonce());
        if (!nonce.matches("[A-Za-z0-9_-]{16,64}")) {
            throw new Refused("The nonce in " + names.nonce() + " has a form that none of ours has.");
        }
        var now = clock.instant();
        if (time.isBefore(now.minus(Limits.SIGNATURE_WINDOW)) || time.isAfter(now.plus(Limits.SIGNATURE_WINDOW))) {
            throw new Refused("The request was signed more than " + Limits.SIGNATURE_WINDOW.toMinutes()
                    + " minutes ago, or in the future. Compare the clocks of the two machines.");
        }
        var id = value(field, names.keyId());
        var key = keys.key(id, party.tenant()).orElseThrow(() ->
                new Refused("The key that the request is signed with is not known for this tenant, or its time is "
                        + "over."));
        var mark = target.indexOf('?');
        SignedRequest request;
        try {
            request = new SignedRequest(method, mark < 0 ? target : target.substring(0, mark),
                    mark < 0 ? "" : target.substring(mark + 1), body, party, time, nonce);
        } catch (IllegalArgumentException e) {
            throw new Refused("The request line is not plain ASCII.");
        }
        if (!MessageDigest.isEqual(request.signature(key.secret()).getBytes(StandardCharsets.US_ASCII),
                value(field, names.signature()).getBytes(StandardCharsets.UTF_8))) {
            throw new Refused("The signature does not fit the request: something was changed on the way, or the key is "
                    + "another one.");
        }
        if (!taken.first(key.id() + "/" + nonce, time.plus(Limits.SIGNATURE_WINDOW).plusSeconds(1))) {
            throw new Refused("The request came already. Each is signed anew and taken once.");
        }
        return party;
    }

    private static Party party(String tenant, String user) throws Refused {
        try {
            return new Party(tenant, user == null ? "" : user);
        } catch (IllegalArgumentException e) {
            throw new Refused(e.getMessage());
        }
    }

    private static Instant time(String text) throws Refused {
        try {
            return Instant.ofEpochSecond(Long.parseLong(text));
        } catch (NumberFormatException | DateTimeException e) {
            throw new Refused("The time of the signature is no number of seconds.");
        }
    }

    private static String value(Function<String, String> field, String name) throws Refused {
        var value = field.apply(name);
        if (value == null || value.isEmpty()) {
            throw new Refused("The request has no " + name + ": it did not come through the gateway, or the gateway "
                    + "does not sign.");
        }
        return value;
    }
}
