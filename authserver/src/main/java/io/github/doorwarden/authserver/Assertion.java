package io.github.doorwarden.authserver;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.RSAKey;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// A JWT by which somebody elsewhere proves something here (RFC 7521 §5, RFC 7523 §3, RFC 8725). Reading one proves
/// nothing yet: each `check` throws [AssertionRefused]. Belongs to one request.
///
/// What always holds: one signature, by an asymmetric algorithm of [#ALGORITHMS]; no `crit`; header and claims are JSON
/// objects without duplicates. What the header says of keys (`jku`, `x5u`, `jwk`, `x5c`) is not looked at; `kid` only
/// chooses among the keys that the signer has registered.
final class Assertion {

    /// Those that every library has and nobody has broken; none is symmetric.
    static final List<String> ALGORITHMS = List.of("RS256", "PS256", "ES256", "ES384");

    /// The keys that a signer may have used: those called so, or all when it does not say.
    interface KeysByName extends Function<Optional<String>, List<JWK>> {}

    private final JWSObject jws;
    private final ObjectNode claims;

    private Assertion(JWSObject jws, ObjectNode claims) {
        this.jws = jws;
        this.claims = claims;
    }

    /// @throws AssertionRefused when it is none that could prove anything
    static Assertion read(String text) {
        var jws = parse(text);
        var header = jws.getHeader();
        if (Json.parse(header.toBase64URL().decode()).isEmpty()) {
            throw malformed();
        }
        if (!ALGORITHMS.contains(header.getAlgorithm().getName())) {
            throw new AssertionRefused("The assertion is signed by an algorithm that is not taken here. Use one of "
                    + String.join(", ", ALGORITHMS) + ".");
        }
        if (header.getCriticalParams() != null) {
            throw new AssertionRefused("The header of the assertion has critical parameters, which are not understood "
                    + "here. Leave crit out.");
        }
        return new Assertion(jws, Json.parse(jws.getPayload().toBytes()).orElseThrow(Assertion::malformed));
    }

    /// The library takes blanks around it, so one assertion could be spelled in many ways (RFC 7515 §7.1).
    private static JWSObject parse(String text) {
        try {
            if (text.chars().anyMatch(c -> c <= ' ')) {
                throw malformed();
            }
            return JWSObject.parse(text);
        } catch (AssertionRefused blanks) {
            throw blanks;
        } catch (ParseException | RuntimeException notSigned) {
            throw malformed();
        }
    }

    private static AssertionRefused malformed() {
        return new AssertionRefused("The assertion is no signed JWT with a JSON object inside.");
    }

    /// The header's `typ` in lower case and without `application/`; empty when there is none (RFC 7515 §4.1.9).
    String type() {
        var type = jws.getHeader().getType();
        var name = type == null ? "" : type.getType().toLowerCase(Locale.ROOT);
        return name.startsWith("application/") ? name.substring("application/".length()) : name;
    }

    void checkType(List<String> allowed) {
        if (!allowed.contains(type())) {
            throw new AssertionRefused("The typ of the assertion is not one that is taken here: it was made for "
                    + "another use.");
        }
    }

    /// A claim that is text.
    ///
    /// @throws AssertionRefused when it is there and of another type
    Optional<String> text(String claim) {
        try {
            return Json.text(claims, claim);
        } catch (Json.WrongType wrong) {
            throw new AssertionRefused("The claim " + claim + " of the assertion has the wrong JSON type.");
        }
    }

    String needed(String claim) {
        return text(claim).orElseThrow(() -> new AssertionRefused("The assertion has no " + claim + "."));
    }

    /// A claim as it is; a missing node when there is none.
    JsonNode claim(String name) {
        return claims.path(name);
    }

    /// A claim that is one text or several.
    List<String> texts(String claim) {
        var node = claims.path(claim);
        if (node.isString()) {
            return List.of(node.asString());
        }
        var all = new ArrayList<String>();
        for (var one : node) {
            if (!node.isArray() || !one.isString()) {
                throw new AssertionRefused("The claim " + claim + " of the assertion has the wrong JSON type.");
            }
            all.add(one.asString());
        }
        return List.copyOf(all);
    }

