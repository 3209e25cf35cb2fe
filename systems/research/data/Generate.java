import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.zip.GZIPOutputStream;

/// Makes the fares, demand and load factors of this deployment, the same ones each time: `java Generate.java` in this
/// folder writes `fares/`. Carriers are invented, and so is every figure. What happens in these three years, and what
/// the transcripts speak of, stands in one method each below.
final class Generate {

    private static final YearMonth FIRST = YearMonth.of(2023, 10);
    private static final YearMonth LAST = YearMonth.of(2026, 9);
    private static final int SEED = 20231001;

    private enum Kind { BUSINESS, MIXED, LEISURE, LONG }

    /// @param carriers names, each with `+2025-04` when it enters then, or `-2026-03` when it flies for the last time
    private record Route(String pair, int km, Kind kind, int dailySeats, String... carriers) {

        boolean from(String airports) {
            return List.of(airports.split(" ")).stream().anyMatch(pair::contains);
        }
    }

    private static final List<Route> ROUTES = List.of(
            new Route("LHR-JFK", 5540, Kind.LONG, 1900, "Thameside", "Crestline"),
            new Route("LHR-BOS", 5240, Kind.LONG, 900, "Thameside", "Crestline"),
            new Route("LHR-LAX", 8760, Kind.LONG, 1000, "Thameside", "Crestline"),
            new Route("LHR-SIN", 10880, Kind.LONG, 1300, "Thameside", "Straitwing"),
            new Route("LHR-DXB", 5500, Kind.LONG, 1800, "Thameside", "Dunewind"),
            new Route("LHR-CPT", 9680, Kind.LONG, 500, "Thameside"),
            new Route("LHR-CPH", 980, Kind.BUSINESS, 1100, "Thameside", "Norvane", "Pocketjet"),
            new Route("LHR-MAD", 1245, Kind.BUSINESS, 1500, "Thameside", "Albaran"),
            new Route("LHR-FRA", 655, Kind.BUSINESS, 1700, "Thameside", "Taunair"),
            new Route("LHR-LIS", 1565, Kind.MIXED, 1300, "Thameside", "Albaran"),
            new Route("LGW-LIS", 1560, Kind.MIXED, 1250, "Albaran", "Pocketjet", "Veloria+2025-04"),
            new Route("LGW-PMI", 1350, Kind.LEISURE, 1300, "Pocketjet", "Thameside"),
            new Route("LGW-AGP", 1645, Kind.LEISURE, 1500, "Pocketjet", "Thameside", "Veloria+2025-10"),
            new Route("LGW-BCN", 1110, Kind.MIXED, 1450, "Pocketjet", "Veloria"),
            new Route("LGW-FNC", 2450, Kind.LEISURE, 420, "Pocketjet", "Albaran"),
            new Route("LGW-TFS", 2880, Kind.LEISURE, 980, "Pocketjet", "Veloria"),
            new Route("LGW-MCO", 6950, Kind.LONG, 620, "Thameside"),
            new Route("CPH-EWR", 6180, Kind.LONG, 640, "Norvane", "Crestline"),
            new Route("CPH-BKK", 8620, Kind.LONG, 480, "Norvane"),
            new Route("CPH-AGP", 2515, Kind.LEISURE, 760, "Norvane", "Pocketjet-2026-03"),
            new Route("CPH-PMI", 1910, Kind.LEISURE, 540, "Norvane", "Pocketjet"),
            new Route("CPH-OSL", 520, Kind.BUSINESS, 1500, "Norvane", "Pocketjet"),
            new Route("CPH-LIS", 2480, Kind.MIXED, 430, "Norvane", "Albaran"),
            new Route("CPH-FRA", 680, Kind.BUSINESS, 980, "Norvane", "Taunair"),
            new Route("CPH-BCN", 1760, Kind.MIXED, 620, "Norvane", "Veloria"),
            new Route("LIS-GRU", 7920, Kind.LONG, 820, "Albaran"),
            new Route("LIS-EWR", 5430, Kind.LONG, 700, "Albaran", "Crestline"),
            new Route("LIS-FNC", 965, Kind.LEISURE, 1100, "Albaran", "Pocketjet"),
            new Route("LIS-MAD", 515, Kind.BUSINESS, 900, "Albaran", "Veloria"),
            new Route("MAD-BCN", 485, Kind.BUSINESS, 1600, "Albaran", "Veloria"),
            new Route("MAD-BOG", 8030, Kind.LONG, 640, "Albaran"),
            new Route("MAD-EWR", 5790, Kind.LONG, 560, "Albaran", "Crestline"),
            new Route("MAD-PMI", 545, Kind.LEISURE, 1200, "Albaran", "Veloria"),
            new Route("FRA-SIN", 10280, Kind.LONG, 760, "Taunair", "Straitwing"),
            new Route("FRA-JFK", 6200, Kind.LONG, 1100, "Taunair", "Crestline"),
            new Route("FRA-DXB", 4840, Kind.LONG, 900, "Taunair", "Dunewind"),
            new Route("FRA-BKK", 8970, Kind.LONG, 560, "Taunair"),
            new Route("FRA-PMI", 1255, Kind.LEISURE, 1150, "Taunair", "Pocketjet"),
            new Route("FRA-BCN", 1095, Kind.MIXED, 950, "Taunair", "Veloria"),
            new Route("FRA-LIS", 1865, Kind.MIXED, 720, "Taunair", "Albaran"),
            new Route("JFK-LAX", 3975, Kind.MIXED, 2300, "Crestline", "Tidewater"),
            new Route("JFK-MIA", 1755, Kind.LEISURE, 1900, "Crestline", "Tidewater"),
            new Route("EWR-MCO", 1510, Kind.LEISURE, 1600, "Crestline", "Tidewater"),
            new Route("BOS-MIA", 2025, Kind.LEISURE, 950, "Crestline", "Tidewater"),
            new Route("SIN-SYD", 6290, Kind.LONG, 1500, "Straitwing"),
            new Route("SIN-BKK", 1415, Kind.MIXED, 1700, "Straitwing"),
            new Route("SIN-DXB", 5840, Kind.LONG, 900, "Straitwing", "Dunewind"),
            new Route("DXB-BKK", 4890, Kind.LONG, 1000, "Dunewind"),
            new Route("DXB-SYD", 12050, Kind.LONG, 820, "Dunewind"));

