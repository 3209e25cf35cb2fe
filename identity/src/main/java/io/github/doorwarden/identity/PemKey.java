package io.github.doorwarden.identity;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.util.Base64URL;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.RSAPublicKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.regex.Pattern;

/// Reads a private key from PEM (RFC 7468 §10). Pure; nothing of the text is ever in a message.
final class PemKey {

    private static final Pattern BLOCK = Pattern.compile(
            "-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END PRIVATE KEY-----");
    private static final String REMEDY = " Write it by: openssl pkcs8 -topk8 -nocrypt -in old.pem -out new.pem";
    /// `04`, x and y of a point on P-256 (SEC 1 §2.3.3).
    private static final int POINT_BYTES = 65;

    private PemKey() {}

    /// @throws IllegalArgumentException with a sentence
    static JWK read(String text) {
        var block = BLOCK.matcher(text);
        if (!block.find()) {
            throw new IllegalArgumentException("It is neither a JWK nor PEM with BEGIN PRIVATE KEY (PKCS#8, not "
                    + "encrypted)." + REMEDY);
        }
        try {
            return key(Base64.getMimeDecoder().decode(block.group(1)));
        } catch (IllegalArgumentException | GeneralSecurityException unreadable) {
            throw new IllegalArgumentException("Its PEM has no private RSA key and no key of the curve P-256 with its "
                    + "public half." + REMEDY);
        }
    }

    private static JWK key(byte[] bytes) throws GeneralSecurityException {
        var spec = new PKCS8EncodedKeySpec(bytes);
        try {
            var key = (RSAPrivateCrtKey) KeyFactory.getInstance("RSA").generatePrivate(spec);
            var half = (RSAPublicKey) KeyFactory.getInstance("RSA")
                    .generatePublic(new RSAPublicKeySpec(key.getModulus(), key.getPublicExponent()));
            return new RSAKey.Builder(half).privateKey(key).build();
        } catch (GeneralSecurityException | ClassCastException notRsa) {
            return onCurve((ECPrivateKey) KeyFactory.getInstance("EC").generatePrivate(spec), bytes);
        }
    }

    /// The JDK does not tell the public half of such a key, but it stands at the end of the file (RFC 5915 §3). That it
    /// is the right one is tried, not believed.
    private static JWK onCurve(ECPrivateKey key, byte[] bytes) throws GeneralSecurityException {
        var point = Arrays.copyOfRange(bytes, Math.max(0, bytes.length - POINT_BYTES), bytes.length);
        if (!Curve.forECParameterSpec(key.getParams()).equals(Curve.P_256) || point[0] != 4) {
            throw new GeneralSecurityException("another curve, or no public half");
        }
        try {
            var half = new ECKey.Builder(Curve.P_256, Base64URL.encode(Arrays.copyOfRange(point, 1, 33)),
                    Base64URL.encode(Arrays.copyOfRange(point, 33, POINT_BYTES))).build();
            requirePair(key, half.toECPublicKey());
            return new ECKey.Builder(half).privateKey(key).build();
        } catch (JOSEException | IllegalStateException unusable) {
            throw new GeneralSecurityException(unusable);
        }
    }

    private static void requirePair(PrivateKey key, PublicKey half) throws GeneralSecurityException {
        var sign = Signature.getInstance("SHA256withECDSA");
        sign.initSign(key);
        sign.update(half.getEncoded());
        var signature = sign.sign();
        sign.initVerify(half);
        sign.update(half.getEncoded());
        if (!sign.verify(signature)) {
            throw new GeneralSecurityException("the public half is another key's");
        }
    }
}
