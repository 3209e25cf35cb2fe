package io.github.doorwarden.identity;

import io.github.doorwarden.identity.Entitlement.Subject;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Who of those whom an identity provider vouches for may come in: the list of e-mail addresses, then the operator's
/// own [Entitlement]. Safe for use by many threads.
public final class Admission {

    /// Everybody may.
    public static final Admission OPEN = new Admission(List.of(), subject -> Optional.empty());

    private static final Logger LOG = LoggerFactory.getLogger(Admission.class);

    private final List<String> emails;
    private final Entitlement entitlement;

    /// @param emails addresses, or domains with an @ before them; empty: any, and people without one
    public Admission(List<String> emails, Entitlement entitlement) {
        this.emails = emails.stream().map(Admission::plain).toList();
        this.entitlement = entitlement;
    }

    private static String plain(String email) {
        return email.strip().toLowerCase(Locale.ROOT);
    }

    /// Why somebody may not come in, a sentence for them; empty: they may.
    ///
    /// @throws ProviderOutage when the entitlement could not be decided
    public Optional<String> refusal(Subject subject) {
        if (!emails.isEmpty() && subject.email().filter(this::listed).isEmpty()) {
            return Optional.of(subject.email().isPresent()
                    ? "The address " + subject.email().get() + " is not on this server's list of people who may come "
                    + "in. Ask its operator to put you there."
                    : "This server lets people in by their e-mail address, and your identity provider does not say "
                    + "yours, or has not verified it. Ask its operator.");
        }
        try {
            return entitlement.refusal(subject);
        } catch (RuntimeException e) {
            LOG.warn("The entitlement check failed, so nobody can be let in.", e);
            throw new ProviderOutage("Whether you may come in cannot be decided now. Try again in a minute.",
                    "the entitlement check failed: " + e.getClass().getSimpleName());
        }
    }

    /// A verifier whose subjects are admitted, or not.
    public TokenVerifier after(TokenVerifier verifier) {
        return new TokenVerifier() {
            @Override
            public VerifiedToken verify(String token) {
                var verified = verifier.verify(token);
                refusal(new Subject("", verified.subject(), verified.email(), Claims.NONE)).ifPresent(why -> {
                    throw TokenRefused.notAdmitted(why, verified.tokenId());
                });
                return verified;
            }

            @Override
            public long epoch() {
                return verifier.epoch();
            }
        };
    }

    private boolean listed(String email) {
        var address = plain(email);
        var domain = address.substring(Math.max(0, address.lastIndexOf('@')));
        return emails.contains(address) || emails.contains(domain) && domain.startsWith("@");
    }
}
