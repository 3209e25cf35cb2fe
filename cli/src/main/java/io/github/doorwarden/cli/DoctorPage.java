package io.github.doorwarden.cli;

import io.github.doorwarden.doctor.Finding;
import io.github.doorwarden.doctor.Outcome;
import io.github.doorwarden.doctor.Report;
import java.util.HashSet;
import java.util.Locale;

/// A report of the doctor as a page that stands alone: no script, nothing loaded, every foreign word escaped and its
/// control characters made visible.
final class DoctorPage {

    private static final String HEAD = """
            <!doctype html>
            <html lang="en">
            <meta charset="utf-8">
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
            <meta name="referrer" content="no-referrer">
            <meta name="viewport" content="width=device-width">
            <title>Doctor's report</title>
            <style>
            body { font: 16px/1.5 system-ui, sans-serif; max-width: 70rem; margin: 2rem auto; padding: 0 1rem; color: #222; background: #fff }
            table { border-collapse: collapse; width: 100% } th, td { text-align: left; vertical-align: top; padding: .4rem .8rem; border-bottom: 1px solid #ccc }
            .fails, .error { color: #a40000 } .connects-with-faults, .warning { color: #7a4a00 } .connects { color: #0a6020 } .note { color: #555 }
            dl { display: grid; grid-template-columns: 6rem 1fr; gap: .2rem 1rem; margin: .5rem 0 } dd { margin: 0; overflow-wrap: anywhere } code { overflow-wrap: anywhere }
            @media (prefers-color-scheme: dark) { body { color: #ddd; background: #181818 } a { color: #9cf } .fails, .error { color: #ff8a80 } .connects-with-faults, .warning { color: #ffcc80 } .connects { color: #a5d6a7 } .note { color: #aaa } }
            </style>
            """;

    private DoctorPage() {}

    static String of(Report report) {
        var page = new StringBuilder(HEAD);
        page.append("<h1>").append(text(report.url().toString())).append("</h1>\n<p>Examined ")
                .append(text(report.at().toString())).append(".</p>\n<ul>\n");
        report.facts().forEach(fact -> page.append("<li>").append(text(fact)).append("</li>\n"));
        page.append("</ul>\n<h2>Clients</h2>\n<table>\n<tr><th>Client</th><th>Verdict</th><th>Because of</th>"
                + "<th>As seen in</th></tr>\n");
        for (var verdict : report.verdicts()) {
            page.append("<tr><th scope=\"row\">").append(text(verdict.client().label())).append("</th><td class=\"")
                    .append(verdict.outcome().words().replace(' ', '-')).append("\">")
                    .append(verdict.outcome().words()).append("</td><td>");
            verdict.because().forEach(id -> page.append("<a href=\"#").append(text(id)).append("\">").append(text(id))
                    .append("</a> "));
            page.append("</td><td>").append(text(verdict.client().seen())).append("</td></tr>\n");
        }
        page.append("</table>\n<h2>Findings</h2>\n");
        var named = new HashSet<String>();
        report.findings().forEach(finding -> finding(report, finding, named.add(finding.fault().id()), page));
        return page.append("</html>\n").toString();
    }

    /// @param first of its fault: the table leads to it
    private static void finding(Report report, Finding finding, boolean first, StringBuilder page) {
        var fault = finding.fault();
        var severity = finding.severity().name().toLowerCase(Locale.ROOT);
        page.append("<h3").append(first ? " id=\"" + text(fault.id()) + "\"" : "").append(" class=\"")
                .append(severity).append("\">")
                .append(severity).append(": ").append(text(fault.id())).append("</h3>\n<p>").append(text(fault.what()))
                .append("</p>\n<dl>\n");
        row(page, "fails", DoctorText.labels(report, finding, Outcome.FAILS));
        row(page, "hindered", DoctorText.labels(report, finding, Outcome.CONNECTS_WITH_FAULTS));
        row(page, "asked", finding.asked());
        row(page, "came", finding.came());
        row(page, "expected", fault.expected() + " (" + fault.source() + ")");
        row(page, "remedy", fault.remedy());
        page.append("</dl>\n");
        if (!fault.issues().isEmpty()) {
            page.append("<p>Seen: ");
            for (var i = 0; i < fault.issues().size(); i++) {
                page.append("<a href=\"").append(text(fault.links().get(i).toString())).append("\">")
                        .append(text(fault.issues().get(i))).append("</a> ");
            }
            page.append("</p>\n");
        }
    }

    private static void row(StringBuilder page, String name, String value) {
        if (!value.isEmpty()) {
            page.append("<dt>").append(name).append("</dt><dd>").append(text(value)).append("</dd>\n");
        }
    }

    private static String text(String foreign) {
        return Visible.line(foreign).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
                .replace("\"", "&quot;").replace("'", "&#39;");
    }
}
