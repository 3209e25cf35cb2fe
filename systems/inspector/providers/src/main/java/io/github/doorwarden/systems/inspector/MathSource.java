package io.github.doorwarden.systems.inspector;

import io.github.doorwarden.server.Description;
import io.github.doorwarden.server.Range;
import io.github.doorwarden.server.RecordTool;
import io.github.doorwarden.server.Source;
import io.github.doorwarden.server.Things;
import io.github.doorwarden.server.Tool;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Tools that count where a model guesses: in decimals, not in binary fractions. Immutable.
public final class MathSource implements Source {

    private static final MathContext MEAN = new MathContext(Limits.USUAL_DIGITS, RoundingMode.HALF_EVEN);

    @Override
    public String name() {
        return "math";
    }

    @Override
    public Things things() {
        return Things.of(List.of(calculate(), statistics(), factor()));
    }

    record Calculation(
            @Description("For example (1.10 + 2.20) * 3 ^ 2. Has + - * / % ^, parentheses, sqrt(x) and abs(x).")
            @Range(min = 1, max = Limits.EXPRESSION_CHARS) String expression,
            @Description("Digits of a result that has no end; 20 when left out.") @Range(min = 1, max = Limits.DIGITS)
            Optional<Integer> digits) {}

    record Result(String value, boolean exact) {}

    private static Tool calculate() {
        return RecordTool.named("math_calculate", "Works out an arithmetic expression in decimal numbers. Exact, "
                + "unless exact is false: then a quotient or root without an end was rounded to so many digits.")
                .title("Calculate").readOnly().openWorld(false).of(Calculation.class, Result.class, (asked, call) -> {
                    try {
                        var value = Expression.of(asked.expression(), asked.digits().orElse(Limits.USUAL_DIGITS));
                        return new Result(written(value.number()), value.exact());
                    } catch (Expression.Unclear unclear) {
                        throw RecordTool.failure(unclear.getMessage());
                    }
                });
    }

    record Numbers(
            @Description("The numbers as text, for example 19.99, so that none is rounded on the way.")
            @Range(min = 1, max = Limits.NUMBERS) List<String> numbers) {}

    /// @param mean rounded to 20 digits, and `deviation` too: that of the whole, not of a sample
    record Statistics(int count, String sum, String least, String most, String median, String mean,
            String deviation) {}

    private static Tool statistics() {
        return RecordTool.named("math_statistics", "Sum, extremes, median, mean and standard deviation (of the whole "
                + "population) of a list of decimal numbers. Sum, extremes and median are exact.")
                .title("Statistics of a list").readOnly().openWorld(false).of(Numbers.class, Statistics.class,
                        (asked, call) -> of(asked.numbers().stream().map(MathSource::read).sorted().toList()));
    }

    private static BigDecimal read(String text) {
        try {
            if (text.length() <= Limits.NUMBER_CHARS && text.matches("-?[0-9]+(\\.[0-9]+)?")) {
                return new BigDecimal(text);
            }
        } catch (NumberFormatException e) {
            // told below
        }
        throw RecordTool.failure("Every number is written like -19.99, in at most " + Limits.NUMBER_CHARS
                + " characters. Correct the list and call again.");
    }

    private static Statistics of(List<BigDecimal> sorted) {
        var count = BigDecimal.valueOf(sorted.size());
        var sum = sorted.stream().reduce(BigDecimal.ZERO, BigDecimal::add);
        var mean = sum.divide(count, MEAN);
        var squares = sorted.stream().map(number -> number.subtract(mean).pow(2)).reduce(BigDecimal.ZERO,
                BigDecimal::add);
        var middle = sorted.size() / 2;
        var median = sorted.size() % 2 == 1 ? sorted.get(middle)
                : sorted.get(middle - 1).add(sorted.get(middle)).divide(BigDecimal.TWO);
        return new Statistics(sorted.size(), written(sum), written(sorted.getFirst()), written(sorted.getLast()),
                written(median), written(mean), written(squares.divide(count, MEAN).sqrt(MEAN)));
    }

    record Whole(@Description("A whole number of at least 1.") @Range(min = 1, max = Limits.FACTORED) long number) {}

    record Factors(List<Long> factors, boolean prime) {}

    private static Tool factor() {
        return RecordTool.named("math_factor", "The prime factors of a whole number, the smallest first, each as often "
                + "as it occurs; none of 1.").title("Prime factors").readOnly().openWorld(false)
                .of(Whole.class, Factors.class, (asked, call) -> {
                    var factors = new ArrayList<Long>();
                    var left = asked.number();
                    for (var divisor = 2L; divisor * divisor <= left; divisor += divisor == 2 ? 1 : 2) {
                        while (left % divisor == 0) {
                            factors.add(divisor);
                            left /= divisor;
                        }
                    }
                    if (left > 1) {
                        factors.add(left);
                    }
                    return new Factors(factors, factors.size() == 1);
                });
    }

    private static String written(BigDecimal number) {
        var plain = number.signum() == 0 ? BigDecimal.ZERO : number.stripTrailingZeros();
        return plain.toPlainString();
    }
}
