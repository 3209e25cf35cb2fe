package io.github.doorwarden.identity;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.net.URI;
import java.text.ParseException;
import java.time.Instant;
import java.util.Collection;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import tools.jackson.databind.json.JsonMapper;

/// A private key of ours, by which we prove to a server elsewhere that we are its client: `private_key_jwt` (OpenID
/// Connect Core §9, RFC 7523 §3). Never prints the key. Safe for use by many threads.
public final class ClientKey {

    /// Those that servers take, by the key: RS256 and PS256 for RSA, ES256 for P-256.
    public static final List<String> ALGORITHMS = List.of("RS256", "PS256", "ES256");

    /// Value of `client_assertion_type` (RFC 7523 §2.2).
    public static final String ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

    private final JWK key;
    private final JWSAlgorithm algorithm;
    private final JWSSigner signer;

    private ClientKey(JWK key, JWSAlgorithm algorithm, JWSSigner signer) {
        this.key = key;
        this.algorithm = algorithm;
        this.signer = signer;
    }

    /// @param text      a private key: PEM (PKCS#8, not encrypted) or a JWK
    /// @param algorithm of [#ALGORITHMS]; empty: what the JWK says, else RS256 or ES256, by the key
    /// @param kid       by which the server knows the key; empty: what the JWK says, else the thumbprint (RFC 7638)
    /// @throws IllegalArgumentException with a sentence that never has anything of the text in it
    public static ClientKey read(String text, Optional<String> algorithm, Optional<String> kid) {
        var read = text.strip().startsWith("{") ? jwk(text) : PemKey.read(text);
        try {
            var name = kid.or(() -> Optional.ofNullable(read.getKeyID())).orElse(thumbprint(read));
            return switch (read) {
                case RSAKey rsa when rsa.isPrivate() && rsa.size() >= Limits.RSA_BITS -> {
                    var named = new RSAKey.Builder(rsa).keyID(name).keyUse(KeyUse.SIGNATURE)
                            .keyOperations(null).build();
                    yield new ClientKey(named, chosen(algorithm, read, List.of("RS256", "PS256")),
                            new RSASSASigner(named));
                }
                case ECKey ec when ec.isPrivate() && ec.getCurve().equals(Curve.P_256) -> {
                    var named = new ECKey.Builder(ec).keyID(name).keyUse(KeyUse.SIGNATURE)
                            .keyOperations(null).build();
                    yield new ClientKey(named, chosen(algorithm, read, List.of("ES256")), new ECDSASigner(named));
                }
                default -> throw new IllegalArgumentException("It has to be a private RSA key of at least "
                        + Limits.RSA_BITS + " bits, or one of the curve P-256.");
            };
        } catch (JOSEException unusable) {
            throw new IllegalArgumentException("No signature can be made with it.");
        }
    }

    private static JWK jwk(String text) {
        try {
            return JWK.parse(text);
        } catch (ParseException | RuntimeException none) {       // its message has the text in it
            throw new IllegalArgumentException("It is no JWK. A key set does not do: give one private key.");
        }
    }

    private static String thumbprint(JWK key) throws JOSEException {
        return key.computeThumbprint().toString();
    }

    private static JWSAlgorithm chosen(Optional<String> wanted, JWK key, List<String> possible) {
        var name = wanted.or(() -> Optional.ofNullable(key.getAlgorithm()).map(Object::toString))
                .orElse(possible.getFirst());
        if (!possible.contains(name)) {
            throw new IllegalArgumentException("A key of this kind signs by " + String.join(" or ", possible)
                    + ", not by another algorithm.");
        }
        return JWSAlgorithm.parse(name);
    }

    /// A new assertion, good once and for a minute (RFC 7523 §3). One for the server's issuer alone says of what type
    /// it is, as newer servers like it (rfc7523bis); one for the token endpoint, as older ones want it, does not.
    ///
    /// @param audience how the server is named: its issuer, or its token endpoint
    public String assertion(String clientId, String audience, URI tokenEndpoint, Instant now) {
        var type = audience.equals(tokenEndpoint.toString()) ? "JWT" : "client-authentication+jwt";
        var jwt = new SignedJWT(new JWSHeader.Builder(algorithm).keyID(key.getKeyID())
                .type(new JOSEObjectType(type)).build(), new JWTClaimsSet.Builder().issuer(clientId).subject(clientId)
                .audience(audience).jwtID(UUID.randomUUID().toString()).issueTime(Date.from(now))
                .expirationTime(Date.from(now.plus(Limits.OWN_ASSERTION_LIFE))).build());
        try {
            jwt.sign(signer);
        } catch (JOSEException broken) {
            throw new IllegalStateException(broken);
        }
        return jwt.serialize();
    }

    /// What goes into the form of a request beside everything else.
    public static Map<String, String> fields(String clientId, String assertion) {
        var fields = new LinkedHashMap<String, String>();
        fields.put("client_id", clientId);                       // may be left out (RFC 7521 §4.2); Entra wants it
        fields.put("client_assertion_type", ASSERTION_TYPE);
        fields.put("client_assertion", assertion);
        return fields;
    }

    /// The public halves as a JSON key set, for the servers elsewhere to fetch (RFC 7517 §5).
    public static String published(Collection<ClientKey> keys) {
        var all = new LinkedHashSet<Map<String, Object>>();
        for (var one : keys) {
            var half = new LinkedHashMap<>(one.key.toPublicJWK().toJSONObject());
            half.put("alg", one.algorithm.getName());
            all.add(half);
        }
        return JsonMapper.shared().writeValueAsString(Map.of("keys", all));
    }

    /// The same key under the same name that signs the same way.
    @Override
    public boolean equals(Object other) {
        return other instanceof ClientKey that && key.equals(that.key) && algorithm.equals(that.algorithm);
    }

    @Override
    public int hashCode() {
        return key.hashCode();
    }

    /// By its name alone.
    @Override
    public String toString() {
        return "ClientKey[" + key.getKeyID() + "]";
    }
}