    private static final List<String> LOW_COST = List.of("Pocketjet", "Veloria", "Tidewater");
    private static final Map<String, Double> PRICE = Map.of("Thameside", 1.04, "Crestline", 1.00, "Norvane", 1.03,
            "Albaran", 0.95, "Taunair", 1.05, "Straitwing", 1.09, "Dunewind", 0.97, "Pocketjet", 0.66,
            "Veloria", 0.60, "Tidewater", 0.70);
    private static final Map<String, Double> CABINS = Map.of("economy", 1.0, "premium", 1.72, "business", 3.55,
            "first", 7.1);

    /// What one carrier did in one cabin of one route in one month.
    private record Row(String route, String carrier, String cabin, YearMonth month, double fare, double lowest,
            int bookings, int passengers, int seats) {

        double load() {
            return 100.0 * passengers / seats;
        }
    }

    private final Random random = new Random(SEED);

    public static void main(String[] arguments) throws IOException {
        new Generate().run(Path.of(arguments.length == 0 ? "fares" : arguments[0]));
    }

    private void run(Path folder) throws IOException {
        Files.createDirectories(folder);
        var rows = new ArrayList<Row>();
        for (var month = FIRST; !month.isAfter(LAST); month = month.plusMonths(1)) {
            for (var route : ROUTES) {
                for (var carrier : route.carriers()) {
                    if (flies(carrier, month)) {
                        carrier(route, carrier.split("[+-]")[0], month, rows);
                    }
                }
            }
        }
        new Fares(folder).write(rows);
        System.out.println(rows.size() + " rows of fares, of demand and of load factors each");
    }

