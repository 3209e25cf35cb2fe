package io.github.doorwarden.tidy;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/// On a test: the requirements that it proves, by their ids in `docs/spec/*.tsv`, for example `@Covers({"AS-14",
/// "T6"})`. The ledger test fails for a claim of an id that no document has, and for a MUST that nobody claims and
/// nobody owes.
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.METHOD, ElementType.TYPE})
public @interface Covers {
    String[] value();
}
