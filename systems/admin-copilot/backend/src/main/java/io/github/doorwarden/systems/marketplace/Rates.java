package io.github.doorwarden.systems.marketplace;

import java.math.BigDecimal;

/// Shares and money, rounded as people read them.
final class Rates {

    private Rates() {}

    /// A share with three decimals; null when there is nothing to take a share of.
    static Double of(long part, long whole) {
        return whole == 0 ? null : (Double) (Math.round(1_000.0 * part / whole) / 1_000.0);
    }

    static BigDecimal dollars(long cents) {
        return BigDecimal.valueOf(cents, 2);
    }
}