    private static boolean flies(String carrier, YearMonth month) {
        var parts = carrier.split("[+-]", 2);
        return parts.length == 1 || (carrier.contains("+") ? !month.isBefore(YearMonth.parse(parts[1]))
                : !month.isAfter(YearMonth.parse(parts[1])));
    }

    private void carrier(Route route, String carrier, YearMonth month, List<Row> rows) {
        for (var cabin : List.of("economy", "premium", "business", "first")) {
            if (sells(route, carrier, cabin)) {
                rows.add(row(route, carrier, cabin, month));
            }
        }
    }

    private static boolean sells(Route route, String carrier, String cabin) {
        return switch (cabin) {
            case "economy" -> true;
            case "premium" -> route.kind == Kind.LONG || carrier.equals("Tidewater") && route.km > 3000;
            case "business" -> !LOW_COST.contains(carrier);
            default -> List.of("Thameside", "Straitwing", "Dunewind").contains(carrier) && route.km > 5400
                    && !route.from("MCO CPT");
        };
    }

    private Row row(Route route, String carrier, String cabin, YearMonth month) {
        var share = switch (cabin) {
            case "economy" -> sells(route, carrier, "premium") ? 0.72 : sells(route, carrier, "business") ? 0.88 : 1.0;
            case "premium" -> carrier.equals("Tidewater") ? 0.08 : 0.12;
            case "business" -> route.kind == Kind.LONG ? 0.15 : 0.12;
            default -> 0.02;
        };
        var seats = route.dailySeats * month.lengthOfMonth() / (double) route.carriers.length * share
                * capacity(route, carrier, month) * (0.985 + 0.03 * random.nextDouble());
        var load = load(route, carrier, cabin, month) + random.nextGaussian() * 1.1;
        var most = cabin.equals("economy") ? 97.5 : 93.0;
        load = Math.clamp(load, 31, most);
        var fare = (26 + 0.043 * route.km + 41 * Math.log1p(route.km / 1000.0)) * PRICE.get(carrier)
                * CABINS.get(cabin) * (route.kind == Kind.LONG ? 1.0 : cabin.equals("business") ? 0.8 : 1.0)
                * season(route, cabin, month, 1.0) * years(cabin, month) * fuel(route, month, carrier)
                * entry(route, carrier, cabin, month) * strikeFare(route, month) * exit(route, month)
                * (1 + 0.012 * random.nextGaussian()) + levy(route, month, cabin);
        var passengers = (int) Math.max(1, Math.round(seats * load / 100));
        return new Row(route.pair, carrier, cabin, month, fare, fare * (0.48 + 0.1 * random.nextDouble()),
                (int) Math.round(passengers * (0.86 + 0.2 * random.nextDouble())), passengers,
                (int) Math.max(1, Math.round(seats)));
    }

    /// Holidays fill leisure routes in July and August and empty the business cabin; everybody flies before Christmas.
    private static double season(Route route, String cabin, YearMonth month, double weight) {
        var leisure = new double[] {0.82, 0.86, 0.93, 1.02, 1.03, 1.12, 1.27, 1.31, 1.08, 0.99, 0.83, 0.97};
        var business = new double[] {0.95, 0.98, 1.04, 1.01, 1.03, 1.05, 0.94, 0.87, 1.06, 1.07, 1.05, 0.97};
        var far = new double[] {0.90, 0.88, 0.95, 0.99, 1.01, 1.08, 1.16, 1.13, 1.02, 0.97, 0.91, 1.10};
        var i = month.getMonthValue() - 1;
        var of = switch (route.kind) {
            case LEISURE -> leisure[i];
            case BUSINESS -> business[i];
            case LONG -> cabin.equals("business") || cabin.equals("first") ? (business[i] + 1) / 2 : far[i];
            case MIXED -> (leisure[i] + business[i]) / 2;
        };
        return 1 + (of - 1) * weight;
    }

    /// Prices rise by some three per cent a year, in premium economy by five and a half: leisure pays for it now.
    private static double years(String cabin, YearMonth month) {
        var years = index(month) / 12.0;
        return Math.pow(switch (cabin) {
            case "premium" -> 1.055;
            case "business" -> 1.024;
            case "first" -> 1.01;
            default -> 1.029;
        }, years);
    }

