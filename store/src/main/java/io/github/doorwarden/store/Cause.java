package io.github.doorwarden.store;

import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/// Why something was not allowed, or failed, in a word: what a line of the audit log says beside its sentence, so that
/// lines can be counted by it. The list is closed; whoever counts keeps one number for each word and no more.
public enum Cause {

    /// Nothing went wrong.
    NONE(Group.NONE),

    /// Somebody came without a token and was told where to get one: how every client begins.
    NO_TOKEN(Group.DOOR),
    MALFORMED_TOKEN(Group.DOOR),
    EXPIRED_TOKEN(Group.DOOR),
    REVOKED_TOKEN(Group.DOOR),
    WRONG_AUDIENCE(Group.DOOR),
    /// Unknown, of another issuer, or with a wrong signature.
    INVALID_TOKEN(Group.DOOR),
    /// Of a token that is bound to a key (RFC 9449).
    INVALID_DPOP_PROOF(Group.DOOR),
    /// In order, but of somebody who may not come in.
    NOT_ADMITTED(Group.DOOR),
    INSUFFICIENT_SCOPE(Group.DOOR),
    /// Signed in too long ago, or without a second factor.
    WEAK_SIGN_IN(Group.DOOR),

    /// A password, code, passkey or link that was none.
    WRONG_CREDENTIALS(Group.SIGN_IN),
    INVALID_CLIENT(Group.SIGN_IN),
    INVALID_GRANT(Group.SIGN_IN),
    ACCESS_DENIED(Group.SIGN_IN),
    INVALID_REQUEST(Group.SIGN_IN),
    INVALID_SCOPE(Group.SIGN_IN),
    INVALID_TARGET(Group.SIGN_IN),
    UNAUTHORIZED_CLIENT(Group.SIGN_IN),
    UNSUPPORTED_GRANT_TYPE(Group.SIGN_IN),
    INVALID_CLIENT_METADATA(Group.SIGN_IN),
    INVALID_REDIRECT_URI(Group.SIGN_IN),

    /// A step of a protocol, which ends in a second try: no failure.
    USE_DPOP_NONCE(Group.STEP),
    AUTHORIZATION_PENDING(Group.STEP),
    SLOW_DOWN(Group.STEP),

    TOO_MANY(Group.LIMIT),

    UNKNOWN_THING(Group.CALL),
    BAD_ARGUMENTS(Group.CALL),
    MISSING_CAPABILITY(Group.CALL),
    TOOL_ERROR(Group.CALL),
    TOO_SLOW(Group.CALL),
    CANCELLED(Group.CALL),
    NOT_ANSWERED(Group.CALL),
    BACKEND_DOWN(Group.CALL),
    STORE_DOWN(Group.CALL),
    FAULT(Group.CALL),
    OTHER(Group.CALL);

    /// Where it belongs.
    private enum Group { NONE, DOOR, SIGN_IN, STEP, LIMIT, CALL }

    private static final Map<String, Cause> BY_WORD =
            Arrays.stream(values()).collect(Collectors.toUnmodifiableMap(Cause::word, Function.identity()));

    private final Group group;
    private final String word;

    Cause(Group group) {
        this.group = group;
        this.word = group == Group.NONE ? "" : name().toLowerCase(Locale.ROOT);
    }

    /// As it stands in the log; empty for none.
    public String word() {
        return word;
    }

    /// @return [#OTHER] for a word that is not on the list
    public static Cause of(String word) {
        return BY_WORD.getOrDefault(word, OTHER);
    }

    /// Whether somebody tried to come in and was not let in. Not for who came without a token: so begins every client.
    public boolean isAuthFailure() {
        return (group == Group.DOOR || group == Group.SIGN_IN) && this != NO_TOKEN;
    }
}
