package io.github.doorwarden.app;

import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.JWTParser;
import io.github.doorwarden.app.Explanation.Verdict;
import io.github.doorwarden.authserver.ConnectedAccounts;
import io.github.doorwarden.authserver.Grant;
import io.github.doorwarden.authserver.IssuedSecrets;
import io.github.doorwarden.identity.ProviderOutage;
import io.github.doorwarden.identity.TokenId;
import io.github.doorwarden.identity.TokenRefused;
import io.github.doorwarden.identity.TokenVerifier;
import io.github.doorwarden.identity.VerifiedToken;
import io.github.doorwarden.store.AuditEvent;
import io.github.doorwarden.store.AuditLog;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/// Says why: of a token, a client, a person or an audit line. Reads what the deployment knows and changes nothing. The
/// token itself is never kept, never printed and never written.
final class Explain {

    private static final int LINES = 200;
    private static final int SHOWN = 5;

    private final FrontDoor door;
    private final IssuedSecrets secrets;
    private final ConnectedAccounts accounts;
    private final AuditLog audit;
    private final Judge judge;
    private final InstantSource clock;

    /// Whose tokens are taken here.
    ///
    /// @param issuers byte for byte; empty when the verifier alone knows
    record Judge(TokenVerifier verifier, Set<String> issuers) {}

    Explain(FrontDoor door, IssuedSecrets secrets, ConnectedAccounts accounts, AuditLog audit, Judge judge,
            InstantSource clock) {
        this.door = door;
        this.secrets = secrets;
        this.accounts = accounts;
        this.audit = audit;
        this.judge = judge;
        this.clock = clock;
    }

    /// @param what a token, a client's id, a person's e-mail address, or the id of a request as the audit log has it
    Explanation of(String what) {
        if (isJwt(what)) {
            return jwt(what);
        }
        if (door.opaque.knows(what)) {
            return reference(what);
        }
        var client = door.clients.list().stream().filter(listed -> listed.client().id().equals(what)).findFirst();
        if (client.isPresent()) {
            return client(client.get());
        }
        var lines = audit.find(AuditLog.By.REQUEST, what, LINES);
        if (!lines.isEmpty()) {
            return request(what, lines);
        }
        if (what.contains("@") && !what.startsWith("https://")) {
            return person(what);
        }
        return secrets.find(what).map(this::secret).orElseGet(() -> unknown(what));
    }

    private static boolean isJwt(String what) {
        try {
            JWTParser.parse(what);
            return true;
        } catch (ParseException | RuntimeException other) {
            return false;
        }
    }

    private Explanation request(String id, List<AuditLog.Line> lines) {
        var told = new Explanation("The request " + id + ".");
        for (var line : lines.reversed()) {
            tell(told, line.event());
        }
        return told;
    }

    /// One line in words, with what to do about it.
    private void tell(Explanation told, AuditEvent event) {
        var who = event.subject().isEmpty() ? "somebody who was not signed in" : name(event.subject());
        var text = at(event.at()) + " " + event.event() + (event.thing().isEmpty() ? "" : " " + event.thing()) + " by "
                + who + (event.clientId().isEmpty() ? "" : " through " + event.clientId()) + " was " + event.outcome()
                + (event.reason().isEmpty() ? "." : ": " + event.reason());
        if (event.outcome().equals("allowed")) {
            told.ok(text);
        } else {
            told.no(text, Remedy.of(event));
        }
    }

    private String name(String subject) {
        return door.people.find(subject).map(person -> person.email()).orElse(subject);
    }

    private Explanation jwt(String token) {
        var told = new Explanation("A JWT, " + TokenId.of(token) + ".");
        JWTClaimsSet claims;
        try {
            claims = JWTParser.parse(token).getJWTClaimsSet();
        } catch (ParseException | RuntimeException broken) {
            claims = null;
        }
        if (claims == null) {
            return told.no("Its claims are no JSON.", "This is no access token. Look what the client really sends.");
        }
        var verified = judged(told, token, claims.getIssuer());
        // a provider elsewhere may have words of its own for this house
        audience(told, verified.map(proven -> List.copyOf(proven.audiences())).orElse(claims.getAudience()));
        verified.ifPresent(proven -> holder(told, proven));
        uses(told, claims.getJWTID() == null ? TokenId.of(token) : claims.getJWTID(), TokenId.of(token));
        return told;
    }

    private Explanation reference(String token) {
        var told = new Explanation("An access token that is a reference, " + TokenId.of(token) + ".");
        try {
            var verified = door.opaque.verify(token);
            told.ok("It holds until " + at(verified.expiresAt()) + ".");
            audience(told, List.copyOf(verified.audiences()));
            holder(told, verified);
            uses(told, verified.tokenId(), TokenId.of(token));
        } catch (TokenRefused refused) {
            told.no("It is refused: " + refused.detail() + ".", remedy(refused.detail()));
            uses(told, refused.tokenId(), TokenId.of(token));
        }
        return told;
    }

