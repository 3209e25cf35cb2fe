package io.github.doorwarden.identity;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.RSAKey;
import io.github.doorwarden.http.HttpIn;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;

/// Verifies DPoP proofs (RFC 9449 §4.3): for one method and one URI, fresh, never used before on any node, signed with
/// the key in its own header. Safe for use by many threads; blocks while it asks whether the proof is new.
///
/// What costs little is judged first. That a proof is spent comes last, when nothing else can refuse it.
public final class DpopProofs {

    /// Asymmetric alone; what libraries of clients make by default is among them.
    public static final List<String> ALGORITHMS = List.of("ES256", "ES384", "PS256", "RS256");

    static final String HEADER = "DPoP";

    /// Remembers proofs on all nodes together.
    @FunctionalInterface
    public interface FirstUse {

        /// @param id      of the key and the proof
        /// @param expires from then on the proof is too old anyway
        /// @return true for the first who asks, false for everybody after
        boolean take(String id, Instant expires);
    }

    private final FirstUse firstUse;
    private final Optional<DpopNonces> nonces;
    private final InstantSource clock;
    private final Semaphore verifications;

    /// @param nonces when proofs must have one
    public DpopProofs(FirstUse firstUse, Optional<DpopNonces> nonces, Limits limits, InstantSource clock) {
        this.firstUse = firstUse;
        this.nonces = nonces;
        this.clock = clock;
        this.verifications = new Semaphore(limits.verificationsAtOnce());
    }

    public Optional<DpopNonces> nonces() {
        return nonces;
    }

    /// The key that the sender of a request holds; empty when it sends no proof.
    ///
    /// @param target of the request as clients see it, without query and fragment
    /// @return the key's thumbprint (RFC 7638)
    /// @throws DpopRefused when there is a proof and it proves nothing
    public Optional<String> ofTokenRequest(HttpIn in, URI target) {
        return sent(in) ? Optional.of(verify(in, target, Optional.empty(), Optional.empty())) : Optional.empty();
    }

    /// Whether a request has a proof, good or not.
    public static boolean sent(HttpIn in) {
        return !in.headers().all(HEADER).isEmpty();
    }

    /// @param token  that the proof is for
    /// @param holder thumbprint of the key that the token is bound to
    /// @throws DpopRefused unless the sender of this request holds that key
    void ofCall(HttpIn in, URI target, String token, String holder) {
        verify(in, target, Optional.of(token), Optional.of(holder));
    }

    private String verify(HttpIn in, URI target, Optional<String> token, Optional<String> holder) {
        var proof = parse(one(in));
        var key = key(proof.getHeader());
        var thumbprint = thumbprint(key);
        if (holder.filter(expected -> !expected.equals(thumbprint)).isPresent()) {
            throw DpopRefused.invalid("it is signed with another key than the one that the token is bound to");
        }
        var claims = claims(proof);
        requireFor(claims, in.method(), target);
        var end = fresh(claims).plus(DpopLimits.PROOF_AGE);
        token.ifPresent(bytes -> requireToken(claims, bytes));
        requireNonce(claims);
        checkSignature(proof, key);
        if (!firstUse.take(thumbprint + " " + jti(claims), end.plusSeconds(1))) {
            throw DpopRefused.invalid("it was used before");
        }
        return thumbprint;
    }

    private static String one(HttpIn in) {
        var fields = in.headers().all(HEADER);
        if (fields.size() != 1 || fields.getFirst().isBlank()) {
            throw DpopRefused.invalid(fields.size() > 1 ? "there are several" : "there is none");
        }
        if (fields.getFirst().length() > DpopLimits.PROOF_CHARS) {
            throw DpopRefused.invalid("it is longer than " + DpopLimits.PROOF_CHARS + " characters");
        }
        return fields.getFirst();
    }

    private static JWSObject parse(String proof) {
        JWSObject jws;
        try {
            if (!proof.matches("[A-Za-z0-9_.-]+")) {             // the parser looks past blanks, and other signs too
                throw new ParseException("not in compact form", 0);
            }
            jws = JWSObject.parse(proof);
        } catch (ParseException | RuntimeException e) {
            throw DpopRefused.invalid("it is not a signed JWT with a public key in its header");
        }
        var header = jws.getHeader();
        if (header.getType() == null || !"dpop+jwt".equalsIgnoreCase(header.getType().getType())) {
            throw DpopRefused.invalid("its type is not dpop+jwt");
        }
        if (!ALGORITHMS.contains(header.getAlgorithm().getName())) {
            throw DpopRefused.invalid("its algorithm is not one of " + String.join(", ", ALGORITHMS));
        }
        if (header.getCriticalParams() != null) {
            throw DpopRefused.invalid("its header has critical parameters that are not understood");
        }
        return jws;
    }

