package io.github.doorwarden.systems.inspector;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;

/// An arithmetic expression in decimal numbers: `+ - * / % ^ ( )`, `sqrt(x)` and `abs(x)`. Sums and products are exact,
/// quotients and roots where they have an end; else they are rounded, half to even, and it is said. Not safe for use by
/// many threads.
final class Expression {

    /// What cannot be worked out; the message is for whoever wrote it.
    static final class Unclear extends RuntimeException {

        private static final long serialVersionUID = 1;

        Unclear(String sentence) {
            super(sentence, null, false, false);
        }
    }

    /// @param exact whether nothing was rounded on the way
    record Value(BigDecimal number, boolean exact) {}

    private final String text;
    private final MathContext rounding;
    private int at;
    private int depth;
    private boolean exact = true;

    private Expression(String text, int digits) {
        this.text = text;
        this.rounding = new MathContext(digits, RoundingMode.HALF_EVEN);
    }

    /// @param digits of what has no end
    /// @throws Unclear with what is wrong, and where
    static Value of(String text, int digits) {
        if (text.length() > Limits.EXPRESSION_CHARS) {
            throw new Unclear("An expression has at most " + Limits.EXPRESSION_CHARS + " characters.");
        }
        var expression = new Expression(text, digits);
        var number = expression.sum();
        if (expression.next() != 0) {
            throw expression.unexpected();
        }
        return new Value(number, expression.exact);
    }

    private BigDecimal sum() {
        enter();
        var left = product();
        while (true) {
            if (takes('+')) {
                left = bounded(left.add(product()));
            } else if (takes('-')) {
                left = bounded(left.subtract(product()));
            } else {
                depth--;
                return left;
            }
        }
    }

    private BigDecimal product() {
        var left = signed();
        while (true) {
            if (takes('*')) {
                left = bounded(left.multiply(signed()));
            } else if (takes('/')) {
                left = quotient(left, divisor());
            } else if (takes('%')) {
                left = bounded(left.remainder(divisor()));
            } else {
                return left;
            }
        }
    }

    private BigDecimal divisor() {
        var divisor = signed();
        if (divisor.signum() == 0) {
            throw new Unclear("Nothing can be divided by zero.");
        }
        return divisor;
    }

    private BigDecimal signed() {
        enter();
        var number = takes('-') ? signed().negate() : takes('+') ? signed() : power();
        depth--;
        return number;
    }

    /// Binds from the right: `2^3^2` is `2^9`; and closer than a sign: `-2^2` is `-4`.
    private BigDecimal power() {
        var base = primary();
        if (!takes('^')) {
            return base;
        }
        var exponent = signed();
        try {
            var times = exponent.intValueExact();
            if (Math.abs(times) > Limits.DIGITS || (long) base.precision() * Math.abs(times) > 2L * Limits.DIGITS) {
                throw tooLarge();
            }
            var power = bounded(base.pow(Math.abs(times)));
            if (times < 0 && power.signum() == 0) {
                throw new Unclear("Nothing can be divided by zero.");
            }
            return times < 0 ? quotient(BigDecimal.ONE, power) : power;
        } catch (ArithmeticException fraction) {
            throw new Unclear("An exponent must be a whole number of at most " + Limits.DIGITS + "; for roots there is "
                    + "sqrt.");
        }
    }

    private BigDecimal primary() {
        if (takes('(')) {
            return closed();
        }
        for (var function : new String[] {"sqrt", "abs"}) {
            if (next() != 0 && text.startsWith(function, at)) {
                at += function.length();
                if (!takes('(')) {
                    throw new Unclear("After " + function + " comes a value in parentheses.");
                }
                return function.equals("abs") ? closed().abs() : root(closed());
            }
        }
        return number();
    }

    private BigDecimal closed() {
        var inner = sum();
        if (!takes(')')) {
            throw next() == 0 ? new Unclear("A parenthesis is not closed.") : unexpected();
        }
        return inner;
    }

    private BigDecimal number() {
        var begin = at;
        while (at < text.length() && (Character.digit(text.charAt(at), 10) >= 0 && text.charAt(at) < 128
                || text.charAt(at) == '.')) {
            at++;
        }
        if (begin == at) {
            throw unexpected();
        }
        try {
            return bounded(new BigDecimal(text.substring(begin, at)));
        } catch (NumberFormatException e) {
            throw new Unclear("This is no number: " + text.substring(begin, at) + ".");
        }
    }

    private BigDecimal quotient(BigDecimal left, BigDecimal right) {
        try {
            var quotient = left.divide(right);
            if (quotient.precision() <= Limits.DIGITS) {
                return bounded(quotient);
            }
        } catch (ArithmeticException endless) {
            // rounded below
        }
        exact = false;
        return left.divide(right, rounding);
    }

    private BigDecimal root(BigDecimal square) {
        if (square.signum() < 0) {
            throw new Unclear("A negative number has no root here.");
        }
        var root = square.sqrt(rounding);
        exact &= root.multiply(root).compareTo(square) == 0;
        return root;
    }

    private static BigDecimal bounded(BigDecimal number) {
        if (number.precision() > Limits.DIGITS || Math.abs((long) number.scale()) > 2L * Limits.DIGITS) {
            throw tooLarge();
        }
        return number;
    }

    private static Unclear tooLarge() {
        return new Unclear("A value on the way has more than " + Limits.DIGITS + " digits.");
    }

    private void enter() {
        if (++depth > Limits.DEPTH) {
            throw new Unclear("The expression is nested more than " + Limits.DEPTH + " deep.");
        }
    }

    /// 0 at the end.
    private char next() {
        while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
            at++;
        }
        return at < text.length() ? text.charAt(at) : 0;
    }

    private boolean takes(char c) {
        if (next() != c) {
            return false;
        }
        at++;
        return true;
    }

    private Unclear unexpected() {
        return next() == 0 ? new Unclear("The expression ends where a value should be.")
                : new Unclear("At character " + (at + 1) + " stands " + text.charAt(at)
                + ", which does not belong there. "
                        + "There are numbers, + - * / % ^, parentheses, sqrt and abs.");
    }
}
