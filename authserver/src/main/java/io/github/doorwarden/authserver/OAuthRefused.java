package io.github.doorwarden.authserver;

/// Carries an [OAuthRefusal] to the endpoint's boundary. Has no stack trace: a refusal is an answer.
public final class OAuthRefused extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final transient OAuthRefusal why;

    public OAuthRefused(OAuthRefusal why) {
        super(why.description(), null, false, false);
        this.why = why;
    }

    public OAuthRefusal why() {
        return why;
    }
}
