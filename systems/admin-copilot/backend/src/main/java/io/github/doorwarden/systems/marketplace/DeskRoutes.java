package io.github.doorwarden.systems.marketplace;

import java.time.InstantSource;
import java.util.List;

/// The lines of the table of routes for the people at the desk: queue, bookings, payments, support.
final class DeskRoutes {

    private DeskRoutes() {}

    static List<Route> of(Database database, Jobs jobs, InstantSource clock) {
        var queue = new JobDesk(database, jobs, clock);
        var bookings = new Bookings(database, clock);
        var payments = new Payments(database);
        var refunds = new Refunds(database, clock);
        var users = new Users(database);
        var tickets = new Tickets(database, jobs, clock);
        return List.of(
                Route.read("jobs/depth", List.of(), call -> queue.depth()),
                Route.read("jobs/running", List.of("limit"), call -> queue.running(call.params())),
                Route.read("jobs/failed", List.of("kind", "limit", "cursor"), call -> queue.failed(call.params())),
                Route.write("jobs/{job}/retry", call -> queue.retry(call.path().get("job"), call.body())),
                Route.read("bookings", Bookings.PARAMS, call -> bookings.list(call.params())),
                Route.read("bookings/{booking}", List.of(), call -> bookings.detail(call.path().get("booking"))),
                Route.write("bookings/{booking}/cancel", call -> bookings.cancel(call.path().get("booking"),
                call.body(), call.caller())),
                Route.read("payments", Payments.PARAMS, call -> payments.list(call.params())),
                Route.write("payments/refund", call -> refunds.refund(call.body(), call.caller())),
                Route.read("payments/{payment}", List.of(), call -> payments.detail(call.path().get("payment"))),
                Route.write("payments/{payment}/refund-preview", call -> refunds.preview(call.path().get("payment"),
                call.body(), call.caller())),
                Route.read("users", List.of("query"), call -> users.find(call.params())),
                Route.read("tickets", Tickets.PARAMS, call -> tickets.list(call.params())),
                Route.read("tickets/{ticket}", List.of(), call -> tickets.detail(call.path().get("ticket"))),
                Route.write("tickets/{ticket}/draft", call -> tickets.draft(call.path().get("ticket"), call.body(),
                call.caller())),
                Route.write("tickets/drafts/{draft}/send", call -> tickets.send(call.path().get("draft"), call.body(),
                call.caller())));
    }
}
