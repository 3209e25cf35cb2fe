package io.github.doorwarden.cli;

/// The authorization modes as one client meets them. What a mode has not got, or has in another way, is a column here;
/// the tests are the same for all.
///
/// Mode `external` is two rows: signed tokens, which nobody is asked about, and opaque ones, which the issuer is asked
/// about.
enum AnyMode {
    //                 door    tokens come from  who is sent to sign in            what was given back is dead
    EMBEDDED(          true,   Issuer.HERE,      SignIn.OUR_PAGE,                  GivenBack.AT_ONCE),
    PROXIED(           true,   Issuer.HERE,      SignIn.PROVIDER,                  GivenBack.AT_ONCE),
    EXTERNAL(          true,   Issuer.ELSEWHERE, SignIn.OUR_PAGE,                  GivenBack.AT_ITS_END),
    EXTERNAL_ASKING(   true,   Issuer.ELSEWHERE, SignIn.OUR_PAGE,                  GivenBack.WHEN_ASKED_AGAIN),
    OFF(               false,  Issuer.NOBODY,    SignIn.NOWHERE,                   GivenBack.NEVER);

    /// Whose authorization server it is.
    enum Issuer { HERE, ELSEWHERE, NOBODY }

    /// Where a browser ends up: a page of the issuer, or the provider that it sends people to.
    enum SignIn { OUR_PAGE, PROVIDER, NOWHERE }

    /// When a token that was revoked at its issuer opens no door any more.
    enum GivenBack { AT_ONCE, WHEN_ASKED_AGAIN, AT_ITS_END, NEVER }

    /// Whether anybody is stopped: without a door there are no challenges, no metadata, and tokens are not looked at.
    final boolean door;
    final Issuer issuer;
    final SignIn signIn;
    final GivenBack givenBack;

    AnyMode(boolean door, Issuer issuer, SignIn signIn, GivenBack givenBack) {
        this.door = door;
        this.issuer = issuer;
        this.signIn = signIn;
        this.givenBack = givenBack;
    }

    /// The status of what a door refuses.
    int refused(int status) {
        return door ? status : 200;
    }

    /// What the record calls whoever has shown a good token.
    String known(String kind) {
        return door ? kind : "anonymous";
    }
}
