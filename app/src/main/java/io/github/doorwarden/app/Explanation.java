package io.github.doorwarden.app;

import java.util.ArrayList;
import java.util.List;

/// Why something was refused or does not work, as an operator reads it: what it is about, and findings in the order in
/// which they were looked for. The last ones say what to do. Not safe for use by several threads while it grows.
public final class Explanation {

    /// `OK`: this is not it; `FACT`: what happened; `NO`: this is it; `DO`: what to do about it.
    public enum Verdict { OK, FACT, NO, DO }

    /// One sentence or two, without secrets.
    public record Finding(Verdict verdict, String text) {}

    private final String about;
    private final List<Finding> findings = new ArrayList<>();

    Explanation(String about) {
        this.about = about;
    }

    Explanation ok(String text) {
        return add(Verdict.OK, text);
    }

    Explanation fact(String text) {
        return add(Verdict.FACT, text);
    }

    Explanation no(String text, String remedy) {
        add(Verdict.NO, text);
        return remedy.isEmpty() ? this : add(Verdict.DO, remedy);
    }

    Explanation todo(String text) {
        return add(Verdict.DO, text);
    }

    private Explanation add(Verdict verdict, String text) {
        findings.add(new Finding(verdict, text));
        return this;
    }

    public String about() {
        return about;
    }

    public List<Finding> findings() {
        return List.copyOf(findings);
    }
}