    private static JWK key(JWSHeader header) {
        var key = header.getJWK();
        if (key == null || key.isPrivate()) {
            throw DpopRefused.invalid("its header has no public key in jwk");
        }
        if (key instanceof RSAKey rsa && (rsa.size() < DpopLimits.RSA_BITS_AT_LEAST
                || rsa.size() > DpopLimits.RSA_BITS_AT_MOST)) {
            throw DpopRefused.invalid("its RSA key has less than " + DpopLimits.RSA_BITS_AT_LEAST + " or more than "
                    + DpopLimits.RSA_BITS_AT_MOST + " bits");
        }
        return key;
    }

    private static String thumbprint(JWK key) {
        try {
            return key.computeThumbprint().toString();
        } catch (JOSEException e) {
            throw DpopRefused.invalid("its key has no thumbprint");
        }
    }

    private static Map<String, Object> claims(JWSObject proof) {
        var claims = proof.getPayload().toJSONObject();
        if (claims == null) {
            throw DpopRefused.invalid("its claims are not a JSON object");
        }
        return claims;
    }

    private static String text(Map<String, Object> claims, String name) {
        if (claims.get(name) instanceof String text && !text.isEmpty()) {
            return text;
        }
        throw DpopRefused.invalid("it has no " + name);
    }

    private static String jti(Map<String, Object> claims) {
        var jti = text(claims, "jti");
        if (jti.length() > DpopLimits.JTI_CHARS) {
            throw DpopRefused.invalid("its jti is longer than " + DpopLimits.JTI_CHARS + " characters");
        }
        return jti;
    }

    private static void requireFor(Map<String, Object> claims, String method, URI target) {
        jti(claims);
        if (!text(claims, "htm").equals(method)) {
            throw DpopRefused.invalid("it is for another method than " + method);
        }
        if (!HttpTarget.same(text(claims, "htu"), target)) {
            throw DpopRefused.invalid("it is for another URI than " + target);
        }
    }

    private Instant fresh(Map<String, Object> claims) {
        if (!(claims.get("iat") instanceof Number seconds)) {
            throw DpopRefused.invalid("it has no iat");
        }
        var now = clock.instant();
        var age = Duration.ofSeconds(now.getEpochSecond() - Math.clamp(seconds.longValue(), 0, Integer.MAX_VALUE * 4L));
        if (age.abs().compareTo(DpopLimits.PROOF_AGE) > 0) {
            throw DpopRefused.invalid("its iat is more than " + DpopLimits.PROOF_AGE.toMinutes()
                    + " minutes off; this server's clock says " + now.getEpochSecond());
        }
        return Instant.ofEpochSecond(seconds.longValue());
    }

    private static void requireToken(Map<String, Object> claims, String token) {
        var hash = Base64.getUrlEncoder().withoutPadding().encodeToString(sha256(token));
        if (!hash.equals(text(claims, "ath"))) {
            throw DpopRefused.invalid("its ath is not the hash of the access token");
        }
    }

    private void requireNonce(Map<String, Object> claims) {
        nonces.ifPresent(known -> {
            var nonce = claims.get("nonce") instanceof String text ? text : "";
            if (!known.good(nonce)) {
                throw DpopRefused.nonce(known.current(), nonce.isEmpty() ? "no DPoP nonce" : "DPoP nonce too old");
            }
        });
    }

    private void checkSignature(JWSObject proof, JWK key) {
        verifications.acquireUninterruptibly();
        try {
            if (!proof.verify(verifier(key))) {
                throw DpopRefused.invalid("its signature is wrong");
            }
        } catch (JOSEException e) {
            throw DpopRefused.invalid("its signature cannot be checked with its key");
        } finally {
            verifications.release();
        }
    }

    private static JWSVerifier verifier(JWK key) throws JOSEException {
        return switch (key) {
            case ECKey ec -> new ECDSAVerifier(ec);
            case RSAKey rsa -> new RSASSAVerifier(rsa);
            default -> throw DpopRefused.invalid("its key is neither EC nor RSA");
        };
    }

    private static byte[] sha256(String token) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.US_ASCII));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256.", e);
        }
    }
}