    private Optional<VerifiedToken> judged(Explanation told, String token, String issuer) {
        if (!judge.issuers.isEmpty() && (issuer == null || !judge.issuers.contains(issuer))) {
            var ours = door.settings.issuer().toString();
            told.no("It was issued by " + issuer + ", and taken are those of " + String.join(", ", judge.issuers)
                    + ".", judge.issuers.contains(ours)
                    ? "Connect the client to this authorization server. If the name "
                    + "of this deployment changed, so did its issuer: set `server.public_origin` to what clients use."
                    : "Connect the client to one of these, or name its provider under `authorization.issuers`.");
            return Optional.empty();
        }
        try {
            var verified = judge.verifier.verify(token);
            told.ok("Its signature, issuer, type and times are in order; it ends at " + at(verified.expiresAt()) + ".");
            return Optional.of(verified);
        } catch (TokenRefused refused) {
            told.no("It is refused: " + refused.detail() + ".", remedy(refused.detail()));
        } catch (ProviderOutage down) {
            told.no("Its provider cannot be asked: " + down.getMessage(), "Look whether " + issuer
                    + " can be reached from this machine.");
        }
        return Optional.empty();
    }

    private void audience(Explanation told, List<String> audience) {
        var doors = door.settings.resources().stream().map(resource -> resource.identifier().toString()).toList();
        var known = audience.stream().filter(doors::contains).toList();
        if (known.isEmpty()) {
            told.no("It is for " + String.join(", ", audience) + ", and this deployment is " + String.join(", ", doors)
                    + ".", remedy("it was issued for"));
        } else {
            told.ok("It is for " + String.join(", ", known) + ".");
        }
    }

    private void holder(Explanation told, VerifiedToken token) {
        var scopes = token.scopes().isEmpty() ? "no scope" : "the scopes " + String.join(" ", token.scopes());
        told.fact("It is " + token.email().orElseGet(() -> name(token.subject())) + "'s, through " + token.clientId()
                + ", with " + scopes + ".");
        token.boundTo().ifPresent(key -> told.fact("It is bound to the key " + key + " and opens nothing without a "
                + "proof by it."));
        token.grantId().flatMap(door.grants::find).ifPresent(grant -> grant(told, grant));
        door.people.find(token.subject()).filter(person -> person.disabled()).ifPresent(person ->
                told.no(person.email() + " may no longer sign in.", remedy("person is disabled or gone")));
    }

    private void grant(Explanation told, Grant grant) {
        if (grant.revokedAt().isPresent()) {
            told.no("The grant behind it was revoked at " + at(grant.revokedAt().get()) + ".",
                    remedy("grant behind it was revoked"));
        } else if (!clock.instant().isBefore(grant.expiresAt())) {
            told.no("The grant behind it ended at " + at(grant.expiresAt()) + ".", remedy("grant behind it was "
                    + "revoked"));
        } else {
            told.ok("The grant behind it holds until " + at(grant.expiresAt()) + ".");
        }
    }

    /// What happened with a token, as far as it is on record.
    private void uses(Explanation told, String id, String hash) {
        var lines = audit.find(AuditLog.By.TOKEN, id, LINES);
        var refused = id.equals(hash) ? List.<AuditLog.Line>of() : audit.find(AuditLog.By.TOKEN, hash, LINES);
        var used = lines.stream().map(AuditLog.Line::event).filter(event -> !event.event().equals("token")).toList();
        var issued = lines.stream().map(AuditLog.Line::event).filter(event -> event.event().equals("token"))
                .findFirst();
        issued.ifPresent(event -> told.fact("It was issued at " + at(event.at()) + " for " + event.thing() + "."));
        if (used.isEmpty() && refused.isEmpty()) {
            if (issued.isPresent()) {
                told.no("It was issued and never arrived here.", "The client got the token and does not send it, or "
                        + "sends it elsewhere: look whether a proxy removes the Authorization header, and whether the "
                        + "client is configured with the endpoint's exact URL.");
            } else {
                told.fact("Nothing is on record about it.");
            }
        }
        used.stream().limit(SHOWN).forEach(event -> tell(told, event));
        refused.stream().limit(SHOWN).forEach(line -> tell(told, line.event()));
    }

