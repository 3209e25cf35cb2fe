package io.github.doorwarden.authserver;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.RSAKey;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECGenParameterSpec;

/// How access tokens are signed. RS256 is the one that every resource server must have (RFC 9068 §2.1).
public enum SigningAlgorithm {
    RS256, PS256, ES256;

    JWSAlgorithm jws() {
        return JWSAlgorithm.parse(name());
    }

    /// A new pair, named by its thumbprint.
    ///
    /// @param bits of an RSA key
    JWK generate(int bits) {
        try {
            if (this == ES256) {
                var generator = KeyPairGenerator.getInstance("EC");
                generator.initialize(new ECGenParameterSpec("secp256r1"));
                var pair = generator.generateKeyPair();
                return new ECKey.Builder(Curve.P_256, (ECPublicKey) pair.getPublic()).privateKey(pair.getPrivate())
                        .keyUse(KeyUse.SIGNATURE).algorithm(jws()).keyIDFromThumbprint().build();
            }
            var generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(bits);
            return rsa(generator.generateKeyPair());
        } catch (GeneralSecurityException | JOSEException everyJavaHasIt) {
            throw new IllegalStateException(everyJavaHasIt);
        }
    }

    private JWK rsa(KeyPair pair) throws JOSEException {
        return new RSAKey.Builder((RSAPublicKey) pair.getPublic()).privateKey(pair.getPrivate())
                .keyUse(KeyUse.SIGNATURE).algorithm(jws()).keyIDFromThumbprint().build();
    }

    static SigningAlgorithm of(JWK key) {
        return valueOf(key.getAlgorithm().getName());
    }

    static JWSSigner signer(JWK key) {
        try {
            return of(key) == ES256 ? new ECDSASigner(key.toECKey()) : new RSASSASigner(key.toRSAKey());
        } catch (JOSEException broken) {
            throw new IllegalStateException(broken);
        }
    }

    static JWSVerifier verifier(JWK key) {
        try {
            return of(key) == ES256 ? new ECDSAVerifier(key.toECKey()) : new RSASSAVerifier(key.toRSAKey());
        } catch (JOSEException broken) {
            throw new IllegalStateException(broken);
        }
    }
}
