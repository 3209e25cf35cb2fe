package io.github.doorwarden.identity;

/// Who a caller is cannot be found out now, because somebody else must be asked who does not answer: a 503, and no word
/// on the token. The message is for the caller: what happened, what to do. Has no stack trace: an outage is an answer.
public final class ProviderOutage extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final String detail;

    /// @param detail for the operator's log
    public ProviderOutage(String message, String detail) {
        super(message, null, false, false);
        this.detail = detail;
    }

    /// The identity provider of that issuer does not answer, or not as it should.
    public static ProviderOutage of(String issuer, String detail) {
        return new ProviderOutage("The identity provider that vouches for tokens here cannot be asked now, so nobody "
                + "can be let in. Your token may be good: try again in a minute.", issuer + ": " + detail);
    }

    public String detail() {
        return detail;
    }
}
