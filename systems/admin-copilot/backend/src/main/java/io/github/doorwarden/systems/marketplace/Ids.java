package io.github.doorwarden.systems.marketplace;

import io.github.doorwarden.systems.backend.Problem;

/// Numbers of rows as people and programs see them: `bkg_17`.
enum Ids {

    BOOKING("bkg_"), PAYMENT("pay_"), REFUND("ref_"), TICKET("tic_"), JOB("job_");

    private final String prefix;

    Ids(String prefix) {
        this.prefix = prefix;
    }

    String of(long number) {
        return prefix + number;
    }

    /// The number in an id; a sentence when it is none.
    long number(String id) {
        if (!id.matches(prefix + "[1-9][0-9]{0,17}")) {
            throw Problem.invalid(Problem.quote(id) + " is not an id here. Pass one such as " + prefix
                    + "17, as a list "
                    + "has shown it.");
        }
        return Long.parseLong(id.substring(prefix.length()));
    }
}