    /// The fuel shock: kerosene rises from September 2024, is dearest from December to February, and is back by July
    /// 2025. Fares follow two months later, by distance; Norvane had hedged and follows by half.
    private static double fuel(Route route, YearMonth month, String carrier) {
        var since = index(month) - index(YearMonth.of(2024, 11));
        var shape = since < 0 ? 0 : since <= 3 ? (since + 1) / 4.0 : since <= 5 ? 1
                : Math.max(0, 1 - (since - 5) / 5.0);
        var most = route.kind == Kind.LONG ? 0.125 : 0.06;
        return 1 + shape * most * (carrier.equals("Norvane") ? 0.5 : 1);
    }

    /// Veloria enters Gatwick–Lisbon in April 2025 and Gatwick–Málaga in October 2025: a price war of five months in
    /// economy, then peace at nine tenths of the old price.
    private static double entry(Route route, String carrier, String cabin, YearMonth month) {
        var begin = route.pair.equals("LGW-LIS") ? YearMonth.of(2025, 4)
                : route.pair.equals("LGW-AGP") ? YearMonth.of(2025, 10) : null;
        if (begin == null || month.isBefore(begin) || !cabin.equals("economy")) {
            return 1;
        }
        var since = index(month) - index(begin);
        var war = carrier.equals("Albaran") || carrier.equals("Thameside") ? 0.81 : 0.73;
        return since < 5 ? war : Math.min(0.92, war + (since - 4) * 0.035);
    }

    /// Pocketjet leaves Copenhagen–Málaga after March 2026, and Norvane is alone there.
    private static double exit(Route route, YearMonth month) {
        return route.pair.equals("CPH-AGP") && month.isAfter(YearMonth.of(2026, 3)) ? 1.17 : 1;
    }

    /// Ground handlers at Copenhagen strike for two weeks of October 2025.
    private static boolean strike(Route route, YearMonth month) {
        return route.from("CPH") && month.equals(YearMonth.of(2025, 10));
    }

    private static double strikeFare(Route route, YearMonth month) {
        return strike(route, month) ? 1.08 : 1;
    }

    /// Since January 2025 carriers pass on what blended fuel costs them on departures from the European Union.
    private static double levy(Route route, YearMonth month, String cabin) {
        var europe = route.from("CPH LIS MAD FRA BCN");
        var once = route.kind == Kind.LONG ? 7.0 : 2.5;
        return !europe || month.getYear() < 2025 ? 0 : once * (cabin.equals("economy") ? 1 : 2.5);
    }

    private double load(Route route, String carrier, String cabin, YearMonth month) {
        var usual = switch (cabin) {
            case "economy" -> LOW_COST.contains(carrier) ? 89.0 : 83.0;
            case "premium" -> 78.0 + index(month) * 0.22;
            case "business" -> route.kind == Kind.LONG ? 74.0 : 62.0;
            default -> 55.0;
        };
        var load = usual * season(route, cabin, month, cabin.equals("economy") ? 0.42 : 0.7);
        load += strike(route, month) ? -14 : 0;
        // Fewer fly at the height of the fuel shock.
        load -= (fuel(route, month, carrier) - 1) * 32;
        if (route.pair.equals("LGW-LIS") && !month.isBefore(YearMonth.of(2025, 4))) {
            load -= Math.max(0, 7 - (index(month) - index(YearMonth.of(2025, 4))));
        }
        // Fast trains, and from June 2025 a third operator of them.
        load -= route.pair.equals("MAD-BCN") ? 6 + index(month) * 0.18 + (index(month) >= 20 ? 5 : 0) : 0;
        // Bargain seats of a newcomer.
        return load - (carrier.equals("Veloria") && route.pair.equals("LGW-AGP") && month.getYear() == 2025 ? 9 : 0);
    }

