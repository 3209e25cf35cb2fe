package io.github.doorwarden.client.oauth;

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
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.text.ParseException;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;

/// How a client proves to a token endpoint who it is (OAuth 2.1 §2.4).
public sealed interface ClientAuthentication {

    /// A public client, which proves nothing.
    ClientAuthentication NONE = new None();

    /// Says nothing.
    record None() implements ClientAuthentication {}

    /// Known to both sides; sent in the `Authorization` field or in the form, as the server likes it.
    record Secret(String value) implements ClientAuthentication {

        public Secret {
            if (value.isEmpty()) {
                throw new IllegalArgumentException("the secret of a client is not empty");
            }
        }

        /// Without the secret.
        @Override
        public String toString() {
            return "Secret[***]";
        }
    }

    /// A key of which the server has the public half (`private_key_jwt`, RFC 7523 §2.2).
    final class Key implements ClientAuthentication {

        static final String TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
        private static final Pattern PEM = Pattern.compile(
                "-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END PRIVATE KEY-----");

        private final JWSSigner signer;
        private final JWSAlgorithm algorithm;
        private final Optional<String> kid;

        private Key(JWSSigner signer, JWSAlgorithm algorithm, Optional<String> kid) {
            this.signer = signer;
            this.algorithm = algorithm;
            this.kid = kid;
        }

        /// @param text      a private key, RSA or of the curve P-256: PEM (PKCS#8, not encrypted) or a JWK
        /// @param algorithm RS256, PS256 or ES256; empty: RS256 or ES256, by the key
        /// @param kid       by which the server knows the key, where it wants that
        /// @throws IllegalArgumentException with a sentence that has nothing of the key in it
        public static Key read(String text, Optional<String> algorithm, Optional<String> kid) {
            try {
                var jwk = text.strip().startsWith("{") ? Optional.of(JWK.parse(text)) : Optional.<JWK>empty();
                var key = jwk.isEmpty() ? pem(text) : jwk.get() instanceof RSAKey rsa ? rsa.toPrivateKey()
                        : jwk.get() instanceof ECKey ec ? ec.toPrivateKey() : null;
                if (key == null) {
                    throw new IllegalArgumentException("It is no private key.");
                }
                var rsa = key.getAlgorithm().equals("RSA");
                var chosen = JWSAlgorithm.parse(algorithm.orElse(rsa ? "RS256" : "ES256"));
                var signer = rsa ? new RSASSASigner(key) : new ECDSASigner(key, Curve.P_256);
                if (!signer.supportedJWSAlgorithms().contains(chosen)) {
                    throw new IllegalArgumentException("A key of this kind does not sign by " + chosen + ".");
                }
                return new Key(signer, chosen, kid.or(() -> jwk.map(JWK::getKeyID)));
            } catch (ParseException | JOSEException | GeneralSecurityException unreadable) {
                throw new IllegalArgumentException("It is neither a private JWK nor PEM with BEGIN PRIVATE KEY (PKCS#8,"
                        + " not encrypted), RSA or P-256. Write it by: openssl pkcs8 -topk8 -nocrypt -in old.pem");
            }
        }

        private static PrivateKey pem(String text) throws GeneralSecurityException {
            var block = PEM.matcher(text);
            if (!block.find()) {
                throw new GeneralSecurityException("no such block");
            }
            var spec = new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(block.group(1)));
            try {
                return KeyFactory.getInstance("RSA").generatePrivate(spec);
            } catch (GeneralSecurityException notRsa) {
                return KeyFactory.getInstance("EC").generatePrivate(spec);
            }
        }

        /// A new assertion, good once, for one issuer alone (rfc7523bis §4).
        String assertion(String clientId, String issuer, Instant now) {
            var header = new JWSHeader.Builder(algorithm).type(new JOSEObjectType("client-authentication+jwt"));
            kid.ifPresent(header::keyID);
            var jwt = new SignedJWT(header.build(), new JWTClaimsSet.Builder().issuer(clientId).subject(clientId)
                    .audience(issuer).jwtID(UUID.randomUUID().toString()).issueTime(Date.from(now))
                    .expirationTime(Date.from(now.plus(Limits.OWN_ASSERTION))).build());
            try {
                jwt.sign(signer);
            } catch (JOSEException broken) {
                throw new IllegalStateException(broken);
            }
            return jwt.serialize();
        }

        /// Without the key.
        @Override
        public String toString() {
            return "Key[" + algorithm + "]";
        }
    }
}
