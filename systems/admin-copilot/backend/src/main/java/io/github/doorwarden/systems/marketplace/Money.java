package io.github.doorwarden.systems.marketplace;

/// An amount in whole cents and its currency; never a fraction, never without it.
record Money(long cents, String currency) {

    static Money usd(long cents) {
        return new Money(cents, "USD");
    }

    /// As people read it.
    String text() {
        return currency + " " + Rates.dollars(cents).toPlainString();
    }
}
