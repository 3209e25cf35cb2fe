package io.github.doorwarden.identity;

import com.nimbusds.jose.util.Base64URL;
import java.net.URI;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/// Judges the access tokens of providers elsewhere: a JWT goes to the issuer that it names, everything else to the one
/// that can be asked about opaque tokens. Then [Admission] has the last word. Safe for use by many threads.
public final class TrustedIssuers implements TokenVerifier {

    private static final JsonMapper JSON = JsonMapper.shared();

    private record One(TrustedIssuer trusted, Provider provider, IssuerTokens tokens, AccessClaims claims,
            Optional<IntrospectedTokens> introspected) {}

    private final List<One> all = new ArrayList<>();
    private final Admission admission;

    /// @param resources identifiers of the endpoints
    public TrustedIssuers(List<TrustedIssuer> trusted, Collection<URI> resources, Admission admission,
            Provider.Calls calls, Limits limits, InstantSource clock) {
        this.admission = admission;
        for (var each : trusted) {
            var provider = new Provider(each.issuer(), calls, clock);
            var prefix = trusted.size() == 1 ? "" : each.name() + "|";
            all.add(new One(each, provider, new IssuerTokens(provider, each.algorithms()),
                    new AccessClaims(each, prefix, resources, limits, clock),
                    each.introspection().map(how -> new IntrospectedTokens(provider, how, clock))));
        }
    }

    @Override
    public VerifiedToken verify(String token) {
        var id = TokenId.of(token);
        var named = issuer(token);
        if (named.isPresent()) {
            var one = all.stream().filter(each -> each.trusted.issuer().equals(named.get())).findFirst()
                    .orElseThrow(() -> TokenRefused.invalid("its issuer is none of those that this server trusts",
                            id));
            return signed(one, token, id);
        }
        RuntimeException last = null;
        for (var one : all) {
            if (one.introspected.isPresent()) {
                try {
                    return introspected(one, token, id);
                } catch (TokenRefused | ProviderOutage unknown) {     // several issuers: the next one may know it
                    last = last instanceof ProviderOutage ? last : unknown;
                }
            }
        }
        throw last != null ? last : TokenRefused.invalid("it is no JWT of an issuer that this server trusts", id);
    }

    private VerifiedToken signed(One one, String token, String id) {
        var signed = one.tokens.verified(token);
        one.claims.type(signed, id);
        return admitted(one, signed.claims(), id);
    }

    /// The issuer's own word on a token that is alive: its type is the issuer's business (RFC 7662 §2.2).
    private VerifiedToken introspected(One one, String token, String id) {
        return admitted(one, one.introspected.orElseThrow().active(token), id);
    }

    private VerifiedToken admitted(One one, Claims claims, String id) {
        var read = one.claims.read(claims, id);
        admission.refusal(one.claims.subject(claims)).ifPresent(why -> {
            throw TokenRefused.notAdmitted(why, id);
        });
        return read;
    }

    /// The issuer that a JWT names, which proves nothing yet; empty for what is no JWT.
    private static Optional<String> issuer(String token) {
        var parts = token.split("\\.", -1);
        if (parts.length != 3) {
            return Optional.empty();
        }
        try {
            return Optional.of(JSON.readTree(new Base64URL(parts[1]).decodeToString()).path("iss").asString(""))
                    .filter(text -> !text.isEmpty());
        } catch (JacksonException | IllegalArgumentException notAJwt) {
            return Optional.empty();
        }
    }

    /// Names of the issuers and whether each can be used, for health. Asks providers that never answered yet.
    public List<Provider> providers() {
        return all.stream().map(One::provider).toList();
    }
}
