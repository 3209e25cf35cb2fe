package io.github.doorwarden.identity;

import io.github.doorwarden.identity.Entitlement.Subject;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Who of those whom an identity provider vouches for may come in: the list of e-mail addresses, then the operator's
/// own [Entitlement]. Safe for use by many threads.
public final class Admission {

    /// Everybody may.
    public static final Admission OPEN = new Admission(List.of(), subject -> Optional.empty());

    private static final Logger LOG = LoggerFactory.getLogger(Admission.class);

    private final Set<String> emails;
    private final Entitlement entitlement;

    /// @param emails addresses, or domains with an @ before them; empty: any, and people without one
    public Admission(List<String> emails, Entitlement entitlement) {
        this.emails = emails.stream().map(MailAddress::plain).collect(Collectors.toUnmodifiableSet());
        this.entitlement = entitlement;
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
        return checking(verifier, verified -> refusal(new Subject("", verified.subject(), verified.email(),
                Claims.NONE)));
    }

    /// Whether somebody who came in once would still be let in by the list. The entitlement is not asked again: what it
    /// judged by is known at the sign-in alone.
    public boolean lists(String email) {
        return emails.isEmpty() || listed(email);
    }

    /// A verifier of our own tokens, which stand for people whom a provider vouched for: whoever was taken from the
    /// list since then is not admitted. Programs are not on any list.
    public TokenVerifier listing(TokenVerifier verifier) {
        return checking(verifier, verified -> verified.service() || lists(verified.email().orElse(""))
                ? Optional.empty() : Optional.of("The address " + verified.email().orElse("of this account")
                + " is not on this server's list of people who may come in any more. Ask its operator."));
    }

    /// @param refusal why the holder of a verified token may not come in; empty: they may
    private static TokenVerifier checking(TokenVerifier verifier, Function<VerifiedToken, Optional<String>> refusal) {
        return new TokenVerifier() {
            @Override
            public VerifiedToken verify(String token) {
                var verified = verifier.verify(token);
                refusal.apply(verified).ifPresent(why -> {
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
        var address = MailAddress.plain(email);
        var at = address.lastIndexOf('@');
        return at > 0 && (emails.contains(address) || emails.contains(address.substring(at)));
    }
}