    private static double capacity(Route route, String carrier, YearMonth month) {
        var all = Math.pow(1.022, index(month) / 12.0) * season(route, "economy", month, 0.55);
        // Engines of Pocketjet's newest aircraft go back to their maker for checks.
        if (carrier.equals("Pocketjet") && !month.isBefore(YearMonth.of(2024, 6))
                && !month.isAfter(YearMonth.of(2025, 2))) {
            all *= 0.82;
        }
        if (strike(route, month)) {
            all *= 0.68;
        }
        // Albaran gives up every third rotation on the railway's own route.
        return route.pair.equals("MAD-BCN") && carrier.equals("Albaran") && index(month) >= 24 ? all * 0.67 : all;
    }

    private static int index(YearMonth month) {
        return (month.getYear() - FIRST.getYear()) * 12 + month.getMonthValue() - FIRST.getMonthValue();
    }

    /// The files, each in the form that its department happens to use; some hundred values are missing, and one row is
    /// wrong on purpose, as in files of this kind.
    private final class Fares {

        private final Path folder;

        Fares(Path folder) {
            this.folder = folder;
        }

        void write(List<Row> rows) throws IOException {
            try (var old = text("fares-2023-2024.csv"); var next = text("fares-2025.tsv");
                    var now = text("fares-2026.json"); var demand = text("demand-2023-2025.tsv");
                    var later = text("demand-2026.jsonl.gz"); var loads = text("load-factors.csv")) {
                old.write("route,carrier,cabin,month,fare_eur,lowest_eur\n");
                next.write("month\troute\tcarrier\tcabin\tfare_eur\tlowest_eur\n");
                now.write("[");
                demand.write("route\tcarrier\tcabin\tmonth\tbookings\tpax\n");
                loads.write("Month;Route;Carrier;Cabin;Seats;Load factor\n");
                var first = true;
                for (var row : rows) {
                    var key = List.of(row.route, row.carrier, row.cabin, row.month.toString());
                    var fare = random.nextInt(140) == 0 ? "" : money(row.fare);
                    switch (row.month.getYear()) {
                        case 2023, 2024 -> old.write(String.join(",", key) + "," + (fare.isEmpty() ? "n/a" : fare) + ","
                                + money(row.lowest) + "\n");
                        case 2025 -> next.write(row.month + "\t" + String.join("\t", key.subList(0, 3)) + "\t"
                                + (isWrong(row) ? "see mail of 3 June" : fare) + "\t" + money(row.lowest) + "\n");
                        default -> {
                            now.write((first ? "\n" : ",\n") + "{" + json(key) + ",\"fare_eur\":"
                                    + (fare.isEmpty() ? "null" : fare) + ",\"lowest_eur\":" + money(row.lowest) + "}");
                            first = false;
                        }
                    }
                    if (row.month.getYear() < 2026) {
                        demand.write(String.join("\t", key) + "\t" + row.bookings + "\t" + row.passengers + "\n");
                    } else {
                        later.write("{" + json(key) + ",\"bookings\":" + row.bookings + ",\"pax\":" + row.passengers
                                + "}\n");
                    }
                    var load = random.nextInt(160) == 0 ? "" : String.format(Locale.ROOT, "%.1f", row.load());
                    loads.write(row.month.getMonthValue() + "/" + row.month.getYear() + ";" + String.join(";", key
                            .subList(0, 3)) + ";" + row.seats + ";" + load.replace('.', ',') + "\n");
                }
                now.write("\n]\n");
            }
        }

        private static boolean isWrong(Row row) {
            return row.route.equals("FRA-BKK") && row.cabin.equals("premium")
                    && row.month.equals(YearMonth.of(2025, 5));
        }

        private static String json(List<String> key) {
            return String.format("\"route\":\"%s\",\"carrier\":\"%s\",\"cabin\":\"%s\",\"month\":\"%s\"",
                    key.toArray());
        }

        private static String money(double euro) {
            return String.format(Locale.ROOT, "%.2f", euro);
        }

        private Writer text(String name) throws IOException {
            var file = Files.newOutputStream(folder.resolve(name));
            return new OutputStreamWriter(name.endsWith(".gz") ? new GZIPOutputStream(file) : file,
                    StandardCharsets.UTF_8);
        }
    }
}