    private Explanation client(io.github.doorwarden.authserver.Clients.Listed listed) {
        var client = listed.client();
        var told = new Explanation("The client " + client.id() + ", " + client.name() + ".");
        told.fact("It is known by " + switch (client.kind()) {
            case PRE_REGISTERED -> "the operator's registration";
            case METADATA_DOCUMENT -> "its own document at that address";
            case DYNAMIC -> "having registered itself";
        } + " since " + at(listed.createdAt()) + ", and authenticates by "
                + String.join(" or ", client.authMethods().stream().sorted().toList()) + ".");
        listed.revokedAt().ifPresent(at -> told.no("It was revoked at " + at(at) + ".",
                "Let it register again, or add it by `doorwarden client add`."));
        listed.expiresAt().filter(at -> !clock.instant().isBefore(at)).ifPresent(at -> told.no(
                "Its registration ended at " + at(at) + ", because nobody used it.", remedy("invalid_client: unknown "
                        + "client")));
        var grants = door.grants.ofClient(client.id());
        told.fact(grants.isEmpty() ? "Nobody has granted it anything that still holds."
                : grants.size() + (grants.size() == 1 ? " grant holds, " : " grants hold, the newest ") + "of "
                + at(grants.getFirst().createdAt()) + ".");
        var lines = audit.find(AuditLog.By.CLIENT, client.id(), LINES).stream().map(AuditLog.Line::event).toList();
        var tokens = lines.stream().filter(event -> event.event().equals("token")
                && event.outcome().equals("allowed")).toList();
        var calls = lines.stream().filter(event -> event.event().contains("/")).toList();
        if (!tokens.isEmpty() && (calls.isEmpty() || calls.getFirst().at().isBefore(tokens.getLast().at()))) {
            told.no(tokens.size() + " tokens were issued to it, the newest at " + at(tokens.getFirst().at())
                    + ", and no call with one of them is on record since.", "The client got tokens and does not send "
                    + "them, or only lists what there is: look whether a proxy removes the Authorization header, and "
                    + "whether the client is configured with the endpoint's exact URL.");
        }
        var refusals = lines.stream().filter(event -> !event.outcome().equals("allowed")).limit(SHOWN).toList();
        refusals.forEach(event -> tell(told, event));
        if (refusals.isEmpty()) {
            told.ok("Nothing of the " + lines.size() + " newest lines about it was refused.");
        }
        return told;
    }

    private Explanation person(String email) {
        var told = new Explanation("The person " + email + ".");
        var person = door.people.byEmail(email);
        if (person.isEmpty()) {
            return told.no("There is nobody with that address.", "Add the person by `doorwarden user add`, or look at "
                    + "the spelling by `doorwarden user list`.");
        }
        if (person.get().disabled()) {
            told.no("May no longer sign in.", "Enable the person if that is not meant.");
        } else {
            told.ok("May sign in.");
        }
        var grants = door.grants.ofPerson(person.get().id());
        grants.stream().limit(SHOWN).forEach(grant -> told.fact("Let " + grant.clientId() + " in at "
                + at(grant.createdAt()) + ", for " + grant.resource() + " with " + String.join(" ", grant.scopes())
                + "; last used " + grant.lastUsedAt().map(Explain::at).orElse("never") + "."));
        accounts.list(person.get().id()).forEach(account -> connected(told, account));
        var refusals = audit.find(AuditLog.By.SUBJECT, person.get().id(), LINES).stream().map(AuditLog.Line::event)
                .filter(event -> !event.outcome().equals("allowed")).limit(SHOWN).toList();
        refusals.forEach(event -> tell(told, event));
        return refusals.isEmpty() ? told.ok("Nothing was refused lately.") : told;
    }

    private static void connected(Explanation told, ConnectedAccounts.Listed account) {
        if (account.connected()) {
            told.fact("Has connected the account at " + account.label() + " (" + account.name() + ") at "
                    + at(account.since().orElseThrow()) + "; last used " + account.used().map(Explain::at)
                    .orElse("never") + ".");
        } else if (account.ended().isPresent()) {
            told.no("The connection to the account at " + account.label() + " (" + account.name() + ") is over: "
                    + account.ended().get(), "Let the person connect it again, on their account page.");
        } else {
            told.fact("Has not connected an account at " + account.label() + " (" + account.name() + ").");
        }
    }

    private Explanation secret(IssuedSecrets.Issued issued) {
        var told = new Explanation("A " + issued.kind() + " of the client " + issued.clientId() + ".");
        told.no("It is no access token, and opens no door.", "If the client sends it to the endpoint, that is a fault "
                + "of the client. If you found it somewhere, end the client's grants: `doorwarden client revoke`.");
        issued.usedAt().ifPresent(at -> told.fact("It was exchanged at " + at(at) + "."));
        told.fact("It ends at " + at(issued.expiresAt()) + ".");
        issued.grantId().flatMap(door.grants::find).ifPresent(grant -> grant(told, grant));
        return told;
    }

    private Explanation unknown(String what) {
        var told = new Explanation(what.startsWith("https://") ? "The client " + what + "." : "Something with the hash "
                + TokenId.of(what) + ".");
        var lines = audit.find(AuditLog.By.TOKEN, TokenId.of(what), LINES);
        var byClient = audit.find(AuditLog.By.CLIENT, what, LINES);
        lines.stream().limit(SHOWN).forEach(line -> tell(told, line.event()));
        byClient.stream().limit(SHOWN).forEach(line -> tell(told, line.event()));
        if (told.findings().stream().noneMatch(finding -> finding.verdict() == Verdict.NO)) {
            told.no("It is no token, client, person or request that this deployment knows or has on record.",
                    "Look whether the state folder is the right one, and whether the whole of it was given. A refused "
                            + "request names its id in its answer and in the log.");
        }
        return told;
    }

    private static String remedy(String reason) {
        return Remedy.of(new AuditEvent(Instant.EPOCH, "", "", "refused", "", "", "", "", "", "", reason, null,
                Duration.ZERO, ""));
    }

    private static String at(Instant when) {
        return when.toString().replaceFirst("\\.\\d+Z$", "Z").toUpperCase(Locale.ROOT);
    }
}