    /// RFC 7523bis §4: the audience is one of these and nothing beside it, so that what was made for another server, or
    /// for several, opens nothing here.
    ///
    /// @param names of this server; a slash at their end is the same name, as some URL libraries add one
    void checkAudience(List<String> names) {
        var audience = texts("aud");
        if (audience.size() != 1 || names.stream().noneMatch(name ->
                audience.getFirst().equals(name) || audience.getFirst().equals(name + "/"))) {
            throw new AssertionRefused("The aud of the assertion has to be " + String.join(" or ", names)
                    + " and nothing else.");
        }
    }

    /// @param atMost how far away `exp` may be
    /// @param issued whether `iat` must be there
    /// @return until when it must be remembered that it was used
    Instant checkTimes(Instant now, Duration atMost, boolean issued) {
        var expires = time("exp").orElseThrow(() -> new AssertionRefused("The assertion has no exp."));
        if (!now.isBefore(expires.plus(Limits.ASSERTION_SKEW))) {
            throw new AssertionRefused("The assertion has expired. Make a new one for each request.");
        }
        if (expires.isAfter(now.plus(atMost).plus(Limits.ASSERTION_SKEW))) {
            throw new AssertionRefused("The exp of the assertion is too far away: at most " + atMost.toMinutes()
                    + " minutes are taken.");
        }
        for (var claim : List.of("nbf", "iat")) {
            if (time(claim).filter(time -> time.isAfter(now.plus(Limits.ASSERTION_SKEW))).isPresent()) {
                throw new AssertionRefused("The " + claim + " of the assertion lies in the future. Check the clock.");
            }
        }
        if (issued && time("iat").isEmpty()) {
            throw new AssertionRefused("The assertion has no iat.");
        }
        return expires.plus(Limits.ASSERTION_SKEW);
    }

    /// NumericDate (RFC 7519 §2), also with a fraction, within the years that have four digits.
    private Optional<Instant> time(String claim) {
        var node = claims.path(claim);
        if (node.isMissingNode() || node.isNull()) {
            return Optional.empty();
        }
        var seconds = node.isNumber() ? number(node) : Double.NaN;
        if (!(seconds >= 0 && seconds < Limits.LAST_SECOND)) {
            throw new AssertionRefused("The " + claim + " of the assertion is no time.");
        }
        return Optional.of(Instant.ofEpochSecond((long) seconds));
    }

    private static double number(JsonNode node) {
        try {
            return node.doubleValue();
        } catch (JacksonException beyondAllNumbers) {
            return Double.NaN;
        }
    }

    /// @param keys  that the signer has registered
    /// @param turns at computing; keys are fetched outside of them
    /// @throws AssertionRefused when none of them made the signature
    void checkSignature(KeysByName keys, Verifications turns) {
        var header = jws.getHeader();
        var candidates = keys.apply(Optional.ofNullable(header.getKeyID())).stream()
                .filter(key -> key.getAlgorithm() == null || key.getAlgorithm().equals(header.getAlgorithm()))
                .flatMap(key -> verifier(key, header.getAlgorithm()).stream()).limit(Limits.KEYS_TRIED).toList();
        if (candidates.isEmpty()) {
            throw new AssertionRefused("The assertion is signed with a key that its signer has not registered here, or "
                    + "not for this algorithm. Check kid and alg.");
        }
        if (!turns.inTurn(() -> candidates.stream().anyMatch(this::verifies))) {
            throw new AssertionRefused("The signature of the assertion is wrong.");
        }
    }

    private static Optional<JWSVerifier> verifier(JWK key, JWSAlgorithm algorithm) {
        try {
            return switch (key) {
                case RSAKey rsa when JWSAlgorithm.Family.RSA.contains(algorithm) ->
                        Optional.of(new RSASSAVerifier(rsa.toRSAPublicKey()));
                case ECKey ec when JWSAlgorithm.Family.EC.contains(algorithm) ->
                        Optional.<JWSVerifier>of(new ECDSAVerifier(ec.toECPublicKey()))
                                .filter(verifier -> verifier.supportedJWSAlgorithms().contains(algorithm));
                default -> Optional.empty();
            };
        } catch (JOSEException unusable) {
            return Optional.empty();
        }
    }

    private boolean verifies(JWSVerifier verifier) {
        try {
            return jws.verify(verifier);
        } catch (JOSEException | IllegalStateException wrong) {
            return false;
        }
    }
}
