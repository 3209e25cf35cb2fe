package io.github.doorwarden.systems.marketplace;

/// How far somebody has come on the way to teaching, and what that person is waiting for.
enum Stage {
    SIGNED_UP("signed_up", "Has an account", "to complete the profile: skills, price, photo"),
    PROFILE_COMPLETED("profile_completed", "Profile complete", "for the background check to pass"),
    BACKGROUND_CHECK_PASSED("background_check_passed", "Background check passed",
    "to connect a bank account for payouts"),
    PAYMENTS_CONNECTED("payments_connected", "Payouts connected", "for our review, the last step before going live"),
    LIVE("live", "Live", "");

    final String code;
    final String title;
    final String waitsFor;

    Stage(String code, String title, String waitsFor) {
        this.code = code;
        this.title = title;
        this.waitsFor = waitsFor;
    }

    static Stage of(String code) {
        for (var stage : values()) {
            if (stage.code.equals(code)) {
                return stage;
            }
        }
        throw new IllegalArgumentException(code);
    }
}
