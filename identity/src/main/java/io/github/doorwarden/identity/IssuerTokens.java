package io.github.doorwarden.identity;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.crypto.factories.DefaultJWSVerifierFactory;
import com.nimbusds.jose.jwk.AsymmetricJWK;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.util.Base64URL;
import java.text.ParseException;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The signed tokens of one provider elsewhere: signature by a key that it publishes now, algorithm by a list, type. Of
/// the header's `jku`, `jwk` and `x5u` nothing is looked at. Access tokens and ID tokens alike; what their claims mean
/// is judged by others. Safe for use by many threads.
public final class IssuerTokens {

    private static final JsonMapper JSON =
            JsonMapper.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();
    private static final DefaultJWSVerifierFactory VERIFIERS = new DefaultJWSVerifierFactory();
    /// Pure computing, which virtual threads do not share out: see [Limits#verificationsAtOnce].
    private static final Semaphore COMPUTING = new Semaphore(Limits.STANDARD.verificationsAtOnce());

    private final Provider provider;
    private final Set<String> algorithms;

    public IssuerTokens(Provider provider, Set<String> algorithms) {
        this.provider = provider;
        this.algorithms = Set.copyOf(algorithms);
    }

    /// A token whose signature is the provider's.
    ///
    /// @param type of the header, lower case and without `application/`; empty: it has none
    public record Signed(String type, Claims claims) {}

    /// @throws TokenRefused   when it is not the provider's
    /// @throws ProviderOutage when its keys cannot be had
    public Signed verified(String token) {
        var id = TokenId.of(token);
        var jws = parse(token, id);
        var header = jws.getHeader();
        var algorithm = header.getAlgorithm().getName();
        if (!algorithms.contains(algorithm)) {                                    // none, HS256, …     RFC 8725 §3.1
            throw refused("its algorithm is not one of " + String.join(", ", algorithms), id);
        }
        if (header.getCriticalParams() != null) {                                 // RFC 7515 §4.1.11
            throw refused("its header has critical parameters that are not understood", id);
        }
        var key = key(header.getKeyID()).filter(found -> fits(found, algorithm)).orElseThrow(() ->
                refused("it is signed with a key that its issuer does not publish (any more)", id));
        check(jws, key, id);
        return new Signed(type(jws), Claims.of(json(jws, id)));
    }

    private Optional<JWK> key(String kid) {
        try {
            if (kid != null) {
                return provider.keys().key(kid);
            }
            var all = provider.keys().current().getKeys();
            return all.size() == 1 ? Optional.of(all.getFirst()) : Optional.empty();
        } catch (RemoteKeys.Unavailable down) {
            throw ProviderOutage.of(provider.issuer(), down.getMessage());
        }
    }

    private static boolean fits(JWK key, String algorithm) {
        return key instanceof AsymmetricJWK && (key.getAlgorithm() == null
                || key.getAlgorithm().getName().equals(algorithm));
    }

    private static JWSObject parse(String token, String id) {
        try {
            var jws = JWSObject.parse(token);
            // One spelling: the library skips what is no base64url, and one token would have many hashes.
            if (!Base64URL.encode(jws.getSignature().decode()).equals(jws.getSignature())) {
                throw refused("its signature is not base64url alone", id);
            }
            return jws;
        } catch (ParseException | IllegalArgumentException e) {
            throw refused("it is not a signed JWT", id);
        }
    }

    private static void check(JWSObject jws, JWK key, String id) {
        COMPUTING.acquireUninterruptibly();
        try {
            var verifier = VERIFIERS.createJWSVerifier(jws.getHeader(), ((AsymmetricJWK) key).toPublicKey());
            if (!jws.verify(verifier)) {
                throw refused("its signature is wrong", id);
            }
        } catch (JOSEException e) {
            throw refused("its signature cannot be checked with the key that it names", id);
        } finally {
            COMPUTING.release();
        }
    }

    private static String type(JWSObject jws) {
        var type = jws.getHeader().getType();
        var name = type == null ? "" : type.getType().toLowerCase(Locale.ROOT);
        return name.startsWith("application/") ? name.substring("application/".length()) : name;
    }

    private static JsonNode json(JWSObject jws, String id) {
        try {
            var json = JSON.readTree(jws.getPayload().toString());
            if (json.isObject()) {
                return json;
            }
        } catch (JacksonException notJson) {
            throw refused("its claims are not JSON", id);
        }
        throw refused("its claims are no JSON object", id);
    }

    private static TokenRefused refused(String why, String id) {
        return TokenRefused.invalid(why, id);
    }
}
